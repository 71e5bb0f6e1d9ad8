#include "tools/skirret-bench/report_page.hh"

#include <algorithm>
#include <cstdio>
#include <utility>

#include <nlohmann/json.hpp>

#include "tools/bench/chart/chart.hh"
#include "tools/bench/chart/page.hh"
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

// Under the page's own style.
constexpr const char* kFigures = R"css(<style>
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(10.5rem,1fr));gap:1rem 1.5rem;margin:1rem 0}
dl div{border-top:1px solid var(--line);padding-top:.5rem}dt{color:var(--soft);font-size:.85rem}
dd{margin:0;font-size:1.35rem;font-variant-numeric:tabular-nums}
dd small{display:block;font-size:.8rem;line-height:1.35;color:var(--soft)}
</style>
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
                        const std::vector<NotedChart>& charts) {
  std::string page = page_head(heading(title, summary)) + kFigures + "<dl>\n";
  for (const Row& row : rows_of(summary)) {
    page += "<div><dt>" + cli::html_escaped(row.name) + "</dt><dd>" + cli::html_escaped(row.value);
    if (!row.detail.empty()) page += "<small>" + cli::html_escaped(row.detail) + "</small>";
    page += "</dd></div>\n";
  }
  page += "</dl>\n<div class='charts'>\n";
  for (const NotedChart& chart : charts)
    page += "<div>" + chart.svg + "<p class='soft'>" + cli::html_escaped(chart.note) + "</p></div>\n";
  return page + "</div>\n</body></html>\n";
}

std::string call_picture(const std::vector<NotedChart>& charts) {
  std::vector<std::string> drawings;
  for (const NotedChart& chart : charts) drawings.push_back(chart.svg);
  drawings.resize(std::min<std::size_t>(drawings.size(), 4));
  return chart_picture(drawings, 2);
}

}  // namespace skirret::bench
