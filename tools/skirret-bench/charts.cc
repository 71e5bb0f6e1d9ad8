#include "tools/skirret-bench/charts.hh"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "tools/bench/chart/chart.hh"

namespace skirret::bench {
namespace {

ChartSeries series(const std::string& name, const char* role, ChartStyle style,
                   const std::vector<Point>& points) {
  ChartSeries made{name, role, style, {}};
  for (const Point& point : points) made.points.push_back({point.seconds, point.value});
  return made;
}

Chart chart_of(const Timeline& timeline, const std::string& title, ChartAxis y,
               std::vector<ChartSeries> all) {
  Chart chart{title,
              {.label = "s", .low = 0.0, .high = std::max(timeline.seconds, 1.0)},
              std::move(y),
              std::move(all)};
  for (const Stretch& stretch : timeline.way_back_outages)
    chart.shaded.push_back({stretch.begin, stretch.end});
  return chart;
}

std::string rates_note(const Timeline& timeline) {
  char text[120];
  std::snprintf(text, sizeof text,
                "What the link could have carried, and what the call put on it, over %.4g s each.",
                timeline.bin_seconds);
  return text + std::string(timeline.way_back_outages.empty()
                                ? ""
                                : " Shaded: the way back was cut, no acknowledgement could arrive.");
}

}  // namespace

std::vector<NotedChart> draw_charts(const Timeline& t) {
  using enum ChartStyle;
  std::vector<NotedChart> charts;
  const auto draw = [&](const std::string& title, ChartAxis y, std::vector<ChartSeries> all,
                        const std::string& note) {
    std::string svg = chart_svg(chart_of(t, title, std::move(y), std::move(all)));
    if (!svg.empty()) charts.push_back({std::move(svg), note});
  };
  draw("Capacity and bytes sent", {.label = "Mbit/s", .low = 0.0},
       {series("offered by the link", "capacity", kArea, t.offered_mbps),
        series("carried", "c0", kLine, t.carried_mbps), series("frames sent", "c1", kLine, t.sent_mbps)},
       rates_note(t));
  draw("Delay", {.label = "ms", .logarithmic = true},
       {series("queue", "c1", kSteps, t.queue_ms), series("capture to display", "c0", kDots, t.delay_ms)},
       "From each capture to the display of that frame or of a later one; below it the longest wait in the "
       "link's queue.");
  draw("Quality", {"dB"},
       {series("PSNR", "c3", kLine, t.psnr_y_db), series("SSIM", "c0", kLine, t.ssim_y_db)},
       "Luma of each shown picture against the source picture of the same frame.");
  draw("Candidates, budget and choice", {.label = "bytes a frame", .logarithmic = true},
       {series("candidates", "c9", kDots, t.candidate_bytes), series("budget", "c1", kSteps, t.budget_bytes),
        series("sent", "c0", kDots, t.chosen_bytes)},
       "Each frame is coded in several sizes before its budget is known; the largest that fits is sent.");
  draw("Quantizer of the frames sent", {.label = "quantizer", .low = 0.0, .high = 127.0},
       {series("", "c2", kDots, t.chosen_quantizer)}, "0 is the finest, 127 the coarsest.");
  return charts;
}

}  // namespace skirret::bench
