#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cloudenc/job/job.hh"
#include "codec/base/time.hh"
#include "tools/cli/progress.hh"
#include "tools/skirret-cloudenc/timeline.hh"

namespace skirret::cloudenc_tool {

// Follows a job: a progress line now, a time line afterwards.
class Watch {
 public:
  void stage(const char* name, const cloudenc::Graph& graph);
  void event(const cloudenc::JobEvent& event);
  const std::vector<TimelineEntry>& entries() const { return entries_; }

 private:
  std::string note() const;

  struct Count {
    std::size_t done = 0, all = 0;
  };
  std::string stage_;
  std::unique_ptr<cli::Progress> progress_;
  std::map<std::string, Count> counts_;  // by function
  std::size_t done_ = 0, frames_ = 0;
  std::int64_t cost_all_ = 0, cost_done_ = 0, cost_run_ = 0;
  TimePoint begun_{};
  std::vector<TimelineEntry> entries_;
};

}  // namespace skirret::cloudenc_tool
