#pragma once

#include <string>
#include <vector>

#include "tools/bench/report/measured_run.hh"

namespace skirret::bench {

// Colours are roles that the page's style sheet resolves (classes c0 … c7 for systems, `floor`, `capacity`).
struct ChartCurve {
  std::string name;  // in the legend; empty: none
  std::string role;
  std::vector<LinePoint> points;
  bool filled = false;  // down to the axis
};

struct LineChart {
  std::string title;
  std::string y_label;
  bool log_y = false;
  double seconds = 0;
  std::vector<ChartCurve> curves;
};
std::string line_chart_svg(const LineChart& chart);

// One mark of the scatter: a run (small) or a system's median (large, with its name).
struct ScatterMark {
  std::string name;  // empty: small
  std::string role;
  double delay_ms = 0;
  double ssim_db = 0;
};

// p95 delay against SSIM, as the Salsify paper draws it: delay falls to the right on a logarithmic axis, so
// that what is better stands right and up. `floor_ms`: the oracle's p95, a line.
std::string scatter_svg(const std::string& title, const std::vector<ScatterMark>& marks, double floor_ms);

}  // namespace skirret::bench
