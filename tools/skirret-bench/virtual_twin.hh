#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "codec/base/result.hh"
#include "tools/bench/measure/call_record.hh"
#include "tools/bench/report/call_json.hh"
#include "tools/bench/report/measured_run.hh"

namespace skirret::bench {

// A live run beside the same call in virtual time: same clip and link, the first capture at the same moment
// of the link, coding as slow as the live sender's log says, effort adapted as the program adapts it.
struct TwinRuns {
  MeasuredRun live;
  MeasuredRun twin;

  double p95_difference() const;   // share of the live one's
  double ssim_difference() const;  // dB
  bool agree() const;              // within 15 % and 0.5 dB
};

// `sender_stats`: the live sender's --stats. kInvalid for systems without a virtual form; else what the clip,
// the link or the log say.
Result<TwinRuns> virtual_twin(const CallRecord& live, const std::filesystem::path& sender_stats,
                              const std::function<bool()>& stop);

Json twins_json(const std::vector<TwinRuns>& twins);
std::string twins_text(const std::vector<TwinRuns>& twins);

}  // namespace skirret::bench
