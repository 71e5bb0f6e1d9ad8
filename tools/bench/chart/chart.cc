#include "tools/bench/chart/chart.hh"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "tools/bench/chart/scale.hh"
#include "tools/cli/html.hh"

namespace skirret::bench {
namespace {

constexpr double kLeft = 46;
constexpr double kRight = 412;
constexpr double kTop = 38;
constexpr double kBottom = 222;
constexpr double kLetter = 6.2;  // width of a letter in the legend and beside a mark, about
constexpr double kRow = 15;      // of the legend

template <class... Values>
std::string formatted(const char* format, Values... values) {
  char text[400];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

std::string number(double value) {
  if (value >= 10'000) return formatted("%.4gk", value / 1000);
  return formatted(std::abs(value) >= 1000 ? "%.0f" : "%.4g", value);
}

struct Frame {
  Scale x;
  Scale y;
};

bool fits(const ChartAxis& axis, double value) {
  return std::isfinite(value) && (!axis.logarithmic || value > 0);
}

std::optional<Scale> scale_of(const Chart& chart, const ChartAxis& axis, double ChartPoint::*value,
                              double at_low, double at_high) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  const auto take = [&](double at) {
    low = std::min(low, at);
    high = std::max(high, at);
  };
  for (const ChartSeries& series : chart.series)
    for (const ChartPoint& point : series.points)
      if (fits(chart.x, point.x) && fits(chart.y, point.y)) take(point.*value);
  if (low > high) return std::nullopt;
  if (value == &ChartPoint::x)
    for (const ChartGuide& guide : chart.guides)
      if (fits(axis, guide.x)) take(guide.x);
  if (axis.logarithmic) {
    low /= 1.3;
    high *= 1.3;
  } else {
    const double room = std::max((high - low) * 0.06, 1e-6);
    low -= room;
    high += room;
  }
  low = axis.low.value_or(low);
  high = std::max(axis.high.value_or(high), low + 1e-9);
  if (axis.reversed) std::swap(at_low, at_high);
  return Scale(low, high, at_low, at_high, axis.logarithmic);
}

std::string grid_of(const Chart& chart, const Frame& frame) {
  std::string svg;
  for (const ChartStretch& stretch : chart.shaded)
    svg += formatted("<path class='shade' d='M%.1f %.0fH%.1fV%.0fH%.1fZ'/>\n", frame.x(stretch.from), kTop,
                     frame.x(stretch.to), kBottom, frame.x(stretch.from));
  for (const double value : frame.y.marks())
    svg += formatted(
        "<path class='grid' d='M%.0f %.1fH%.0f'/><text class='tick' text-anchor='end' x='%.0f' "
        "y='%.1f'>%s</text>\n",
        kLeft, frame.y(value), kRight, kLeft - 5, frame.y(value) + 4, number(value).c_str());
  for (const double value : frame.x.marks())
    svg += formatted(
        "<path class='grid' d='M%.1f %.0fV%.0f'/><text class='tick' text-anchor='middle' x='%.1f' "
        "y='%.0f'>%s</text>\n",
        frame.x(value), kTop, kBottom, frame.x(value), kBottom + 15, number(value).c_str());
  svg += formatted("<text class='tick' x='6' y='%.0f'>", kTop - 9) + cli::html_escaped(chart.y.label) +
         "</text>\n";
  svg += formatted("<text class='tick' text-anchor='end' x='%.0f' y='%.0f'>", kRight, kBottom + 31) +
         cli::html_escaped(chart.x.label) + "</text>\n";
  return svg;
}

std::vector<ChartPoint> drawable_of(const ChartSeries& series, const Frame& frame) {
  std::vector<ChartPoint> points;
  for (const ChartPoint& point : series.points)
    if (frame.x.drawable(point.x) && frame.y.drawable(point.y)) points.push_back(point);
  return points;
}

std::string path_of(const ChartSeries& series, const std::vector<ChartPoint>& points, const Frame& frame) {
  std::string path;
  for (const ChartPoint& point : points) {
    const double x = frame.x(point.x);
    const double y = frame.y(point.y);
    if (series.style == ChartStyle::kDots)
      path += formatted("M%.1f %.1fh0", x, y);
    else if (path.empty())
      path = formatted("M%.1f %.1f", x, y);
    else if (series.style == ChartStyle::kSteps)
      path += formatted("H%.1fV%.1f", x, y);
    else
      path += formatted("L%.1f %.1f", x, y);
  }
  if (series.style == ChartStyle::kArea && !points.empty())
    path += formatted("L%.1f %.0fL%.1f %.0fZ", frame.x(points.back().x), kBottom, frame.x(points.front().x),
                      kBottom);
  const char* kind = series.style == ChartStyle::kArea   ? "area"
                     : series.style == ChartStyle::kDots ? "dots"
                                                         : "line";
  return "<path class='" + series.role + " " + kind + "' d='" + path + "'/>\n";
}

struct Box {
  double left, right, top, bottom;
  bool meets(const Box& other) const {
    return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
  }
};

// Sets labels beside their marks, where they hide no other mark or label if there is such a place.
class Labels {
 public:
  void avoid(double x, double y) { taken_.push_back({x - 6, x + 6, y - 6, y + 6}); }

  std::string set(double x, double y, const std::string& text) {
    const double width = (kLetter + 0.4) * static_cast<double>(text.size());
    const auto box_at = [&](bool left, double down) {
      return left ? Box{x - 9 - width, x - 9, y + down - 10, y + down + 2}
                  : Box{x + 9, x + 9 + width, y + down - 10, y + down + 2};
    };
    const auto cost = [&](const Box& box) {
      const bool outside = box.left < kLeft || box.right > kRight || box.top < kTop || box.bottom > kBottom;
      return 4 * (outside ? 1 : 0) +
             std::ranges::count_if(taken_, [&](const Box& other) { return box.meets(other); });
    };
    bool best_left = false;
    double best_down = 4;
    long least = std::numeric_limits<long>::max();
    for (const double down : {4.0, -7.0, 15.0, -18.0, 26.0})
      for (const bool left : {false, true})
        if (const long now = cost(box_at(left, down)); now < least) {
          least = now;
          best_left = left;
          best_down = down;
        }
    taken_.push_back(box_at(best_left, best_down));
    return formatted("<text class='label' text-anchor='%s' x='%.1f' y='%.1f'>", best_left ? "end" : "start",
                     x + (best_left ? -9 : 9), y + best_down) +
           cli::html_escaped(text) + "</text>\n";
  }

 private:
  std::vector<Box> taken_;
};

std::string marks_of(const Chart& chart, const Frame& frame) {
  std::string svg;
  Labels labels;
  const auto each = [&](const auto& use) {
    for (const ChartSeries& series : chart.series)
      if (series.style == ChartStyle::kPoints || series.style == ChartStyle::kMarks ||
          series.style == ChartStyle::kLineWithMarks)
        for (const ChartPoint& point : drawable_of(series, frame))
          use(series, point, frame.x(point.x), frame.y(point.y));
  };
  each([&](const ChartSeries& series, const ChartPoint&, double x, double y) {
    svg += formatted("<circle class='%s mark' cx='%.1f' cy='%.1f' r='%s'/>\n", series.role.c_str(), x, y,
                     series.style == ChartStyle::kMarks           ? "5.5"
                     : series.style == ChartStyle::kLineWithMarks ? "3.5"
                                                                  : "2.6");
    labels.avoid(x, y);
  });
  each([&](const ChartSeries&, const ChartPoint& point, double x, double y) {
    if (!point.label.empty()) svg += labels.set(x, y, point.label);
  });
  return svg;
}

std::string guides_of(const Chart& chart, const Frame& frame) {
  std::string svg;
  for (const ChartGuide& guide : chart.guides) {
    const double at = frame.x(guide.x);
    const bool left = at > kRight - 60;
    svg += formatted(
               "<path class='floor line' d='M%.1f %.0fV%.0f'/><text class='tick' text-anchor='%s' x='%.1f' "
               "y='%.0f'>",
               at, kTop, kBottom, left ? "end" : "start", at + (left ? -4 : 4), kTop + 12) +
           cli::html_escaped(guide.name) + "</text>\n";
  }
  return svg;
}

struct Legend {
  std::string svg;
  double bottom = 0;
};

// The first row ends before the x axis' label, which stands at its right end.
Legend legend_of(const std::vector<ChartSeries>& all, const std::string& x_label) {
  Legend legend{{}, kChartHeight};
  double end = x_label.empty() ? kChartWidth : kRight - kLetter * static_cast<double>(x_label.size());
  double at = kLeft;
  double row = kChartHeight - 20;
  for (const ChartSeries& series : all) {
    if (series.name.empty()) continue;
    const double width = 26 + kLetter * static_cast<double>(series.name.size());
    if (at + width > end && at > kLeft) {
      at = kLeft;
      end = kChartWidth;
      row += kRow;
    }
    legend.svg += formatted("<path class='%s key' d='M%.0f %.0fh12'/><text class='tick' x='%.0f' y='%.0f'>",
                            series.role.c_str(), at, row - 4, at + 15, row) +
                  cli::html_escaped(series.name) + "</text>\n";
    at += width;
  }
  legend.bottom = std::max(legend.bottom, row + 6);
  return legend;
}

}  // namespace

std::string chart_svg(const Chart& chart) {
  const auto x = scale_of(chart, chart.x, &ChartPoint::x, kLeft, kRight);
  const auto y = scale_of(chart, chart.y, &ChartPoint::y, kBottom, kTop);
  if (!x || !y) return {};
  const Frame frame{*x, *y};
  const Legend legend = legend_of(chart.series, chart.x.label);
  std::string svg =
      formatted("<svg viewBox='0 0 %d %.0f' role='img' aria-label='", kChartWidth, legend.bottom) +
      cli::html_escaped(chart.title) + "'>\n<text class='title' x='6' y='15'>" +
      cli::html_escaped(chart.title) + "</text>\n" + grid_of(chart, frame);
  for (const ChartSeries& series : chart.series) {
    const auto points = drawable_of(series, frame);
    const bool marks = series.style == ChartStyle::kMarks || series.style == ChartStyle::kPoints;
    if (!marks && !points.empty()) svg += path_of(series, points, frame);
  }
  return svg + guides_of(chart, frame) + marks_of(chart, frame) + legend.svg + "</svg>\n";
}

}  // namespace skirret::bench
