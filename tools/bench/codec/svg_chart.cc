#include "tools/bench/codec/svg_chart.hh"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>

#include "tools/cli/html.hh"

namespace skirret::bench {
namespace {

constexpr double kWidth = 640, kHeight = 400, kLeft = 60, kRight = 20, kTop = 36, kBottom = 46,
                 kLegendRow = 16;

template <class... Values>
std::string formatted(const char* format, Values... values) {
  char text[400];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

struct Axis {
  double low = 0, high = 1;
  bool logarithmic = false;

  double place(double value) const {  // 0..1
    return logarithmic ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
  }
  bool drawable(double value) const { return std::isfinite(value) && (!logarithmic || value > 0); }

  std::vector<double> ticks() const {
    std::vector<double> all;
    if (logarithmic) {
      for (double decade = std::pow(10, std::floor(std::log10(low))); decade <= high; decade *= 10)
        for (const double step : {1.0, 2.0, 5.0})
          if (decade * step >= low && decade * step <= high) all.push_back(decade * step);
      return all;
    }
    double step = std::pow(10, std::floor(std::log10((high - low) / 3)));
    for (const double factor : {1.0, 2.0, 5.0})
      if ((high - low) / (step * factor) <= 7) {
        step *= factor;
        break;
      }
    for (double at = std::ceil(low / step) * step; at <= high + step / 1000; at += step) all.push_back(at);
    return all;
  }
};

std::optional<Axis> axis_of(const SvgChart& chart, double ChartPoint::*value, bool logarithmic) {
  Axis axis{INFINITY, -INFINITY, logarithmic};
  for (const ChartSeries& series : chart.series)
    for (const ChartPoint& point : series.points) {
      if (!axis.drawable(point.*value)) continue;
      axis.low = std::min(axis.low, point.*value);
      axis.high = std::max(axis.high, point.*value);
    }
  if (axis.low > axis.high) return std::nullopt;
  if (logarithmic) {
    axis.low /= 1.15;
    axis.high *= 1.15;
  } else {
    const double room = std::max((axis.high - axis.low) * 0.06, 1e-6);
    axis.low -= room;
    axis.high += room;
  }
  return axis;
}

struct Frame {
  Axis x, y;
  double height;

  double left_of(double value) const { return kLeft + x.place(value) * (kWidth - kLeft - kRight); }
  double top_of(double value) const { return height - kBottom - y.place(value) * (height - kTop - kBottom); }
};

std::string grid(const Frame& frame) {
  std::string svg;
  for (const double tick : frame.x.ticks()) {
    const double at = frame.left_of(tick);
    svg += formatted(
        "<path class='grid' d='M%.1f %.1fV%.1f'/><text class='axis' x='%.1f' y='%.1f' "
        "text-anchor='middle'>%.4g</text>",
        at, kTop, frame.height - kBottom, at, frame.height - kBottom + 16, tick);
  }
  for (const double tick : frame.y.ticks()) {
    const double at = frame.top_of(tick);
    svg += formatted(
        "<path class='grid' d='M%.1f %.1fH%.1f'/><text class='axis' x='%.1f' y='%.1f' "
        "text-anchor='end'>%.4g</text>",
        kLeft, at, kWidth - kRight, kLeft - 6, at + 4, tick);
  }
  return svg;
}

std::string curve(const Frame& frame, const ChartSeries& series) {
  std::string path, marks;
  for (const ChartPoint& point : series.points) {
    if (!frame.x.drawable(point.x) || !frame.y.drawable(point.y)) continue;
    const double x = frame.left_of(point.x), y = frame.top_of(point.y);
    path += formatted("%s%.1f %.1f", path.empty() ? "M" : "L", x, y);
    marks += formatted("<circle class='s%d' cx='%.1f' cy='%.1f' r='3.5'/>", series.colour, x, y);
    if (!point.label.empty())
      marks += formatted("<text class='axis' x='%.1f' y='%.1f'>", x + 6, y - 5) +
               cli::html_escaped(point.label) + "</text>";
  }
  if (series.line && !path.empty())
    path = formatted("<path class='line s%d' d='", series.colour) + path + "'/>";
  else
    path.clear();
  return path + marks;
}

std::string legend(const SvgChart& chart, double top) {
  std::string svg;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const double x = kLeft + static_cast<double>(i % 3) * 190,
                 y = top + static_cast<double>(i / 3) * kLegendRow;
    svg += formatted("<circle class='s%d' cx='%.1f' cy='%.1f' r='4'/><text class='axis' x='%.1f' y='%.1f'>",
                     chart.series[i].colour, x, y - 4, x + 8, y) +
           cli::html_escaped(chart.series[i].name) + "</text>";
  }
  return svg;
}

}  // namespace

std::string draw_svg(const SvgChart& chart) {
  const auto x = axis_of(chart, &ChartPoint::x, chart.log_x), y = axis_of(chart, &ChartPoint::y, false);
  if (!x || !y) return {};
  const Frame frame{*x, *y, kHeight};
  const double rows = std::ceil(static_cast<double>(chart.series.size()) / 3);
  std::string svg =
      formatted("<svg viewBox='0 0 %.0f %.0f' role='img'>", kWidth, kHeight + rows * kLegendRow + 8);
  svg +=
      formatted("<text class='title' x='%.1f' y='20'>", kLeft) + cli::html_escaped(chart.title) + "</text>";
  svg += grid(frame);
  svg += formatted("<text class='axis' x='%.1f' y='%.1f' text-anchor='middle'>",
                   (kLeft + kWidth - kRight) / 2, kHeight - 10) +
         cli::html_escaped(chart.x_label) + "</text>";
  svg += formatted("<text class='axis' transform='translate(14 %.1f) rotate(-90)' text-anchor='middle'>",
                   (kTop + kHeight - kBottom) / 2) +
         cli::html_escaped(chart.y_label) + "</text>";
  for (const ChartSeries& series : chart.series) svg += curve(frame, series);
  return svg + legend(chart, kHeight + kLegendRow) + "</svg>\n";
}

}  // namespace skirret::bench
