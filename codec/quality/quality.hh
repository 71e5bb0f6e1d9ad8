#pragma once

#include <array>
#include <cstdint>

#include "codec/picture/picture.hh"

// How far one picture is from another, over the display crop. For reports only: nothing that decides
// bytes may read these floats.
namespace skirret::codec {

// Sum of squared sample differences; planes of one size (checked).
std::uint64_t squared_error(PlaneView a, PlaneView b);

// Mean structural similarity as ffmpeg's `ssim` filter computes it: 8x8 windows every 4 samples, sums
// unweighted, in integers; constants 0.01 and 0.03 squared (Wang et al. 2004). -1..1, 1 = identical. A plane
// with a side below 8 samples, which that filter cannot measure, is one window. (ffmpeg 5.1's SSE4.1 form of
// the filter goes wrong at the end of rows of 4n+1 windows, such as 360 samples; this is what its C form and
// every other width give.)
double ssim(PlaneView a, PlaneView b);

// 10·log10(255²/mse); infinity for 0.
double psnr_of(double mean_squared_error);
// −10·log10(1 − ssim); infinity for 1.
double ssim_to_db(double mean_ssim);

struct PictureQuality {
  std::array<std::uint64_t, 3> squared_error{};  // Y, U, V
  std::array<std::uint64_t, 3> samples{};
  std::array<double, 3> ssim{};  // only Y is filled by measure_luma

  double psnr(PlaneName plane) const;
  bool identical() const { return squared_error == std::array<std::uint64_t, 3>{}; }
};

PictureQuality measure(const Picture& a, const Picture& b);       // pictures of one size (checked)
PictureQuality measure_luma(const Picture& a, const Picture& b);  // Y alone: twice as fast

// Over a whole video: PSNR from the mean squared error over all frames, SSIM as the mean of the frames'.
class QualityMeter {
 public:
  void add(const PictureQuality& picture);

  std::uint64_t frames() const { return frames_; }
  double psnr(PlaneName plane) const;  // infinity when nothing differs, and for no frames
  double psnr_all() const;             // over all samples of the three planes
  double ssim(PlaneName plane) const;  // 1 for no frames

 private:
  std::uint64_t frames_ = 0;
  std::array<std::uint64_t, 3> squared_error_{};
  std::array<std::uint64_t, 3> samples_{};
  std::array<double, 3> ssim_sum_{};
};

}  // namespace skirret::codec
