#pragma once

#include <string>
#include <vector>

#include "codec/base/result.hh"
#include "tools/bench/report/call_json.hh"

namespace skirret::bench {

// How one figure of one group of runs changed against an earlier JSON.
struct FigureChange {
  std::string group;
  ComparedFigure figure{};
  double before = 0;  // medians
  double now = 0;
  double low = 0;  // 95 % interval of the difference of medians, by bootstrap over the repetitions
  double high = 0;
  bool beyond_noise = false;
  bool worse = false;  // and beyond noise
};

struct Comparison {
  std::vector<FigureChange> changes;     // of every group that both have
  std::vector<std::string> only_before;  // groups without a partner
  std::vector<std::string> only_now;

  bool regressed() const;
};

// Two JSON objects with "groups": [{"key", "values": {figure: [one of each repetition]}}]. A change is beyond
// noise when the interval does not hold 0 and the difference exceeds what the figure calls noise, `tolerance`
// times; with one run on each side the interval is the difference itself. Errors: kMalformed (`name` says
// which file) where the baseline has no groups, kInvalid when nothing in it can be compared.
Result<Comparison> compare_groups(const Json& baseline, const Json& now,
                                  const std::vector<ComparedFigure>& figures, const std::string& name,
                                  double tolerance);
// The same for two objects of calls_json().
Result<Comparison> compare_with(const Json& baseline, const Json& now, const std::string& name,
                                double tolerance = 1);

Json comparison_json(const Comparison& comparison);
std::string comparison_text(const Comparison& comparison);

}  // namespace skirret::bench
