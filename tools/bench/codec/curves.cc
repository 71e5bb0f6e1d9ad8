#include "tools/bench/codec/curves.hh"

#include <algorithm>
#include <cmath>
#include <utility>

#include "tools/bench/codec/coding_run.hh"

namespace skirret::bench {
namespace {

std::vector<RatePoint> points_of(const EncoderCurve& curve, double CurvePoint::*quality) {
  std::vector<RatePoint> points;
  for (const CurvePoint& point : curve.points) points.push_back({point.kbps, point.*quality});
  return points;
}

BdRates bd_rates(const EncoderCurve& anchor, const EncoderCurve& test) {
  const auto rate = [&](double CurvePoint::*quality, BdMethod method) {
    return bd_rate(points_of(anchor, quality), points_of(test, quality), method);
  };
  return {rate(&CurvePoint::psnr, BdMethod::kCubic), rate(&CurvePoint::ssim_db, BdMethod::kCubic),
          rate(&CurvePoint::psnr, BdMethod::kPiecewise), rate(&CurvePoint::ssim_db, BdMethod::kPiecewise)};
}

double cpu_seconds(const EncoderCurve& curve) {
  double sum = 0;
  for (const CurvePoint& point : curve.points) sum += point.cpu_seconds;
  return sum;
}

std::optional<double> mean_rate(const std::vector<ClipCurves>& clips, std::size_t encoder,
                                std::optional<double> BdRates::*which) {
  double sum = 0;
  int count = 0;
  for (const ClipCurves& clip : clips)
    if (const auto rate = clip.encoders[encoder].bd.*which) {
      sum += *rate;
      ++count;
    }
  return count > 0 ? std::optional(sum / count) : std::nullopt;
}

double worst_rate(const std::vector<ClipCurves>& clips, std::size_t encoder,
                  std::optional<double> BdRates::*which) {
  double worst = -100;
  for (const ClipCurves& clip : clips)
    worst = std::max(worst, (clip.encoders[encoder].bd.*which).value_or(-100));
  return worst;
}

// The frontier at this speed: straight between libvpx's points over the speed's logarithm; level beyond the
// fastest.
std::optional<double> above_frontier(const std::vector<EncoderMean>& means, const EncoderMean& one,
                                     std::optional<double> BdRates::*which) {
  if (!one.ours || !(one.bd.*which)) return std::nullopt;
  std::vector<std::pair<double, double>> frontier;  // log speed, rate
  for (const EncoderMean& mean : means)
    if (!mean.ours && mean.bd.*which) frontier.emplace_back(std::log(mean.speed), *(mean.bd.*which));
  std::ranges::sort(frontier);
  const double speed = std::log(one.speed);
  if (frontier.empty() || speed < frontier.front().first) return std::nullopt;
  double there = frontier.back().second;
  for (std::size_t i = 0; i + 1 < frontier.size(); ++i) {
    const auto& [slow, low] = frontier[i];
    const auto& [fast, high] = frontier[i + 1];
    if (speed < slow || speed > fast) continue;
    there = low + (high - low) * (speed - slow) / (fast - slow);
  }
  return *(one.bd.*which) - there;
}

}  // namespace

Result<ClipCurves> measure_curves(const Clip& clip, const std::vector<EncoderSetting>& settings,
                                  const std::vector<EncodeTarget>& targets, int repetitions) {
  ClipCurves curves{clip.name, {}};
  for (const EncoderSetting& setting : settings)
    curves.encoders.push_back({setting.name, setting.ours, {}, 0, 0, {}});
  for (const EncodeTarget& target : targets) {
    const auto encoded = encode_in_turns(clip, settings, target, repetitions);
    if (!encoded)
      return fail(encoded.error().code, clip.name + ", " + text_of(target) + ": " + encoded.error().message);
    for (std::size_t i = 0; i < settings.size(); ++i) {
      const EncodedClip& one = (*encoded)[i];
      curves.encoders[i].points.push_back(
          {text_of(target), one.kbps(clip), one.psnr, one.ssim_db, one.cpu_seconds});
    }
  }
  const double baseline = cpu_seconds(curves.encoders.front());
  for (EncoderCurve& curve : curves.encoders) {
    const double own = cpu_seconds(curve);
    curve.speed = baseline / own;
    curve.frames_per_second = static_cast<double>(clip.pictures.size() * targets.size()) / own;
    curve.bd = bd_rates(curves.encoders.front(), curve);
  }
  return curves;
}

std::vector<EncoderMean> mean_of(const std::vector<ClipCurves>& clips) {
  std::vector<EncoderMean> means;
  if (clips.empty()) return means;
  for (std::size_t i = 0; i < clips.front().encoders.size(); ++i) {
    EncoderMean mean;
    mean.name = clips.front().encoders[i].name;
    mean.ours = clips.front().encoders[i].ours;
    double log_speed = 0;
    for (const ClipCurves& clip : clips) log_speed += std::log(clip.encoders[i].speed);
    mean.speed = std::exp(log_speed / static_cast<double>(clips.size()));
    for (const auto which :
         {&BdRates::psnr, &BdRates::ssim, &BdRates::psnr_piecewise, &BdRates::ssim_piecewise})
      mean.bd.*which = mean_rate(clips, i, which);
    mean.worst_psnr = worst_rate(clips, i, &BdRates::psnr);
    mean.worst_ssim = worst_rate(clips, i, &BdRates::ssim);
    means.push_back(std::move(mean));
  }
  for (EncoderMean& mean : means) {
    mean.frontier_psnr = above_frontier(means, mean, &BdRates::psnr);
    mean.frontier_ssim = above_frontier(means, mean, &BdRates::ssim);
  }
  return means;
}

}  // namespace skirret::bench
