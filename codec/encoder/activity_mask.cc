#include "codec/encoder/activity_mask.hh"

#include <algorithm>
#include <array>

#include "codec/kernels/encoder_kernels.hh"

namespace skirret::codec {

ActivityMask::ActivityMask(const Picture& picture) {
  const Dimensions dimensions = picture.dimensions();
  const PlaneView luma = picture.plane(PlaneName::kY);
  activities_.reserve(static_cast<std::size_t>(dimensions.mb_count()));
  constexpr std::array<std::uint8_t, 16> kNothing{};
  const auto variance = encoder_kernels().variance_16x16;
  std::uint64_t sum = 0;
  for (int row = 0; row < dimensions.mb_rows(); ++row)
    for (int col = 0; col < dimensions.mb_cols(); ++col)
      sum += activities_.emplace_back(variance(luma.at(col * 16, row * 16), luma.stride, kNothing.data(), 0));
  if (!activities_.empty()) mean_ = std::max<std::uint64_t>(sum / activities_.size(), 1);
}

std::uint32_t ActivityMask::masked(std::uint32_t lambda, std::size_t macroblock) const {
  const std::uint64_t here = activities_[macroblock];
  const std::uint64_t masked = std::uint64_t{lambda} * (2 * here + mean_) / (here + 2 * mean_);
  return static_cast<std::uint32_t>(std::max<std::uint64_t>(masked, 1));
}

}  // namespace skirret::codec
