#pragma once

#include <string>
#include <vector>

#include "tools/bench/report/call_json.hh"
#include "tools/bench/report/measured_run.hh"

namespace skirret::bench {

// A live run and the same call in virtual time.
struct TwinRuns {
  MeasuredRun live;
  MeasuredRun twin;
};

// All repetitions of one call. What single runs of it show differs from one to the next, so medians are
// compared; of runs that are not void.
struct TwinGroup {
  RunGroup live;
  RunGroup twins;

  double p95_difference() const;   // share of the live one's
  double ssim_difference() const;  // dB
  bool agree() const;              // within 15 % and 0.5 dB
};

// In the order of the runs; borrows them.
std::vector<TwinGroup> twin_groups(const std::vector<TwinRuns>& runs);

// { "runs": [ { "live", "virtual" } … ], "groups": [ { …, "p95_difference", "ssim_difference_db", "agree" } ]
// }
Json twins_json(const std::vector<TwinRuns>& runs);
std::string twins_text(const std::vector<TwinRuns>& runs);

}  // namespace skirret::bench
