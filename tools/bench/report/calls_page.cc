#include "tools/bench/report/calls_page.hh"

#include <algorithm>
#include <cstdio>
#include <map>

#include "tools/bench/report/line_chart.hh"
#include "tools/cli/html.hh"

namespace skirret::bench {
namespace {

constexpr const char* kHead = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Calls over emulated links</title><style>
:root{color-scheme:light dark;--ink:#1f2328;--soft:#59636e;--paper:#fff;--line:#d1d9e0;--sky:#ddf4ff;
--c0:#0969da;--c1:#bc4c00;--c2:#8250df;--c3:#1a7f37;--c4:#bf3989;--c5:#9a6700;--c6:#57606a;--c7:#cf222e}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9198a1;--paper:#0d1117;--line:#3d444d;--sky:#12304d;
--c0:#58a6ff;--c1:#f0883e;--c2:#bc8cff;--c3:#3fb950;--c4:#f778ba;--c5:#d29922;--c6:#8b949e;--c7:#ff7b72}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1360px;padding:1rem;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.5rem;margin:.2rem 0}h2{font-size:1.2rem;margin:2rem 0 .4rem;border-top:1px solid var(--line);padding-top:1rem}
p{margin:.3rem 0;max-width:70ch}.soft{color:var(--soft);font-size:.9rem}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,480px),1fr));gap:1rem}
svg{width:100%;height:auto;display:block}
.scroll{overflow-x:auto;margin:.6rem 0}table{border-collapse:collapse;font-size:.9rem;white-space:nowrap}
th,td{padding:.25rem .6rem;text-align:right;border-bottom:1px solid var(--line)}th:first-child,td:first-child{text-align:left}
th{font-weight:600;color:var(--soft)}
.worse{color:var(--c7)}.better{color:var(--c3)}
.title{font-size:14px;font-weight:600;fill:var(--ink)}.tick{font-size:11px;fill:var(--soft)}.label{font-size:12px;fill:var(--ink)}
.grid{stroke:var(--line);stroke-width:1;fill:none}.line{fill:none;stroke-width:1.6;stroke-linejoin:round}.key{stroke-width:3}
.area{fill:var(--sky);stroke:none}.mark{fill-opacity:.85;stroke:var(--paper);stroke-width:1}
.floor{stroke:var(--soft);fill:none;stroke-dasharray:5 3}.capacity{stroke:var(--sky);fill:var(--sky)}
)";

std::string colour_rules() {
  std::string css;
  for (int i = 0; i < 8; ++i) {
    const std::string n = std::to_string(i);
    css += ".c" + n + "{stroke:var(--c" + n + ")}.mark.c" + n + "{fill:var(--c" + n + ")}\n";
  }
  return css;
}

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

std::string scatter_of(const std::vector<const RunGroup*>& section, const Roles& roles) {
  std::vector<ScatterMark> marks;
  for (const RunGroup* group : section) {
    const std::string& role = roles.at(group->system);
    if (group->runs.size() > 1)
      for (const MeasuredRun* run : group->runs)
        marks.push_back({"", role, run->metrics.whole.delay_ms.p95, run->metrics.displayed.ssim_db});
    marks.push_back(
        {group->system, role, group->median_of(figure("delay_p95_ms")), group->median_of(figure("ssim_db"))});
  }
  return scatter_svg("Delay and quality", marks, section.front()->runs.front()->metrics.oracle.delay_ms.p95);
}

std::string lines_of(const std::vector<const RunGroup*>& section, const Roles& roles) {
  const MeasuredRun& first = *section.front()->runs.front();
  LineChart delay{"Delay of each capture", "ms", true, first.seconds, {}};
  LineChart rate{"The link, and what was carried", "Mbit/s", false, first.seconds, {}};
  LineChart quality{"SSIM of displayed frames", "dB", false, first.seconds, {}};
  rate.curves.push_back({"capacity", "capacity", first.lines.capacity_mbps, true});
  for (const RunGroup* group : section) {
    const RunLines& lines = group->runs.front()->lines;
    const std::string& role = roles.at(group->system);
    delay.curves.push_back({group->system, role, lines.delay_ms});
    rate.curves.push_back({group->system, role, lines.carried_mbps});
    quality.curves.push_back({group->system, role, lines.ssim_db});
  }
  delay.curves.push_back({"oracle", "floor", first.lines.oracle_delay_ms});
  return line_chart_svg(delay) + line_chart_svg(rate) + line_chart_svg(quality);
}

template <class... Values>
std::string cells(const char* format, Values... values) {
  char text[400];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

std::string table_of(const std::vector<const RunGroup*>& section) {
  std::string html =
      "<div class='scroll'><table><tr><th>system</th><th>runs</th><th>p50</th><th>p95</th><th>p99 ms</th>"
      "<th>excess p50</th><th>p95 ms</th><th>SSIM</th><th>on screen</th><th>by then</th><th>PSNR dB</th>"
      "<th>frames/s</th><th>frozen</th><th>longest</th><th>used</th></tr>\n";
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
    html += cells("<td>%.1f</td><td>%.1f %%</td><td>%.0f ms</td><td>%.0f %%</td></tr>\n",
                  median([](const M& m) { return m.whole.motion.frames_per_second; }),
                  median([](const M& m) { return 100 * m.whole.motion.frozen_share; }),
                  median([](const M& m) { return m.whole.motion.longest_freeze_ms; }),
                  median([](const M& m) { return 100 * m.used_share; }));
  }
  const auto& oracle = section.front()->runs.front()->metrics.oracle;
  html += cells(
      "<tr><td>oracle</td><td></td><td>%.0f</td><td>%.0f</td><td>%.0f</td><td>0</td><td>0</td><td></td>"
      "<td></td><td></td><td></td><td>%.1f</td><td>%.1f %%</td><td>%.0f ms</td><td></td></tr>\n",
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

std::string notes_of(const std::vector<const RunGroup*>& section) {
  std::string html;
  for (const RunGroup* group : section) {
    const std::string& notes = group->runs.front()->settings.notes;
    if (!notes.empty())
      html += "<p class='soft'>" + cli::html_escaped(group->system + ": " + notes) + "</p>\n";
  }
  return html;
}

}  // namespace

std::string calls_page(const std::vector<MeasuredRun>& runs, const std::optional<Comparison>& comparison,
                       const std::string& version) {
  const std::vector<RunGroup> groups = grouped(runs);
  const Roles roles = roles_of(groups);
  std::string html = kHead + colour_rules() + "</style></head><body>\n<h1>Calls over emulated links</h1>\n";
  html +=
      "<p>Delay: from each capture to the display of that frame or a later one. Quality: luma of displayed "
      "frames "
      "against their originals; “on screen” is what stands there 150 ms after each capture against that "
      "capture, “by "
      "then” the newest picture shown by then that is no newer than it. The oracle knows the link: 15 ms of "
      "coding, "
      "newest frame first. Excess: a capture’s delay above the oracle’s. Several runs: medians.</p>\n"
      "<p class='soft'>skirret-bench call " +
      cli::html_escaped(version) + "</p>\n";
  if (comparison) html += changes_of(*comparison);
  std::vector<std::pair<std::string, std::vector<const RunGroup*>>> sections;
  for (const RunGroup& group : groups) {
    const std::string title = group.trace + ", " + group.clip;
    auto section = std::ranges::find(sections, title, &decltype(sections)::value_type::first);
    if (section == sections.end()) section = sections.insert(sections.end(), {title, {}});
    section->second.push_back(&group);
  }
  for (const auto& [title, section] : sections) {
    html += "<h2>" + cli::html_escaped(title) + "</h2>\n" + table_of(section) + "<div class='charts'>\n" +
            scatter_of(section, roles) + lines_of(section, roles) + "</div>\n" + notes_of(section);
  }
  return html + "</body></html>\n";
}

}  // namespace skirret::bench
