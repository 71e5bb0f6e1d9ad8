#include "tools/skirret-cloudenc/timeline.hh"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

#include "tools/cli/html.hh"

namespace skirret::cloudenc_tool {
namespace {

constexpr double kWidth = 1200, kLeft = 80, kRow = 22, kTop = 30;

std::string formatted(const char* format, auto... values) {
  std::array<char, 320> text{};
  std::snprintf(text.data(), text.size(), format, values...);
  return text.data();
}

const std::map<std::string, const char*>& colours() {
  static const std::map<std::string, const char*> kColours = {
      {"index", "#8c8c8c"},  {"first_pass", "#b8a35e"}, {"pictures", "#5e9ab8"},
      {"chunk", "#4c72b0"},  {"bridge", "#dd8452"},     {"rebase", "#c44e52"},
      {"stitch", "#55a868"}, {"sound", "#8172b3"},      {"score", "#937860"}};
  return kColours;
}

std::string legend() {
  std::string text = "<p class=\"legend\">";
  for (const auto& [name, colour] : colours())
    text += "<span><i style=\"background:" + std::string(colour) + "\"></i>" + name + "</span> ";
  return text + "</p>\n";
}

constexpr const char* kStyle =
    "<style>.timeline{width:100%;font-size:12px}.timeline text{fill:currentColor}"
    ".timeline .grid{stroke:currentColor;opacity:.15}.timeline rect:hover{stroke:currentColor;stroke-width:1}"
    ".legend span{margin-right:1em;white-space:nowrap}"
    ".legend i{display:inline-block;width:1em;height:.8em;margin-right:.3em}</style>\n";

std::string axis(double seconds, double height) {
  double step = 0.1;
  while (seconds / step > 12)
    step *= step * 10 - static_cast<int>(step * 10) == 0 && static_cast<int>(step * 10) % 5 == 0 ? 2 : 5;
  std::string text;
  for (double at = 0; at <= seconds; at += step) {
    const double x = kLeft + at / seconds * (kWidth - kLeft - 10);
    text += formatted("<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.0f\" y2=\"%.0f\" class=\"grid\"/>", x, x,
                      kTop - 6, height);
    text += formatted("<text x=\"%.1f\" y=\"%.0f\" text-anchor=\"middle\">%g s</text>\n", x, kTop - 10, at);
  }
  return text;
}

}  // namespace

std::string timeline_drawing(const std::vector<TimelineEntry>& entries) {
  TimePoint first = kNever;
  TimePoint last = from_ns(0);
  int workers = 0;
  for (const TimelineEntry& entry : entries) {
    first = std::min(first, entry.attempt.start);
    last = std::max(last, entry.attempt.end);
    workers = std::max(workers, entry.attempt.worker + 1);
  }
  const double seconds = entries.empty() ? 1 : std::max(1e-6, to_seconds(last - first));
  const double height = kTop + kRow * workers;
  std::string drawing = kStyle + legend();
  drawing += formatted("<svg class=\"timeline\" viewBox=\"0 0 %.0f %.0f\">\n", kWidth, height + 4) +
             axis(seconds, height);
  for (int worker = 0; worker < workers; ++worker)
    drawing += formatted("<text x=\"4\" y=\"%.0f\">worker %d</text>\n", kTop + kRow * worker + 15, worker);
  for (const TimelineEntry& entry : entries) {
    const double from = to_seconds(entry.attempt.start - first), to = to_seconds(entry.attempt.end - first);
    const double scale = (kWidth - kLeft - 10) / seconds;
    const auto colour = colours().find(entry.function);
    drawing += formatted("<rect x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" height=\"%.1f\" fill=\"%s\">",
                         kLeft + from * scale, kTop + kRow * entry.attempt.worker + 2,
                         std::max(0.3, (to - from) * scale), kRow - 4,
                         colour == colours().end() ? "#999" : colour->second);
    drawing += "<title>" + cli::html_escaped(entry.label) +
               formatted(": %.3f s to %.3f s, %.0f ms on worker %d", from, to, (to - from) * 1000,
                         entry.attempt.worker) +
               "</title></rect>\n";
  }
  return drawing + "</svg>\n";
}

std::string timeline_page(const std::string& title, const std::vector<TimelineEntry>& entries) {
  const std::string words = cli::html_escaped(title);
  return "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
         words +
         "</title>\n<style>:root{color-scheme:light dark}body{font:14px "
         "sans-serif;margin:1em}</style>\n<h1>" +
         words + "</h1>\n" + timeline_drawing(entries) + "</html>\n";
}

}  // namespace skirret::cloudenc_tool
