#pragma once

#include <algorithm>
#include <limits>
#include <vector>

#include "codec/encoder/analysis_data.hh"
#include "codec/encoder/coded_frame.hh"
#include "codec/encoder/intra_coder.hh"
#include "codec/encoder/odds.hh"
#include "codec/encoder/partial_reconstruction.hh"
#include "codec/encoder/probability_updates.hh"
#include "codec/encoder/search_limits.hh"

namespace skirret::codec {

// How a frame is pressed below what its quantizer alone would give.
struct Pressure {
  std::uint32_t lambda_scale = 16;  // sixteenths: how much more than usual a bit counts
  // From macroblock `turn` on (raster), another scale: sizes between those of two scales, in small steps.
  std::size_t turn = std::numeric_limits<std::size_t>::max();
  std::uint32_t scale_after_turn = 16;

  bool presses() const { return largest() > 16; }
  std::uint32_t largest() const { return std::max(lambda_scale, scale_after_turn); }
};

// Codes one frame from its analysis: picks among the options, quantises, fits the probabilities, packs.
// `code_frame` below does this as often as the effort says.
class FrameCoder {
 public:
  // `priced`: the probabilities that choices are priced with; those in force, or what an earlier pass found.
  FrameCoder(const State& from, const Picture& target, const Analysis::Data& analysis, Quantizer quantizer,
             Pressure pressure, const Probabilities& priced);
  Candidate run();

 private:
  struct Place {
    int col, row;
    std::size_t index;
    Neighbours around;
    mutable std::optional<NearVectors> near;  // once somebody has asked
  };
  struct InterTrial {
    MacroblockModes modes;
    QuantisedMacroblock quantised;
    const MacroblockTransform* transform = nullptr;
    Cost mode_cost = 0;
    bool skip = false;
    Score score = 0;
    std::uint8_t option = CodedFrame::kNoOption;
  };

  void code_macroblocks();
  void start_row();
  void turn_to(std::uint32_t lambda_scale);
  void enter(std::uint8_t segment);
  void set_rules();
  void code_macroblock(const Place& place);
  bool intra_may_win() const;
  bool best_inter(const Place& place);  // false: no option
  void try_option(const Place& place, const InterOption& option, const MacroblockTransform& transform,
                  Score& best);
  void try_zero(const Place& place, Score& best);
  void improve_levels(const Place& place);
  void decide_skip(const QuantisedMacroblock& quantised, Cost mode_cost, bool& skip, Score& score) const;
  NearVectors near_of(const Place& place) const;
  Cost reference_cost(ReferenceFrame reference) const;
  void settle(const Place& place, const MacroblockModes& modes, const QuantisedMacroblock& quantised,
              bool skip);
  void count(const Place& place, const MacroblockModes& modes);
  Candidate pack();

  const State& from_;
  const Picture& target_;
  const Analysis::Data& analysis_;
  const bool key_frame_;
  const bool fresh_;  // a key frame, or the first picture of another scene
  const SearchLimits limits_;
  const Quantizer quantizer_;                     // of the frame
  const std::vector<FrameQuantizer> quantizers_;  // by segment; one where there are none
  const Probabilities& in_force_;                 // before this frame's updates
  const TokenCosts token_costs_;
  const VectorCosts vector_costs_;
  const IntraModeCosts intra_costs_;
  const Pressure pressure_;
  QuantisationRules rules_;
  QuantisationRules ranking_rules_;  // for options that will mostly lose
  bool pressed_ = false;
  std::uint32_t lambda_scale_ = 16;
  std::uint8_t segment_ = 0;  // of the macroblock at hand
  CodedFrame frame_;
  FrameHeader header_;
  PartialReconstruction reconstruction_;
  IntraCoder intra_;
  FrameCounts counts_;
  std::vector<TokenContext> above_;
  TokenContext left_;
  MacroblockTransform zero_transform_;
  InterTrial trials_[2];
  int best_trial_ = 0;
  IntraChoice intra_choice_;
  Odds skip_odds_{4, 4}, inter_odds_{1, 15}, other_odds_{14, 2}, altref_odds_{2, 2};
  std::uint64_t error_ = 0;  // sixteenths
};

Candidate code_frame(const State& from, const Picture& target, const Analysis::Data& analysis,
                     Quantizer quantizer, Pressure pressure);

}  // namespace skirret::codec
