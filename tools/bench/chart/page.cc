#include "tools/bench/chart/page.hh"

#include <cstdlib>
#include <vector>

#include "tools/bench/chart/chart.hh"
#include "tools/cli/html.hh"

namespace skirret::bench {
namespace {

constexpr const char* kColours = R"css(
:root{color-scheme:light dark;--ink:#1f2328;--soft:#59636e;--paper:#fff;--line:#d1d9e0;--sky:#ddf4ff;--shade:#eceff2;
--c0:#0969da;--c1:#bc4c00;--c2:#8250df;--c3:#1a7f37;--c4:#bf3989;--c5:#9a6700;--c6:#57606a;--c7:#cf222e;--c8:#8c959f;--c9:#b6bec7}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9198a1;--paper:#0d1117;--line:#3d444d;--sky:#12304d;--shade:#1c232c;
--c0:#58a6ff;--c1:#f0883e;--c2:#bc8cff;--c3:#3fb950;--c4:#f778ba;--c5:#d29922;--c6:#b1bac4;--c7:#ff7b72;--c8:#8b949e;--c9:#656c76}}
)css";

constexpr const char* kMarks = R"css(
svg{font-family:system-ui,sans-serif}
.title{font-size:14px;font-weight:600;fill:var(--ink)}.tick{font-size:11px;fill:var(--soft)}.label{font-size:12px;fill:var(--ink)}
.grid{stroke:var(--line);stroke-width:1;fill:none}.shade{fill:var(--shade);stroke:none}
.line{fill:none;stroke-width:1.6;stroke-linejoin:round}.dots{fill:none;stroke-width:2.4;stroke-linecap:round}.key{stroke-width:3}
.mark{fill-opacity:.85}.area{stroke:none!important}.floor{stroke:var(--soft);fill:none;stroke-dasharray:5 3}
.capacity{stroke:var(--sky)}.capacity.area{fill:var(--sky)}
)css";

constexpr const char* kPage = R"css(
*{box-sizing:border-box}
body{margin:0 auto;max-width:1360px;padding:1rem;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.5rem;line-height:1.25;margin:.2rem 0;overflow-wrap:anywhere}
h2{font-size:1.2rem;margin:2rem 0 .4rem;border-top:1px solid var(--line);padding-top:1rem}
p{margin:.3rem 0;max-width:70ch}.soft{color:var(--soft);font-size:.9rem}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,480px),1fr));gap:1rem}
.charts svg{width:100%;max-width:640px;height:auto;display:block}
.scroll{overflow-x:auto;margin:.6rem 0}table{border-collapse:collapse;font-size:.9rem;white-space:nowrap}
th,td{padding:.25rem .6rem;text-align:right;border-bottom:1px solid var(--line)}th:first-child,td:first-child{text-align:left}
th{font-weight:600;color:var(--soft)}pre{font-size:12.5px;margin:0}
.worse{color:var(--c7)}.better{color:var(--c3)}
)css";

}  // namespace

std::string chart_css() {
  std::string css = kColours + std::string(kMarks);
  for (int i = 0; i < 10; ++i) {
    const std::string n = std::to_string(i);
    css += ".c" + n + "{stroke:var(--c" + n + ")}.mark.c" + n + ",.area.c" + n + "{fill:var(--c" + n + ")}\n";
  }
  return css;
}

std::string chart_picture(const std::vector<std::string>& charts, int columns) {
  std::string body;
  int y = 0;
  int row_height = 0;
  int column = 0;
  for (const std::string& chart : charts) {
    // As tall as its view box says.
    const std::string view = "<svg viewBox='0 0 " + std::to_string(kChartWidth) + " ";
    if (!chart.starts_with(view)) continue;
    const int height = std::atoi(chart.c_str() + view.size());
    if (column == columns) {
      y += row_height;
      row_height = column = 0;
    }
    body += "<svg x='" + std::to_string(column * kChartWidth) + "' y='" + std::to_string(y) + "' width='" +
            std::to_string(kChartWidth) + "' height='" + std::to_string(height) + "'" + chart.substr(4);
    row_height = std::max(row_height, height);
    ++column;
  }
  const int width = kChartWidth * std::min<int>(columns, static_cast<int>(charts.size()));
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + std::to_string(width) + " " +
         std::to_string(y + row_height) + "\"><style>" + chart_css() +
         "</style>\n<rect width=\"100%\" height=\"100%\" style=\"fill:var(--paper)\"/>\n" + body + "</svg>\n";
}

std::string page_head(const std::string& title) {
  const std::string words = cli::html_escaped(title);
  return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
         words + "</title><style>" + chart_css() + kPage + "</style></head><body>\n<h1>" + words + "</h1>\n";
}

}  // namespace skirret::bench
