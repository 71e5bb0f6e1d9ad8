#pragma once

#include <string>
#include <vector>

namespace skirret::bench {

// A drawing of points joined by lines. Colours are the page's: class s1…s8 a series, `axis` and `grid` the
// rest.
struct ChartPoint {
  double x = 0, y = 0;
  std::string label;  // beside the point; may be empty
};
struct ChartSeries {
  std::string name;
  int colour = 1;  // 1..8
  bool line = true;
  std::vector<ChartPoint> points;
};
struct SvgChart {
  std::string title, x_label, y_label;
  bool log_x = false;
  std::vector<ChartSeries> series;
};

// One <svg> element that scales with its page. Empty when nothing finite is to be drawn.
std::string draw_svg(const SvgChart& chart);

}  // namespace skirret::bench
