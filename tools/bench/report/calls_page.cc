#include "tools/bench/report/calls_page.hh"

#include <algorithm>
#include <cstdio>
#include <map>

#include "tools/bench/chart/chart.hh"
#include "tools/bench/chart/page.hh"
#include "tools/cli/html.hh"

namespace skirret::bench {
namespace {

using Roles = std::map<std::string, std::string>;  // a system's colour, the same over the whole page

Roles roles_of(const std::vector<RunGroup>& groups) {
  Roles roles;
  for (const RunGroup& group : groups)
    roles.emplace(group.system, "c" + std::to_string(std::min<std::size_t>(roles.size(), 7)));
  return roles;
}

const KeyFigure& figure(const std::string& name) {
  return *std::ranges::find(key_figures(), name, [](const KeyFigure& one) { return std::string(one.name); });
}

using Section = std::vector<const RunGroup*>;  // all systems over one link with one clip

// p95 delay against SSIM, as the Salsify paper draws it: delay falls to the right, so that what is better
// stands right and up. A system's median is a mark with its name, each of its runs a dot.
std::string scatter_of(const std::string& title, const Section& section, const Roles& roles) {
  Chart chart{title,
              {.label = "p95 delay, ms (better to the right)", .logarithmic = true, .reversed = true},
              {"SSIM, dB"},
              {}};
  double low = 1e9;
  double high = -1e9;
  const auto place_of = [&](double p95, double ssim, const std::string& name) {
    low = std::min(low, ssim);
    high = std::max(high, ssim);
    return ChartPoint{p95, ssim, name};
  };
  for (const RunGroup* group : section) {
    const std::string& role = roles.at(group->system);
    ChartSeries runs{"", role, ChartStyle::kPoints, {}};
    if (group->runs.size() > 1)
      for (const MeasuredRun* run : group->runs)
        runs.points.push_back(place_of(run->metrics.whole.delay_ms.p95, run->metrics.displayed.ssim_db, ""));
    chart.series.push_back(std::move(runs));
    chart.series.push_back({"",
                            role,
                            ChartStyle::kMarks,
                            {place_of(group->median_of(figure("delay_p95_ms")),
                                      group->median_of(figure("ssim_db")), group->system)}});
  }
  chart.y.low = low - 1;
  chart.y.high = high + 1;
  chart.guides = {{section.front()->runs.front()->metrics.oracle.delay_ms.p95, "oracle"}};
  return chart_svg(chart);
}

std::vector<ChartPoint> points_of(const std::vector<LinePoint>& line) {
  std::vector<ChartPoint> points;
  for (const LinePoint& point : line) points.push_back({point.seconds, point.value});
  return points;
}

std::vector<std::string> lines_of(const Section& section, const Roles& roles) {
  const MeasuredRun& first = *section.front()->runs.front();
  const ChartAxis seconds{.label = "s", .low = 0.0, .high = first.seconds};
  Chart delay{"Delay of each capture", seconds, {.label = "ms", .logarithmic = true}, {}};
  Chart rate{"The link, and what was carried", seconds, {.label = "Mbit/s", .low = 0.0}, {}};
  Chart quality{"SSIM of displayed frames", seconds, {"dB"}, {}};
  rate.series.push_back({"capacity", "capacity", ChartStyle::kArea, points_of(first.lines.capacity_mbps)});
  for (const RunGroup* group : section) {
    const RunLines& lines = group->runs.front()->lines;
    const std::string& role = roles.at(group->system);
    delay.series.push_back({group->system, role, ChartStyle::kLine, points_of(lines.delay_ms)});
    rate.series.push_back({group->system, role, ChartStyle::kLine, points_of(lines.carried_mbps)});
    quality.series.push_back({group->system, role, ChartStyle::kLine, points_of(lines.ssim_db)});
  }
  delay.series.push_back({"oracle", "floor", ChartStyle::kLine, points_of(first.lines.oracle_delay_ms)});
  return {chart_svg(delay), chart_svg(rate), chart_svg(quality)};
}

template <class... Values>
std::string cells(const char* format, Values... values) {
  char text[400];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

std::string table_of(const Section& section) {
  std::string html =
      "<div class='scroll'><table><tr><th>system</th><th>runs</th><th>p50</th><th>p95</th><th>p99 ms</th>"
      "<th>excess p50</th><th>p95 ms</th><th>SSIM</th><th>on screen</th><th>by then</th><th>PSNR dB</th>"
      "<th>frames/s</th><th>frozen</th><th>longest</th><th>used</th><th>no code</th></tr>\n";
  using M = CallMetrics;
  for (const RunGroup* group : section) {
    const auto median = [&](double (*of)(const M&)) {
      return group->median_of({"", "", "", false, 0, 0, of});
    };
    html += "<tr><td>" + cli::html_escaped(group->system) + (group->live ? "" : " (virtual)") + "</td>";
    html += cells("<td>%zu</td><td>%.0f</td><td>%.0f</td><td>%.0f</td><td>%.0f</td><td>%.0f</td>",
                  group->runs.size(), median([](const M& m) { return m.whole.delay_ms.p50; }),
                  median([](const M& m) { return m.whole.delay_ms.p95; }),
                  median([](const M& m) { return m.whole.delay_ms.p99; }),
                  median([](const M& m) { return m.whole.excess_ms.p50; }),
                  median([](const M& m) { return m.whole.excess_ms.p95; }));
    html += cells("<td>%.2f</td><td>%.2f</td><td>%.2f</td><td>%.2f</td>",
                  median([](const M& m) { return m.displayed.ssim_db; }),
                  median([](const M& m) { return m.whole.screen.ssim_db; }),
                  median([](const M& m) { return m.whole.by_then.ssim_db; }),
                  median([](const M& m) { return m.displayed.psnr_db; }));
    html += cells("<td>%.1f</td><td>%.1f %%</td><td>%.0f ms</td><td>%.0f %%</td>",
                  median([](const M& m) { return m.whole.motion.frames_per_second; }),
                  median([](const M& m) { return 100 * m.whole.motion.frozen_share; }),
                  median([](const M& m) { return m.whole.motion.longest_freeze_ms; }),
                  median([](const M& m) { return 100 * m.used_share; }));
    html += "<td>" + unread_text(*group) + "</td></tr>\n";
  }
  const auto& oracle = section.front()->runs.front()->metrics.oracle;
  html += cells(
      "<tr><td>oracle</td><td></td><td>%.0f</td><td>%.0f</td><td>%.0f</td><td>0</td><td>0</td><td></td>"
      "<td></td><td></td><td></td><td>%.1f</td><td>%.1f %%</td><td>%.0f ms</td><td></td><td></td></tr>\n",
      oracle.delay_ms.p50, oracle.delay_ms.p95, oracle.delay_ms.p99, oracle.motion.frames_per_second,
      100 * oracle.motion.frozen_share, oracle.motion.longest_freeze_ms);
  return html + "</table></div>\n";
}

std::string changes_of(const Comparison& comparison) {
  std::string html = "<h2>Against the baseline</h2>\n";
  bool any = false;
  for (const FigureChange& change : comparison.changes) {
    if (!change.beyond_noise) continue;
    any = true;
    html += std::string("<p class='") + (change.worse ? "worse'>worse: " : "better'>better: ") +
            cli::html_escaped(change.group) +
            cells(": %s %.4g → %.4g %s</p>\n", change.figure.title, change.before, change.now,
                  change.figure.unit);
  }
  return html + (any ? "" : "<p>Nothing changed beyond noise.</p>\n");
}

std::string notes_of(const Section& section) {
  std::string html;
  for (const RunGroup* group : section) {
    const std::string& notes = group->runs.front()->settings.notes;
    if (!notes.empty())
      html += "<p class='soft'>" + cli::html_escaped(group->system + ": " + notes) + "</p>\n";
  }
  return html;
}

// Recorded clips bear their size and rate in their names: it is said once.
std::string title_of(const RunGroup& group) {
  const CallSettings& settings = group.runs.front()->settings;
  const std::string size = std::to_string(settings.size.width) + "x" + std::to_string(settings.size.height);
  return group.trace + ", " + settings.clip.substr(0, settings.clip.find("_" + size)) + " " + size;
}

std::vector<std::pair<std::string, Section>> sections_of(const std::vector<RunGroup>& groups) {
  std::vector<std::pair<std::string, Section>> sections;
  for (const RunGroup& group : groups) {
    const std::string title = title_of(group);
    auto section = std::ranges::find(sections, title, &decltype(sections)::value_type::first);
    if (section == sections.end()) section = sections.insert(sections.end(), {title, {}});
    section->second.push_back(&group);
  }
  return sections;
}

}  // namespace

std::string calls_page(const std::vector<MeasuredRun>& runs, const std::optional<Comparison>& comparison,
                       const std::string& version) {
  const std::vector<RunGroup> groups = grouped(runs);
  const Roles roles = roles_of(groups);
  std::string html = page_head("Calls over emulated links");
  html +=
      "<p>Delay: from each capture to the display of that frame or a later one. Quality: luma of displayed "
      "frames against their originals; “on screen” is what stands there 150 ms after each capture against "
      "that capture, “by then” the newest picture shown by then that is no newer than it. The oracle knows "
      "the link: 15 ms of coding, newest frame first. Excess: a capture’s delay above the oracle’s. “No "
      "code”: displayed pictures whose number could not be read. Several runs: medians.</p>\n"
      "<p class='soft'>skirret-bench call " +
      cli::html_escaped(version) + "</p>\n";
  if (comparison) html += changes_of(*comparison);
  for (const auto& [title, section] : sections_of(groups)) {
    html += "<h2>" + cli::html_escaped(title) + "</h2>\n" + table_of(section) + "<div class='charts'>\n" +
            scatter_of("Delay and quality", section, roles);
    for (const std::string& chart : lines_of(section, roles)) html += chart;
    html += "</div>\n" + notes_of(section);
  }
  return html + "</body></html>\n";
}

std::string calls_picture(const std::vector<MeasuredRun>& runs) {
  const std::vector<RunGroup> groups = grouped(runs);
  const Roles roles = roles_of(groups);
  const auto sections = sections_of(groups);
  std::vector<std::string> charts;
  for (const auto& [title, section] : sections) charts.push_back(scatter_of(title, section, roles));
  if (sections.size() == 1)
    for (std::string& chart : lines_of(sections.front().second, roles)) charts.push_back(std::move(chart));
  return chart_picture(charts, 2);
}

}  // namespace skirret::bench
