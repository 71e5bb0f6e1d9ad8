#pragma once

#include <string>
#include <vector>

#include "tools/skirret-bench/call_analysis.hh"

namespace skirret::bench {

// A drawing of a call, and what it shows in a sentence.
struct NotedChart {
  std::string svg;  // of chart_svg()
  std::string note;
};

// Those of a call: capacity and bytes, delay, quality, candidates and budget, quantizer. Those without data
// are left out.
std::vector<NotedChart> draw_charts(const Timeline& timeline);

}  // namespace skirret::bench
