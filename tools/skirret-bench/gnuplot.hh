#pragma once

#include <string>
#include <vector>

#include "codec/base/result.hh"

namespace skirret::bench {

// Colours are roles that the page's style sheet resolves, so one SVG serves light and dark.
enum class ChartColour {
  kText = 1,
  kGrid = 2,
  kSeries1 = 3,
  kSeries2 = 4,
  kSeries3 = 5,
  kSeries4 = 6,
  kSeries5 = 7
};

// The colour as a gnuplot script names it: a stand-in that run_gnuplot replaces by a style variable.
std::string colour_name(ChartColour colour);

// One drawing: commands after the terminal and output are set.
struct Plot {
  int width = 0;  // of the SVG's view box, px
  int height = 0;
  std::string commands;
};

// Draws all plots with one gnuplot process; each becomes an <svg> element that can stand inside one page
// with others. kNotFound when there is no gnuplot, kIo when it fails (with its own words).
Result<std::vector<std::string>> run_gnuplot(const std::vector<Plot>& plots);

}  // namespace skirret::bench
