#pragma once

#include <optional>
#include <string>
#include <vector>

namespace skirret::bench {

// A drawing for reports: lines, areas, dots and named marks over two axes. Every chart is as wide as a phone
// (kChartWidth), so that its letters keep their size there; wide pages set charts side by side. Colours are
// roles that chart_css() resolves for light and dark: c0 … c9 for series, `floor` a dashed line, `capacity`
// a pale area.
inline constexpr int kChartWidth = 420;
inline constexpr int kChartHeight = 272;

struct ChartPoint {
  double x = 0;
  double y = 0;
  std::string label = {};  // beside a mark
};

enum class ChartStyle {
  kLine,
  kArea,    // down to the axis
  kSteps,   // a value holds until the next point
  kDots,    // small, for thousands
  kPoints,  // round, without labels
  kMarks,   // large, with their labels
  kLineWithMarks,
};

struct ChartSeries {
  std::string name;  // in the legend; empty: not there
  std::string role;
  ChartStyle style = ChartStyle::kLine;
  std::vector<ChartPoint> points;
};

// What is not given follows from the points, with a little room beyond them.
struct ChartAxis {
  std::string label = {};
  bool logarithmic = false;
  bool reversed = false;  // low values on the right
  std::optional<double> low = {};
  std::optional<double> high = {};
};

struct ChartStretch {
  double from = 0;
  double to = 0;
};
struct ChartGuide {
  double x = 0;
  std::string name;
};

struct Chart {
  std::string title;
  ChartAxis x;
  ChartAxis y;
  std::vector<ChartSeries> series;        // later ones above
  std::vector<ChartStretch> shaded = {};  // of x
  std::vector<ChartGuide> guides = {};    // dashed lines across
};

// One <svg> element that scales with what it stands in. Points that are not finite, or not above 0 on a
// logarithmic axis, are left out; empty when nothing is left.
std::string chart_svg(const Chart& chart);

// The style that charts need, for a page's or a picture's <style>: colours for light and dark as variables
// (--ink, --soft, --paper, --line, --c0 …), classes over them.
std::string chart_css();

// Charts of chart_svg() in rows of `columns`, as one SVG file that needs nothing else.
std::string chart_picture(const std::vector<std::string>& charts, int columns);

}  // namespace skirret::bench
