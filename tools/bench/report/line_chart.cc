#include "tools/bench/report/line_chart.hh"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "tools/cli/html.hh"

namespace skirret::bench {
namespace {

// One size for all: a phone's width, so that letters keep their size there; wide pages set charts side by
// side.
constexpr double kWidth = 420;
constexpr double kHeight = 272;
constexpr double kLeft = 46;
constexpr double kRight = 412;
constexpr double kTop = 34;
constexpr double kBottom = 222;

template <class... Values>
std::string formatted(const char* format, Values... values) {
  char text[400];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

std::string number(double value) {
  return formatted(std::abs(value) >= 1000 ? "%.0f" : "%.4g", value);
}

// From values to places, with round values to mark.
class Scale {
 public:
  Scale(double low, double high, double at_low, double at_high, bool logarithmic)
      : log_(logarithmic), at_low_(at_low), at_high_(at_high) {
    low_ = mapped(low);
    high_ = std::max(mapped(high), low_ + 1e-6);
  }
  double operator()(double value) const {
    const double share = (mapped(value) - low_) / (high_ - low_);
    return at_low_ + std::clamp(share, 0.0, 1.0) * (at_high_ - at_low_);
  }
  std::vector<double> marks() const { return log_ ? log_marks() : even_marks(); }

 private:
  double mapped(double value) const { return log_ ? std::log10(std::max(value, 1e-3)) : value; }
  std::vector<double> log_marks() const {
    std::vector<double> marks;
    const bool dense = high_ - low_ < 1.6;
    for (int power = static_cast<int>(std::floor(low_)); power <= high_ + 1; ++power)
      for (const double step : {1.0, 2.0, 5.0}) {
        if (step != 1 && !dense) continue;
        const double value = step * std::pow(10, power);
        if (std::log10(value) >= low_ - 1e-9 && std::log10(value) <= high_ + 1e-9) marks.push_back(value);
      }
    return marks;
  }
  std::vector<double> even_marks() const {
    const double rough = (high_ - low_) / 5;
    const double power = std::pow(10, std::floor(std::log10(rough)));
    const double step = power * (rough / power < 1.5   ? 1
                                 : rough / power < 3.5 ? 2
                                 : rough / power < 7.5 ? 5
                                                       : 10);
    std::vector<double> marks;
    for (double value = std::ceil(low_ / step - 1e-9) * step; value <= high_ + 1e-9; value += step)
      marks.push_back(std::abs(value) < step * 1e-6 ? 0 : value);
    return marks;
  }

  bool log_;
  double at_low_, at_high_, low_ = 0, high_ = 1;
};

std::string frame_of(const std::string& title, const std::string& x_label, const std::string& y_label,
                     const Scale& x, const Scale& y) {
  std::string svg = formatted("<svg viewBox='0 0 %.0f %.0f' role='img' aria-label='", kWidth, kHeight) +
                    cli::html_escaped(title) + "'>\n<text class='title' x='6' y='15'>" +
                    cli::html_escaped(title) + "</text>\n";
  for (const double value : y.marks())
    svg += formatted(
        "<path class='grid' d='M%.0f %.1fH%.0f'/><text class='tick' text-anchor='end' x='%.0f' "
        "y='%.1f'>%s</text>\n",
        kLeft, y(value), kRight, kLeft - 5, y(value) + 4, number(value).c_str());
  for (const double value : x.marks())
    svg += formatted(
        "<path class='grid' d='M%.1f %.0fV%.0f'/><text class='tick' text-anchor='middle' x='%.1f' "
        "y='%.0f'>%s</text>\n",
        x(value), kTop, kBottom, x(value), kBottom + 15, number(value).c_str());
  svg += formatted("<text class='tick' x='6' y='%.0f'>", kTop - 6) + cli::html_escaped(y_label) + "</text>\n";
  svg += formatted("<text class='tick' text-anchor='end' x='%.0f' y='%.0f'>", kRight, kBottom + 31) +
         cli::html_escaped(x_label) + "</text>\n";
  return svg;
}

std::string path_of(const ChartCurve& curve, const Scale& x, const Scale& y) {
  std::string path;
  for (const LinePoint& point : curve.points)
    path += formatted("%s%.1f %.1f", path.empty() ? "M" : "L", x(point.seconds), y(point.value));
  if (curve.filled && !curve.points.empty())
    path += formatted("L%.1f %.1fL%.1f %.1fZ", x(curve.points.back().seconds), kBottom,
                      x(curve.points.front().seconds), kBottom);
  return path;
}

std::string legend_of(const std::vector<ChartCurve>& curves) {
  std::string svg;
  double at = kLeft;
  double row = kHeight - 20;
  for (const ChartCurve& curve : curves) {
    if (curve.name.empty()) continue;
    const double width = 26 + 6.2 * static_cast<double>(curve.name.size());
    if (at + width > kWidth) {
      at = kLeft;
      row += 15;
    }
    svg += formatted("<path class='%s key' d='M%.0f %.0fh12'/><text class='tick' x='%.0f' y='%.0f'>",
                     curve.role.c_str(), at, row - 4, at + 15, row) +
           cli::html_escaped(curve.name) + "</text>\n";
    at += width;
  }
  return svg;
}

}  // namespace

std::string line_chart_svg(const LineChart& chart) {
  double low = chart.log_y ? 1e9 : 0;
  double high = 1e-3;
  for (const ChartCurve& curve : chart.curves)
    for (const LinePoint& point : curve.points) {
      if (chart.log_y) low = std::min(low, point.value);
      high = std::max(high, point.value);
    }
  if (chart.log_y) low = std::max(1.0, std::min(low, high) * 0.9);
  const Scale x(0, chart.seconds, kLeft, kRight, false);
  const Scale y(low, high * 1.05, kBottom, kTop, chart.log_y);
  std::string svg = frame_of(chart.title, "", chart.y_label + ", over seconds", x, y);
  for (const ChartCurve& curve : chart.curves)
    svg += "<path class='" + curve.role + (curve.filled ? " area" : " line") + "' d='" +
           path_of(curve, x, y) + "'/>\n";
  return svg + legend_of(chart.curves) + "</svg>\n";
}

std::string scatter_svg(const std::string& title, const std::vector<ScatterMark>& marks, double floor_ms) {
  double least = floor_ms;
  double most = floor_ms;
  double low = 1e9;
  double high = -1e9;
  for (const ScatterMark& mark : marks) {
    least = std::min(least, mark.delay_ms);
    most = std::max(most, mark.delay_ms);
    low = std::min(low, mark.ssim_db);
    high = std::max(high, mark.ssim_db);
  }
  const Scale x(std::max(1.0, least) * 0.75, most * 1.35, kRight, kLeft, true);
  const Scale y(low - 1, high + 1, kBottom, kTop, false);
  std::string svg = frame_of(title, "p95 delay, ms (better to the right)", "SSIM, dB", x, y);
  svg += formatted(
      "<path class='floor line' d='M%.1f %.0fV%.0f'/><text class='tick' text-anchor='%s' x='%.1f' "
      "y='%.0f'>oracle</text>\n",
      x(floor_ms), kTop, kBottom, x(floor_ms) > 360 ? "end" : "start",
      x(floor_ms) + (x(floor_ms) > 360 ? -4 : 4), kTop + 12);
  for (const ScatterMark& mark : marks) {
    const bool large = !mark.name.empty();
    svg += formatted("<circle class='%s mark' cx='%.1f' cy='%.1f' r='%s'/>\n", mark.role.c_str(),
                     x(mark.delay_ms), y(mark.ssim_db), large ? "5.5" : "2.2");
    if (!large) continue;
    const bool left = x(mark.delay_ms) > 300;
    svg += formatted("<text class='label' text-anchor='%s' x='%.1f' y='%.1f'>", left ? "end" : "start",
                     x(mark.delay_ms) + (left ? -9 : 9), y(mark.ssim_db) - 7) +
           cli::html_escaped(mark.name) + "</text>\n";
  }
  return svg + "</svg>\n";
}

}  // namespace skirret::bench
