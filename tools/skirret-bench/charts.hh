#pragma once

#include <string>
#include <vector>

#include "codec/base/result.hh"
#include "tools/skirret-bench/call_analysis.hh"

namespace skirret::bench {

inline constexpr int kWideChart = 920;  // px of the wide drawings' view box
inline constexpr int kChartHeight = 260;

// A chart in two widths, so that its letters stay readable on a wide page and on a phone. Both are
// <svg> elements for a page whose style sheet defines --chart-text, --chart-grid and --chart-1 … -5.
struct Chart {
  std::string title;
  std::string note;  // what is drawn, in a sentence
  std::string wide_svg;
  std::string narrow_svg;
};

// The charts of a call, drawn by gnuplot; those without data are left out. kNotFound without gnuplot.
Result<std::vector<Chart>> draw_charts(const Timeline& timeline);

}  // namespace skirret::bench
