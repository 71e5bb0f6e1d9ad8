#include "codec/quality/quality.hh"

#include <cmath>
#include <limits>
#include <vector>

#include "codec/base/check.hh"
#include "codec/kernels/plane_kernels.hh"

namespace skirret::codec {
namespace {

constexpr std::array kPlanes = {PlaneName::kY, PlaneName::kU, PlaneName::kV};

constexpr std::size_t index(PlaneName plane) {
  return static_cast<std::size_t>(plane);
}

// Sums over 4x4 blocks, the quarters of the windows.
struct BandSums {
  std::vector<std::int32_t> a, b, squares, products;
  explicit BandSums(std::size_t count) : a(count), b(count), squares(count), products(count) {}

  // Of the four rows from `y` on.
  void sum(PlaneView pa, PlaneView pb, int y) {
    plane_kernels().block_sums(pa.row(y), pa.stride, pb.row(y), pb.stride, static_cast<int>(a.size()),
                               {a.data(), b.data(), squares.data(), products.data()});
  }
};

// (0.01·255)² and (0.03·255)², scaled like the sums of 64 samples below.
constexpr std::int32_t kC1 = 416;     // · 64
constexpr std::int32_t kC2 = 235963;  // · 64 · 63

// All windows whose upper blocks are in `above` and lower ones in `below`.
double row_of_windows(const BandSums& above, const BandSums& below, std::vector<float>& scratch) {
  const std::size_t count = above.a.size() - 1;
  const auto window = [&](const std::vector<std::int32_t>& top, const std::vector<std::int32_t>& bottom,
                          std::size_t i) { return top[i] + top[i + 1] + bottom[i] + bottom[i + 1]; };
  for (std::size_t i = 0; i < count; ++i) {
    const std::int32_t a = window(above.a, below.a, i);
    const std::int32_t b = window(above.b, below.b, i);
    const std::int32_t means = a * a + b * b;
    const std::int32_t variances = window(above.squares, below.squares, i) * 64 - means;
    const std::int32_t covariance = window(above.products, below.products, i) * 64 - a * b;
    scratch[i] = static_cast<float>(2 * a * b + kC1) * static_cast<float>(2 * covariance + kC2) /
                 (static_cast<float>(means + kC1) * static_cast<float>(variances + kC2));
  }
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += static_cast<double>(scratch[i]);
  return sum;
}

double one_window(PlaneView a, PlaneView b) {
  double sum_a = 0, sum_b = 0, squares = 0, product = 0;
  for (int y = 0; y < a.height; ++y) {
    for (int x = 0; x < a.width; ++x) {
      const double ca = *a.at(x, y), cb = *b.at(x, y);
      sum_a += ca;
      sum_b += cb;
      squares += ca * ca + cb * cb;
      product += ca * cb;
    }
  }
  const double n = static_cast<double>(a.width) * a.height;
  const double ma = sum_a / n, mb = sum_b / n;
  const double c1 = 0.0001 * 65025, c2 = 0.0009 * 65025;
  const double variances = squares / n - ma * ma - mb * mb, covariance = product / n - ma * mb;
  return (2 * ma * mb + c1) * (2 * covariance + c2) / ((ma * ma + mb * mb + c1) * (variances + c2));
}

double mean_error(std::uint64_t squared_error, std::uint64_t samples) {
  return samples == 0 ? 0 : static_cast<double>(squared_error) / static_cast<double>(samples);
}

void measure_plane(const Picture& a, const Picture& b, PlaneName name, PictureQuality& quality) {
  const PlaneView pa = a.display_plane(name), pb = b.display_plane(name);
  const std::size_t i = index(name);
  quality.squared_error[i] = squared_error(pa, pb);
  quality.samples[i] = static_cast<std::uint64_t>(pa.width) * static_cast<std::uint64_t>(pa.height);
  quality.ssim[i] = quality.squared_error[i] == 0 ? 1.0 : ssim(pa, pb);
}

}  // namespace

std::uint64_t squared_error(PlaneView a, PlaneView b) {
  SKIRRET_CHECK(a.width == b.width && a.height == b.height);
  return plane_kernels().squared_error(a.data, a.stride, b.data, b.stride, a.width, a.height);
}

double ssim(PlaneView a, PlaneView b) {
  SKIRRET_CHECK(a.width == b.width && a.height == b.height && a.width > 0 && a.height > 0);
  const int columns = a.width / 4, rows = a.height / 4;
  if (columns < 2 || rows < 2) return one_window(a, b);
  BandSums above(static_cast<std::size_t>(columns)), below(static_cast<std::size_t>(columns));
  std::vector<float> scratch(static_cast<std::size_t>(columns));
  above.sum(a, b, 0);
  double total = 0;
  for (int row = 1; row < rows; ++row) {
    below.sum(a, b, row * 4);
    total += row_of_windows(above, below, scratch);
    std::swap(above, below);
  }
  return total / (static_cast<double>(columns - 1) * (rows - 1));
}

double psnr_of(double mean_squared_error) {
  if (mean_squared_error <= 0) return std::numeric_limits<double>::infinity();
  return 10 * std::log10(255.0 * 255.0 / mean_squared_error);
}

double ssim_to_db(double mean_ssim) {
  if (mean_ssim >= 1) return std::numeric_limits<double>::infinity();
  return -10 * std::log10(1 - mean_ssim);
}

double PictureQuality::psnr(PlaneName plane) const {
  return psnr_of(mean_error(squared_error[index(plane)], samples[index(plane)]));
}

PictureQuality measure(const Picture& a, const Picture& b) {
  SKIRRET_CHECK(a.dimensions() == b.dimensions() && !a.empty() && !b.empty());
  PictureQuality quality;
  for (const PlaneName plane : kPlanes) measure_plane(a, b, plane, quality);
  return quality;
}

PictureQuality measure_luma(const Picture& a, const Picture& b) {
  SKIRRET_CHECK(a.dimensions() == b.dimensions() && !a.empty() && !b.empty());
  PictureQuality quality;
  measure_plane(a, b, PlaneName::kY, quality);
  return quality;
}

void QualityMeter::add(const PictureQuality& picture) {
  ++frames_;
  for (std::size_t i = 0; i < kPlanes.size(); ++i) {
    squared_error_[i] += picture.squared_error[i];
    samples_[i] += picture.samples[i];
    ssim_sum_[i] += picture.ssim[i];
  }
}

double QualityMeter::psnr(PlaneName plane) const {
  return psnr_of(mean_error(squared_error_[index(plane)], samples_[index(plane)]));
}

double QualityMeter::psnr_all() const {
  return psnr_of(mean_error(squared_error_[0] + squared_error_[1] + squared_error_[2],
                            samples_[0] + samples_[1] + samples_[2]));
}

double QualityMeter::ssim(PlaneName plane) const {
  return frames_ == 0 ? 1.0 : ssim_sum_[index(plane)] / static_cast<double>(frames_);
}

}  // namespace skirret::codec
