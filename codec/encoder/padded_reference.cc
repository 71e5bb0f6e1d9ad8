#include "codec/encoder/padded_reference.hh"

#include <cstring>

#include "codec/kernels/plane_kernels.hh"

namespace skirret::codec {

PaddedReference::PaddedReference(const Picture& picture)
    : width_(picture.dimensions().aligned_width()), height_(picture.dimensions().aligned_height()) {
  constexpr PlaneName kNames[3] = {PlaneName::kY, PlaneName::kU, PlaneName::kV};
  constexpr int kMargins[3] = {kLumaMargin, kChromaMargin, kChromaMargin};
  std::size_t offsets[4] = {0};
  for (int i = 0; i < 3; ++i) {
    const PlaneView view = picture.plane(kNames[i]);
    const auto width = static_cast<std::size_t>(view.width + 2 * kMargins[i]);
    offsets[i + 1] = offsets[i] + width * static_cast<std::size_t>(view.height + 2 * kMargins[i]);
  }
  samples_ = std::make_unique_for_overwrite<std::uint8_t[]>(offsets[3] + 32);
  std::memset(samples_.get() + offsets[3], 0, 32);
  for (int i = 0; i < 3; ++i) {
    const PlaneView view = picture.plane(kNames[i]);
    const int margin = kMargins[i];
    const std::ptrdiff_t stride = view.width + 2 * margin;
    std::uint8_t* const origin = samples_.get() + offsets[i] + margin * stride + margin;
    plane_kernels().copy_with_margin(view, margin, origin, stride);
    planes_[i] = {origin, stride};
  }
}

}  // namespace skirret::codec
