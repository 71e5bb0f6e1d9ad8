#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tools/bench/codec/budget_accuracy.hh"
#include "tools/bench/codec/candidate_cost.hh"
#include "tools/bench/codec/curves.hh"
#include "tools/bench/codec/gate.hh"
#include "tools/bench/codec/stage_profile.hh"

namespace skirret::bench {

struct GateFigures {
  std::string clip;
  Gate gate;
};

struct DecodeFigures {
  std::string clip;
  int quantizer = 0;
  std::size_t frames = 0;
  std::size_t bytes = 0;
  std::vector<std::string> decoders;
  std::vector<double> cpu_seconds;

  double frames_per_second(std::size_t decoder) const {
    return static_cast<double>(frames) / cpu_seconds[decoder];
  }
};

struct CandidateFigures {
  std::string clip;
  int effort = 0;
  int quantizer = 0;
  std::vector<CandidateCost> costs;  // of one candidate first
};

struct BudgetFigures {
  std::string clip;
  int effort = 0;
  BudgetAccuracy accuracy;
};

struct ProfileFigures {
  std::string clip;
  int effort = 0;
  int quantizer = 0;
  StageProfile profile;
};

// All that one run of `skirret-bench codec` measured; what was not asked for is empty.
struct CodecFigures {
  std::size_t frames = 0;  // of each clip at most; 0: all
  int repetitions = 1;
  std::vector<ClipCurves> at_quantizers, at_rates, on_screens;
  std::vector<GateFigures> gates;
  std::vector<DecodeFigures> decoding;
  std::vector<CandidateFigures> candidates;
  std::vector<BudgetFigures> budgets;
  std::vector<ProfileFigures> profiles;
};

nlohmann::ordered_json figures_json(const CodecFigures& figures);  // with the machine and the versions
std::string figures_text(const CodecFigures& figures);
// One page that needs nothing else: tables and charts, light and dark.
std::string figures_page(const CodecFigures& figures);

}  // namespace skirret::bench
