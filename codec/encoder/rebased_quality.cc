#include "codec/encoder/rebased_quality.hh"

#include <algorithm>

#include "codec/bitstream/tables/quantizer_tables.hh"
#include "codec/kernels/encoder_kernels.hh"

namespace skirret::codec {
namespace {

// SSIM's second constant, (0.03 * 255)^2, over the 256 samples of a macroblock.
constexpr std::uint64_t kSteadying = 14982;

constexpr Quantizer kFarthest = 6;
constexpr std::uint64_t kNearEnough = 32;  // a difference of a 32nd is left as it is

std::uint64_t squared_step(Quantizer quantizer) {
  const auto step = static_cast<std::uint64_t>(tables::kAcSteps[static_cast<std::size_t>(quantizer)]);
  return step * step;
}

}  // namespace

std::uint64_t structural_loss(const Picture& made, const Picture& target, const ActivityMask& mask) {
  const PlaneView a = made.plane(PlaneName::kY), b = target.plane(PlaneName::kY);
  const Dimensions dimensions = target.dimensions();
  std::uint64_t loss = 0;
  std::size_t index = 0;
  for (int row = 0; row < dimensions.mb_rows(); ++row)
    for (int col = 0; col < dimensions.mb_cols(); ++col, ++index) {
      const std::uint64_t error =
          encoder_kernels().sse_16x16(a.at(col * 16, row * 16), a.stride, b.at(col * 16, row * 16), b.stride);
      loss += (error << 20) / (2 * std::uint64_t{mask.activity(index)} + kSteadying);
    }
  return loss;
}

Quantizer quantizer_for_loss(Quantizer quantizer, std::uint64_t loss, std::uint64_t wanted) {
  const std::uint64_t off = loss > wanted ? loss - wanted : wanted - loss;
  if (off <= wanted / kNearEnough) return quantizer;
  const std::uint64_t unit = loss / squared_step(quantizer);
  const Quantizer step = loss > wanted ? -1 : 1;
  const Quantizer last = std::clamp(quantizer + step * kFarthest, 0, 127);
  for (; quantizer != last; quantizer += step) {
    const std::uint64_t next = unit * squared_step(quantizer + step);
    if (step < 0 ? next < wanted : next > wanted) break;
  }
  return quantizer;
}

}  // namespace skirret::codec
