#pragma once

#include <optional>
#include <string>
#include <vector>

#include "codec/base/result.hh"
#include "tools/bench/codec/bd_rate.hh"
#include "tools/bench/codec/clip.hh"
#include "tools/bench/codec/picture_encoder.hh"

// Rate–distortion curves of several encoders, and what they say beside the first one, the baseline.
namespace skirret::bench {

struct CurvePoint {
  std::string target;  // what was asked for
  double kbps = 0;
  double psnr = 0;  // luma, dB
  double ssim_db = 0;
  double cpu_seconds = 0;
};

// Beside the baseline; percent of bits at equal quality.
struct BdRates {
  std::optional<double> psnr, ssim;                      // cubic
  std::optional<double> psnr_piecewise, ssim_piecewise;  // piecewise cubic
};

struct EncoderCurve {
  std::string name;
  bool ours = false;
  std::vector<CurvePoint> points;
  double frames_per_second = 0;  // of CPU time, over all points
  double speed = 0;              // the baseline's CPU seconds / its own, over all points
  BdRates bd;
};

struct ClipCurves {
  std::string clip;
  std::vector<EncoderCurve> encoders;  // the baseline first
};

// Over the clips: speeds by geometric mean, rates by arithmetic mean over the clips that have one.
struct EncoderMean {
  std::string name;
  bool ours = false;
  double speed = 0;
  BdRates bd;
  double worst_psnr = 0, worst_ssim = 0;  // the clip where it needs most bits, percent
  // Points of BD-rate below (-) or above libvpx's frontier at this speed; nothing for libvpx itself, and
  // where it is slower than the frontier's slowest.
  std::optional<double> frontier_psnr, frontier_ssim;
};

Result<ClipCurves> measure_curves(const Clip& clip, const std::vector<EncoderSetting>& settings,
                                  const std::vector<EncodeTarget>& targets, int repetitions);

std::vector<EncoderMean> mean_of(const std::vector<ClipCurves>& clips);

}  // namespace skirret::bench
