#include "tools/skirret-bench/charts.hh"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "tools/skirret-bench/gnuplot.hh"

namespace skirret::bench {
namespace {

constexpr int kNarrow = 400;
constexpr const char* kFromZero = "[0:*]";

// One curve of a chart: its points, the gnuplot style that draws them and the title in the key.
struct Curve {
  const std::vector<Point>* points;
  std::string style;
  std::string title;
};

struct Drawing {
  std::string title;
  std::string note;
  std::string y_label;
  std::string y_range = kFromZero;
  std::vector<Curve> curves;
  std::string extra;  // further gnuplot commands
};

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

std::string area(ChartColour colour) {
  return "with filledcurves y1=0 fillstyle solid 1 noborder lc " + colour_name(colour);
}
std::string line(ChartColour colour, const char* width = "1.6") {
  return std::string("with lines lw ") + width + " lc " + colour_name(colour);
}
std::string steps(ChartColour colour) {
  return "with steps lw 1.6 lc " + colour_name(colour);
}
std::string dots(ChartColour colour, const char* size) {
  return std::string("with points pt 7 ps ") + size + " lc " + colour_name(colour);
}

std::string data_block(std::size_t index, const std::vector<Point>& points) {
  std::string block = "$d" + std::to_string(index) + " << EOD\n";
  for (const Point& point : points) block += number(point.seconds) + " " + number(point.value) + "\n";
  return block + "EOD\n";
}

// Distance of the marks on a linear axis from 0: 1, 2 or 5 times a power of ten, five marks or so.
double mark_distance(const Drawing& drawing) {
  double highest = 0;
  for (const Curve& curve : drawing.curves) {
    for (const Point& point : *curve.points) highest = std::max(highest, point.value);
  }
  const double rough = std::max(highest, 1e-3) / 5;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  for (const double step : {1.0, 2.0, 5.0}) {
    if (step * power >= rough) return step * power;
  }
  return 10 * power;
}

// Shades the times in which the way back was cut.
std::string shades(const std::vector<Stretch>& stretches) {
  std::string commands;
  for (const Stretch& stretch : stretches) {
    commands += "set object rectangle from " + number(stretch.begin) + ", graph 0 to " + number(stretch.end) +
                ", graph 1 behind fillcolor " + colour_name(ChartColour::kGrid) +
                " fillstyle solid 1 noborder\n";
  }
  return commands;
}

std::string commands_of(const Drawing& drawing, double seconds) {
  const std::string text = colour_name(ChartColour::kText);
  const std::string grid = colour_name(ChartColour::kGrid);
  std::string commands = "set border 1 lc " + grid + "\nset grid ytics lt 1 lw 1 lc " + grid + "\n";
  commands += "set tics nomirror scale 0 textcolor " + text + "\nset xtics scale 0.4\n";
  commands += "set key above left Left reverse horizontal textcolor " + text + " samplen 1.4\n";
  commands += "set xlabel 'seconds' offset 0,0.5 textcolor " + text + "\n";
  commands += "set ylabel '" + drawing.y_label + "' offset 1,0 textcolor " + text + "\n";
  // Margins alike, so that one moment stands at one place in every chart.
  commands += "set lmargin 9\nset rmargin 2\n";
  commands += "set xrange [0:" + number(std::ceil(std::max(seconds - 0.5, 1.0))) + "]\nset yrange " +
              drawing.y_range + "\n";
  if (drawing.y_range == kFromZero) commands += "set ytics " + number(mark_distance(drawing)) + "\n";
  commands += drawing.extra;
  std::string plots;
  for (std::size_t i = 0; i < drawing.curves.size(); ++i) {
    const Curve& curve = drawing.curves[i];
    if (curve.points->empty()) continue;
    commands += data_block(i, *curve.points);
    if (!plots.empty()) plots += ", ";
    plots += "$d" + std::to_string(i) + " using 1:2 " + curve.style + " title '" + curve.title + "'";
  }
  return commands + "plot " + plots + "\n";
}

Drawing rates(const Timeline& timeline) {
  std::string note = "What the link could have carried, and what the call put on it, over " +
                     number(timeline.bin_seconds) + " s each.";
  if (!timeline.way_back_outages.empty()) {
    note += " Shaded: the way back was cut, no acknowledgement could arrive.";
  }
  return {.title = "Capacity and bytes sent",
          .note = note,
          .y_label = "Mbit/s",
          .curves = {{&timeline.offered_mbps, area(ChartColour::kSeries5), "offered by the link"},
                     {&timeline.carried_mbps, line(ChartColour::kSeries1, "2"), "carried"},
                     {&timeline.sent_mbps, line(ChartColour::kSeries2), "frames sent"}},
          .extra = shades(timeline.way_back_outages)};
}

Drawing delays(const Timeline& timeline) {
  return {
      .title = "Delay",
      .note =
          "From each capture to the display of that frame or of a later one; below it the longest wait in "
          "the link's queue.",
      .y_label = "ms",
      .y_range = "[1:*]",
      .curves = {{&timeline.queue_ms, steps(ChartColour::kSeries2), "queue"},
                 {&timeline.delay_ms, dots(ChartColour::kSeries1, "0.28"), "capture to display"}},
      .extra = shades(timeline.way_back_outages) + "set logscale y 10\n"};
}

Drawing quality(const Timeline& timeline) {
  return {.title = "Quality",
          .note = "Luma of each shown picture against the source picture of the same frame.",
          .y_label = "dB",
          .y_range = "[*:*]",
          .curves = {{&timeline.psnr_y_db, line(ChartColour::kSeries3, "1.2"), "PSNR"},
                     {&timeline.ssim_y_db, line(ChartColour::kSeries1), "SSIM"}},
          .extra = "set ytics 10\n"};
}

Drawing choices(const Timeline& timeline) {
  return {
      .title = "Candidates, budget and choice",
      .note =
          "Each frame is coded in several sizes before its budget is known; the largest that fits is sent.",
      .y_label = "bytes a frame",
      .y_range = "[50:*]",
      .curves = {{&timeline.candidate_bytes, dots(ChartColour::kSeries5, "0.25"), "candidates"},
                 {&timeline.budget_bytes, steps(ChartColour::kSeries2), "budget"},
                 {&timeline.chosen_bytes, dots(ChartColour::kSeries1, "0.32"), "sent"}},
      .extra = shades(timeline.way_back_outages) + "set logscale y 10\nset format y '%.0s%c'\n"};
}

Drawing quantizers(const Timeline& timeline) {
  return {.title = "Quantizer of the frames sent",
          .note = "0 is the finest, 127 the coarsest.",
          .y_label = "quantizer",
          .y_range = "[0:127]",
          .curves = {{&timeline.chosen_quantizer, dots(ChartColour::kSeries4, "0.28"), ""}},
          .extra = {}};
}

bool has_data(const Drawing& drawing) {
  return std::any_of(drawing.curves.begin(), drawing.curves.end(),
                     [](const Curve& curve) { return !curve.points->empty(); });
}

}  // namespace

Result<std::vector<Chart>> draw_charts(const Timeline& timeline) {
  std::vector<Drawing> drawings;
  for (Drawing& drawing : std::vector<Drawing>{rates(timeline), delays(timeline), quality(timeline),
                                               choices(timeline), quantizers(timeline)}) {
    if (has_data(drawing)) drawings.push_back(std::move(drawing));
  }
  std::vector<Plot> plots;
  for (const Drawing& drawing : drawings) {
    for (const int width : {kWideChart, kNarrow}) {
      plots.push_back(
          {.width = width, .height = kChartHeight, .commands = commands_of(drawing, timeline.seconds)});
    }
  }
  auto drawn = run_gnuplot(plots);
  if (!drawn) return tl::unexpected(drawn.error());
  std::vector<Chart> charts;
  for (std::size_t i = 0; i < drawings.size(); ++i) {
    charts.push_back({.title = drawings[i].title,
                      .note = drawings[i].note,
                      .wide_svg = std::move((*drawn)[2 * i]),
                      .narrow_svg = std::move((*drawn)[2 * i + 1])});
  }
  return charts;
}

}  // namespace skirret::bench
