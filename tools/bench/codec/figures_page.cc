#include <string>

#include "tools/bench/codec/figures.hh"
#include "tools/bench/codec/svg_chart.hh"
#include "tools/cli/html.hh"

namespace skirret::bench {
namespace {

constexpr const char* kHead = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>skirret-bench codec</title><style>
:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--faint:#d8dde3;--s1:#444c56;--s2:#7d8590;--s3:#a0a8b3;--s4:#c0862c;--s5:#0969da;--s6:#1a7f37;--s7:#bf3989;--s8:#8250df}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#0d1117;--faint:#30363d;--s1:#c9d1d9;--s2:#9aa4af;--s3:#6e7681;--s4:#d29922;--s5:#58a6ff;--s6:#3fb950;--s7:#f778ba;--s8:#bc8cff}}
body{margin:0 auto;max-width:1340px;padding:1rem;background:var(--paper);color:var(--ink);font:15px/1.45 system-ui,sans-serif}
pre{overflow-x:auto;font-size:12.5px}.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:1rem}
svg{width:100%;height:auto}.axis{font-size:11px;fill:var(--ink)}.title{font-size:14px;font-weight:600;fill:var(--ink)}
.grid{stroke:var(--faint);fill:none}.line{fill:none!important;stroke-width:1.8}
.s1{fill:var(--s1);stroke:var(--s1)}.s2{fill:var(--s2);stroke:var(--s2)}.s3{fill:var(--s3);stroke:var(--s3)}.s4{fill:var(--s4);stroke:var(--s4)}
.s5{fill:var(--s5);stroke:var(--s5)}.s6{fill:var(--s6);stroke:var(--s6)}.s7{fill:var(--s7);stroke:var(--s7)}.s8{fill:var(--s8);stroke:var(--s8)}
</style></head><body>
)";

std::string frontier_chart(const std::string& title, const std::vector<ClipCurves>& clips,
                           std::optional<double> BdRates::*which) {
  SvgChart chart{title, "speed (baseline = 1)", "bits at equal quality, %", true, {}};
  chart.series = {{"libvpx", 1, true, {}}, {"skirret", 5, true, {}}};
  for (const EncoderMean& mean : mean_of(clips))
    if (mean.bd.*which)
      chart.series[mean.ours ? 1 : 0].points.push_back({mean.speed, *(mean.bd.*which), mean.name});
  return draw_svg(chart);
}

std::string rate_chart(const ClipCurves& clip, const char* quality_name, double CurvePoint::*quality) {
  SvgChart chart{clip.clip, "kbit/s", quality_name, true, {}};
  int colour = 1;
  for (const EncoderCurve& curve : clip.encoders) {
    ChartSeries series{curve.name, colour, true, {}};
    colour = colour % 8 + 1;
    for (const CurvePoint& point : curve.points) series.points.push_back({point.kbps, point.*quality, ""});
    chart.series.push_back(std::move(series));
  }
  return draw_svg(chart);
}

std::string curves_section(const std::string& title, const std::vector<ClipCurves>& clips) {
  if (clips.empty()) return {};
  std::string html = "<h2>" + cli::html_escaped(title) + "</h2><div class='charts'>\n";
  html += frontier_chart("Speed and size by PSNR, mean of clips", clips, &BdRates::psnr);
  html += frontier_chart("Speed and size by SSIM, mean of clips", clips, &BdRates::ssim);
  for (const ClipCurves& clip : clips) {
    html += rate_chart(clip, "PSNR Y, dB", &CurvePoint::psnr);
    html += rate_chart(clip, "SSIM Y, dB", &CurvePoint::ssim_db);
  }
  return html + "</div>\n";
}

}  // namespace

std::string figures_page(const CodecFigures& figures) {
  return kHead + std::string("<h1>Coding beside libvpx</h1><pre>") +
         cli::html_escaped(figures_text(figures)) + "</pre>\n" +
         curves_section("Fixed quantizers", figures.at_quantizers) +
         curves_section("Call rates", figures.at_rates) +
         curves_section("Screen content", figures.on_screens) + "</body></html>\n";
}

}  // namespace skirret::bench
