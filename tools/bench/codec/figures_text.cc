#include <cstdio>
#include <string>

#include "tools/bench/codec/figures.hh"

namespace skirret::bench {
namespace {

template <class... Values>
std::string formatted(const char* format, Values... values) {
  char text[256];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

std::string percent(const std::optional<double>& value) {
  return value ? formatted("%+7.1f %%", *value) : "        -";
}

std::string points(const std::optional<double>& value) {
  return value ? formatted("%+8.1f", *value) : "        -";
}

std::string curves_text(const std::string& title, const std::vector<ClipCurves>& clips) {
  if (clips.empty()) return {};
  std::string text = title + "\n" +
                     formatted("  %-22s %8s %10s %10s %10s %10s %9s %9s\n", "mean of clips", "speed",
                               "BD PSNR", "BD SSIM", "worst PSNR", "worst SSIM", "frontier", "SSIM");
  for (const EncoderMean& mean : mean_of(clips))
    text +=
        formatted("  %-22s %8.3f %10s %10s %8.1f %% %8.1f %% %9s %9s\n", mean.name.c_str(), mean.speed,
                  percent(mean.bd.psnr).c_str(), percent(mean.bd.ssim).c_str(), mean.worst_psnr,
                  mean.worst_ssim, points(mean.frontier_psnr).c_str(), points(mean.frontier_ssim).c_str());
  for (const ClipCurves& clip : clips) {
    text += "  " + clip.clip + "\n";
    for (const EncoderCurve& curve : clip.encoders) {
      text +=
          formatted("    %-20s %8.3f %10s %10s %8.1f fps ", curve.name.c_str(), curve.speed,
                    percent(curve.bd.psnr).c_str(), percent(curve.bd.ssim).c_str(), curve.frames_per_second);
      for (const CurvePoint& point : curve.points)
        text += formatted(" %.0f/%.2f/%.2f", point.kbps, point.psnr, point.ssim_db);
      text += "\n";
    }
  }
  return text;
}

std::string gates_text(const std::vector<GateFigures>& all) {
  if (all.empty()) return {};
  std::string text =
      "gate: libvpx's modes and vectors, our packing (the same pictures), rounding, levels; at each "
      "quantizer "
      "libvpx's interframes, ours\n";
  for (const GateFigures& one : all) {
    text += formatted("  %-18s %-14s packing %+.2f %%, rounding %s PSNR, levels %s PSNR %s SSIM ",
                      one.clip.c_str(), one.gate.peer.c_str(), one.gate.repacked_percent(),
                      percent(one.gate.rounded_psnr()).c_str(), percent(one.gate.improved_psnr()).c_str(),
                      percent(one.gate.improved_ssim()).c_str());
    for (const GatePoint& point : one.gate.points)
      text += formatted(" q%d: %lu B %.2f dB, %lu B %.2f dB", point.quantizer, point.theirs.bytes,
                        point.theirs.psnr, point.improved.bytes, point.improved.psnr);
    text += "\n";
  }
  return text;
}

std::string decoding_text(const std::vector<DecodeFigures>& all) {
  if (all.empty()) return {};
  std::string text = "decoding, frames/s of CPU time on one thread, of wall time on two\n";
  for (const DecodeFigures& one : all) {
    text += formatted("  %-18s q%-3d %7.2f MB", one.clip.c_str(), one.quantizer,
                      static_cast<double>(one.bytes) * 1e-6);
    for (std::size_t i = 0; i < one.decoders.size(); ++i)
      text += formatted("  %s %.1f (%.2f)", one.decoders[i].c_str(), one.frames_per_second(i),
                        one.frames_per_second(i) / one.frames_per_second(0));
    text += "\n";
  }
  return text;
}

std::string candidates_text(const std::vector<CandidateFigures>& all) {
  if (all.empty()) return {};
  std::string text =
      "candidates, cost beside one: CPU; wall time on two threads beside one's on one thread, and on two\n";
  for (const CandidateFigures& one : all) {
    text += formatted("  %-18s effort %d q%-3d", one.clip.c_str(), one.effort, one.quantizer);
    for (const CandidateCost& cost : one.costs)
      text +=
          formatted("  %d: %.2f %.2f %.2f", cost.candidates, cost.cpu_seconds / one.costs.front().cpu_seconds,
                    cost.wall_seconds / one.costs.front().alone_seconds,
                    cost.wall_seconds / one.costs.front().wall_seconds);
    text += "\n";
  }
  return text;
}

std::string budgets_text(const std::vector<BudgetFigures>& all) {
  if (all.empty()) return {};
  std::string text = "frames held to a limit of bytes: share above it, fill of those that it binds\n";
  for (const BudgetFigures& one : all)
    text += formatted(
        "  %-18s effort %d %6lu bytes: %lu of %lu above (%lu whose smallest form fits), %lu bound: median "
        "%.1f %%, p5 %.1f %%, %.1f fps\n",
        one.clip.c_str(), one.effort, one.accuracy.limit, one.accuracy.above, one.accuracy.frames,
        one.accuracy.broken, one.accuracy.limited, one.accuracy.median_fill * 100,
        one.accuracy.low_fill * 100, static_cast<double>(one.accuracy.frames) / one.accuracy.cpu_seconds);
  return text;
}

std::string profiles_text(const std::vector<ProfileFigures>& all) {
  if (all.empty()) return {};
  std::string text = "stages, ms a frame\n";
  for (const ProfileFigures& one : all) {
    text +=
        formatted("  %-18s effort %d q%-3d analyse %.2f, code %.2f, finish %.2f; inside:", one.clip.c_str(),
                  one.effort, one.quantizer, one.profile.analyse, one.profile.code, one.profile.finish);
    for (std::size_t i = 0; i < codec::kStages; ++i)
      text += formatted("%s %s %.2f", i == 0 ? "" : ",", stage_name(static_cast<codec::Stage>(i)),
                        one.profile.stages[i]);
    text += "\n";
  }
  return text;
}

}  // namespace

std::string figures_text(const CodecFigures& figures) {
  return curves_text("fixed quantizers (kbit/s / PSNR / SSIM dB at each)", figures.at_quantizers) +
         curves_text("call rates", figures.at_rates) +
         curves_text("screen content, against libvpx in its screen mode", figures.on_screens) +
         gates_text(figures.gates) + decoding_text(figures.decoding) + candidates_text(figures.candidates) +
         budgets_text(figures.budgets) + profiles_text(figures.profiles);
}

}  // namespace skirret::bench
