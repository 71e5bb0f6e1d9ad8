#pragma once

#include <string>
#include <vector>

#include "cloudenc/engine/engine.hh"

namespace skirret::cloudenc_tool {

struct TimelineEntry {
  std::string function, label;
  cloudenc::Attempt attempt;
};

// A row for each worker, a bar for each task, its details on hover: an <svg> with a legend above it, for a
// page of either colour scheme.
std::string timeline_drawing(const std::vector<TimelineEntry>& entries);

// One HTML file that needs nothing else.
std::string timeline_page(const std::string& title, const std::vector<TimelineEntry>& entries);

}  // namespace skirret::cloudenc_tool
