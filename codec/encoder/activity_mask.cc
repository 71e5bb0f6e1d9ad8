#include "codec/encoder/activity_mask.hh"

#include <algorithm>

namespace skirret::codec {
namespace {

std::uint32_t activity(PlaneView luma, int col, int row) {
  std::uint32_t sum = 0, squares = 0;
  for (int y = 0; y < 16; ++y) {
    const std::uint8_t* samples = luma.at(col * 16, row * 16 + y);
    for (int x = 0; x < 16; ++x) {
      const std::uint32_t value = samples[x];
      sum += value;
      squares += value * value;
    }
  }
  return squares - sum * sum / 256;
}

}  // namespace

ActivityMask::ActivityMask(const Picture& picture) {
  const Dimensions dimensions = picture.dimensions();
  const PlaneView luma = picture.plane(PlaneName::kY);
  activities_.reserve(static_cast<std::size_t>(dimensions.mb_count()));
  std::uint64_t sum = 0;
  for (int row = 0; row < dimensions.mb_rows(); ++row)
    for (int col = 0; col < dimensions.mb_cols(); ++col)
      sum += activities_.emplace_back(activity(luma, col, row));
  if (!activities_.empty()) mean_ = std::max<std::uint64_t>(sum / activities_.size(), 1);
}

std::uint32_t ActivityMask::masked(std::uint32_t lambda, std::size_t macroblock) const {
  const std::uint64_t here = activities_[macroblock];
  const std::uint64_t masked = std::uint64_t{lambda} * (2 * here + mean_) / (here + 2 * mean_);
  return static_cast<std::uint32_t>(std::max<std::uint64_t>(masked, 1));
}

}  // namespace skirret::codec
