#include <array>
#include <string>

#include "tools/bench/chart/chart.hh"
#include "tools/bench/chart/page.hh"
#include "tools/bench/codec/figures.hh"
#include "tools/cli/html.hh"

namespace skirret::bench {
namespace {

constexpr ChartStyle kStyle = ChartStyle::kLineWithMarks;

// libvpx's settings in greys and yellow, ours in colours.
constexpr std::array kTheirs = {"c6", "c8", "c9", "c5", "c1"};
constexpr std::array kOurs = {"c0", "c3", "c4", "c2", "c7"};

std::string frontier_chart(const std::string& title, const std::vector<ClipCurves>& clips,
                           std::optional<double> BdRates::*which) {
  Chart chart{
      title, {.label = "speed (baseline = 1)", .logarithmic = true}, {"bits at equal quality, %"}, {}};
  chart.series = {{"libvpx", kTheirs[0], kStyle, {}}, {"skirret", kOurs[0], kStyle, {}}};
  for (const EncoderMean& mean : mean_of(clips))
    if (mean.bd.*which)
      chart.series[mean.ours ? 1 : 0].points.push_back({mean.speed, *(mean.bd.*which), mean.name});
  return chart_svg(chart);
}

std::string rate_chart(const ClipCurves& clip, const char* quality_name, double CurvePoint::*quality) {
  Chart chart{clip.clip, {.label = "kbit/s", .logarithmic = true}, {quality_name}, {}};
  std::size_t ours = 0;
  std::size_t theirs = 0;
  for (const EncoderCurve& curve : clip.encoders) {
    const char* role = curve.ours ? kOurs[ours++ % kOurs.size()] : kTheirs[theirs++ % kTheirs.size()];
    ChartSeries series{curve.name, role, kStyle, {}};
    for (const CurvePoint& point : curve.points) series.points.push_back({point.kbps, point.*quality});
    chart.series.push_back(std::move(series));
  }
  return chart_svg(chart);
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
  return page_head("Coding beside libvpx") + "<div class='scroll'><pre>" +
         cli::html_escaped(figures_text(figures)) + "</pre></div>\n" +
         curves_section("Fixed quantizers", figures.at_quantizers) +
         curves_section("Call rates", figures.at_rates) +
         curves_section("Screen content", figures.on_screens) + "</body></html>\n";
}

}  // namespace skirret::bench
