#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tools/bench/report/compared_figure.hh"
#include "tools/bench/report/measured_run.hh"

namespace skirret::bench {

using Json = nlohmann::ordered_json;

// What a comparison looks at, of one run or the median of several. Milliseconds, dB, frames a second, shares.
struct KeyFigure : ComparedFigure {
  double (*of)(const CallMetrics&);
};
const std::vector<KeyFigure>& key_figures();

// Every figure of a run.
Json run_json(const MeasuredRun& run);

// Runs of one system over one link with one clip.
struct RunGroup {
  std::string system;
  std::string trace;
  std::string clip;  // with its size
  bool live = false;
  std::vector<const MeasuredRun*> runs;

  double median_of(const KeyFigure& figure) const;
  std::string key() const;  // names the group among others, and in a baseline
};
RunGroup group_of(const MeasuredRun& run);  // without runs yet
// In the order of the runs. Void runs are left out.
std::vector<RunGroup> grouped(const std::vector<MeasuredRun>& runs);

// Of all its runs: displayed pictures whose code could not be read, and those known to be misread.
std::string unread_text(const RunGroup& group);

// { "program", "machine", "versions", "runs": […], "groups": […] }. No date and no clock in it: the same
// virtual runs on the same machine give the same bytes.
Json calls_json(const std::vector<MeasuredRun>& runs, const std::string& version);

// A table for people.
std::string calls_text(const std::vector<MeasuredRun>& runs);

}  // namespace skirret::bench
