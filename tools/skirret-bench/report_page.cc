#include "tools/skirret-bench/report_page.hh"

#include <cmath>
#include <cstdio>
#include <utility>

#include <nlohmann/json.hpp>

#include "tools/cli/html.hh"

namespace skirret::bench {
namespace {

template <class... Values>
std::string formatted(const char* format, Values... values) {
  char text[160];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

std::string ms(Duration duration) {
  return formatted("%.0f ms", to_ms(duration));
}

std::string megabytes(std::uint64_t bytes) {
  return formatted("%.2f MB", static_cast<double>(bytes) * 1e-6);
}

std::string counted(std::uint64_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

struct Row {
  std::string name;
  std::string value;
  std::string detail;  // may be empty
};

std::vector<Row> rows_of(const CallSummary& summary) {
  std::vector<Row> rows;
  std::string shown = formatted("%lu sent, %lu skipped (nothing fitted), %lu overtaken before coding",
                                summary.frames_sent, summary.frames_skipped, summary.frames_superseded);
  if (summary.frames_unanswered > 0)
    shown += formatted(", the last %lu never shown", summary.frames_unanswered);
  rows.push_back(
      {"frames shown", formatted("%lu of %lu", summary.frames_shown, summary.frames_captured), shown});
  rows.push_back(
      {"delay p50", ms(summary.delay_p50), "from capture to the display of that frame or a later one"});
  rows.push_back({"delay p95", ms(summary.delay_p95),
                  "at most " + ms(summary.delay_max) + ", longest freeze " + ms(summary.longest_freeze)});
  if (summary.quality) {
    rows.push_back({"SSIM", formatted("%.2f dB", summary.quality->ssim_y_db),
                    formatted("luma, mean %.4f over the frames shown", summary.quality->ssim_y)});
    rows.push_back({"PSNR", formatted("%.2f dB", summary.quality->psnr_y_db), "luma, over the frames shown"});
  }
  if (summary.link) {
    const LinkSummary& link = *summary.link;
    const double share = link.bytes_offered == 0 ? 0
                                                 : 100 * static_cast<double>(link.bytes_carried) /
                                                       static_cast<double>(link.bytes_offered);
    rows.push_back({"bytes used", megabytes(link.bytes_carried),
                    formatted("%.0f %% of the %.2f MB that the link offered", share,
                              static_cast<double>(link.bytes_offered) * 1e-6)});
    rows.push_back({"queue p95", ms(link.queue_p95),
                    "wait in the link, outside " + counted(link.outages, "outage") +
                        formatted(" (%.1f s)", to_seconds(link.outage_time))});
    rows.push_back({"way back", counted(link.way_back_outages, "outage"),
                    formatted("%.1f s in which no acknowledgement could arrive",
                              to_seconds(link.way_back_outage_time))});
  } else {
    rows.push_back(
        {"bytes sent", megabytes(summary.bytes_coded), "coded frames, before packets and sealing"});
  }
  rows.push_back({"above budget", counted(summary.over_budget, "frame"),
                  formatted("%lu sent as probes while the budget was 0; %.1f candidates a frame",
                            summary.probes, summary.candidates_a_frame)});
  rows.push_back(
      {"key frames", formatted("%lu", summary.key_frames), counted(summary.losses, "frame") + " lost"});
  return rows;
}

std::string heading(const CallTitle& title, const CallSummary& summary) {
  std::string words = formatted("%.1f s call", to_seconds(summary.length));
  if (!title.source.empty()) words += " of " + title.source;
  if (!title.link.empty()) words += " over " + title.link;
  return words;
}

constexpr const char* kColours = R"css(
:root { color-scheme: light dark; --page: #fcfcfb; --ink: #16181d; --soft: #5a6069; --rule: #e3e4e1;
  --chart-text: #5a6069; --chart-grid: #e3e4e1; --chart-1: #2a78d6; --chart-2: #e0652c; --chart-3: #1a9c6d;
  --chart-4: #5b4bb7; --chart-5: #c9d3dd; }
@media (prefers-color-scheme: dark) { :root { --page: #17181b; --ink: #f0f0ee; --soft: #a6abb3; --rule: #34373c;
  --chart-text: #a6abb3; --chart-grid: #34373c; --chart-1: #5b9ee8; --chart-2: #e8844f; --chart-3: #35b586;
  --chart-4: #9a8cf0; --chart-5: #46505c; } }
)css";

constexpr const char* kLayout = R"css(
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 3rem; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1.25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 2.25rem 0 0; }
p { margin: .1rem 0 .5rem; color: var(--soft); font-size: .9rem; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(10.5rem, 1fr)); gap: 1rem 1.5rem; margin: 0; }
dl div { border-top: 1px solid var(--rule); padding-top: .5rem; }
dt { color: var(--soft); font-size: .85rem; }
dd { margin: 0; font-size: 1.35rem; font-variant-numeric: tabular-nums; }
dd small { display: block; font-size: .8rem; line-height: 1.35; color: var(--soft); }
svg { display: block; width: 100%; height: auto; }
.narrow { display: none; }
@media (max-width: 40rem) { .wide { display: none; } .narrow { display: block; } }
)css";

}  // namespace

std::string summary_text(const CallTitle& title, const CallSummary& summary) {
  std::string text = heading(title, summary) + "\n";
  for (const Row& row : rows_of(summary)) {
    text += formatted("  %-14s%-14s", row.name.c_str(), row.value.c_str());
    text += (row.detail.empty() ? "" : "  " + row.detail) + "\n";
  }
  return text;
}

nlohmann::ordered_json summary_json(const CallTitle& title, const CallSummary& summary) {
  nlohmann::ordered_json json;
  json["source"] = title.source;
  json["link"] = title.link;
  json["seconds"] = to_seconds(summary.length);
  json["frames_captured"] = summary.frames_captured;
  json["frames_sent"] = summary.frames_sent;
  json["frames_skipped"] = summary.frames_skipped;
  json["frames_superseded"] = summary.frames_superseded;
  json["frames_shown"] = summary.frames_shown;
  json["frames_unanswered"] = summary.frames_unanswered;
  json["frames_lost"] = summary.losses;
  json["key_frames"] = summary.key_frames;
  json["over_budget"] = summary.over_budget;
  json["probe_frames"] = summary.probes;
  json["candidates_a_frame"] = summary.candidates_a_frame;
  json["bytes_coded"] = summary.bytes_coded;
  json["delay_p50_ms"] = to_ms(summary.delay_p50);
  json["delay_p95_ms"] = to_ms(summary.delay_p95);
  json["delay_max_ms"] = to_ms(summary.delay_max);
  json["longest_freeze_ms"] = to_ms(summary.longest_freeze);
  if (summary.link) {
    json["bytes_offered"] = summary.link->bytes_offered;
    json["bytes_used"] = summary.link->bytes_carried;
    json["queue_p95_ms"] = to_ms(summary.link->queue_p95);
    json["outages"] = summary.link->outages;
    json["outage_s"] = to_seconds(summary.link->outage_time);
    json["way_back_outages"] = summary.link->way_back_outages;
    json["way_back_outage_s"] = to_seconds(summary.link->way_back_outage_time);
  }
  if (summary.quality) {
    json["ssim_y"] = summary.quality->ssim_y;
    json["ssim_y_db"] = summary.quality->ssim_y_db;
    json["psnr_y_db"] = summary.quality->psnr_y_db;
  }
  return json;
}

std::string report_page(const CallTitle& title, const CallSummary& summary,
                        const std::vector<Chart>& charts) {
  const std::string words = cli::html_escaped(heading(title, summary));
  std::string page = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n";
  page += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  page += "<title>" + words + "</title>\n<style>" + kColours + kLayout + "</style>\n<h1>" + words +
          "</h1>\n<dl>\n";
  for (const Row& row : rows_of(summary)) {
    page += "<div><dt>" + cli::html_escaped(row.name) + "</dt><dd>" + cli::html_escaped(row.value);
    if (!row.detail.empty()) page += "<small>" + cli::html_escaped(row.detail) + "</small>";
    page += "</dd></div>\n";
  }
  page += "</dl>\n";
  for (const Chart& chart : charts) {
    page += "<h2>" + cli::html_escaped(chart.title) + "</h2>\n<p>" + cli::html_escaped(chart.note) + "</p>\n";
    page += "<div class=\"wide\">" + chart.wide_svg + "</div>\n<div class=\"narrow\">" + chart.narrow_svg +
            "</div>\n";
  }
  return page + "</html>\n";
}

std::string call_picture(const std::vector<Chart>& charts) {
  constexpr int kTitle = 34;
  std::string body;
  int y = 0;
  for (std::size_t i = 0; i < charts.size() && i < 3; ++i) {
    body += formatted("<text x=\"12\" y=\"%d\" fill=\"var(--ink)\" font-size=\"16\" font-weight=\"bold\">",
                      y + 24);
    body += cli::html_escaped(charts[i].title) + "</text>\n";
    std::string chart = charts[i].wide_svg;
    if (chart.starts_with("<svg")) {
      chart.insert(4,
                   formatted(" y=\"%d\" width=\"%d\" height=\"%d\"", y + kTitle, kWideChart, kChartHeight));
    }
    body += chart;
    y += kTitle + kChartHeight;
  }
  std::string picture =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\"";
  picture += formatted(" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\">\n", kWideChart, y);
  return picture + "<style>" + kColours +
         "</style>\n<rect width=\"100%\" height=\"100%\" fill=\"var(--page)\"/>\n" + body + "</svg>\n";
}

}  // namespace skirret::bench
