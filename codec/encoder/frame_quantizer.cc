#include "codec/encoder/frame_quantizer.hh"

#include <algorithm>
#include <array>

#include "codec/bitstream/tables/coefficient_tables.hh"

namespace skirret::codec {
namespace {

// Rounding by zigzag position, in 1/128 of a step. Below one half, since a level costs more bits than
// the next smaller one; less for high positions, where a level also moves the end of the block.
constexpr std::array<int, 16> kRounding = {56, 54, 54, 52, 52, 52, 50, 50, 50, 50, 48, 48, 48, 48, 48, 48};

// Without a trellis to follow.
constexpr std::array<int, 16> kCutting = {48, 44, 44, 40, 40, 40, 36, 36, 36, 36, 32, 32, 32, 32, 32, 32};

BlockQuantizer block_quantizer(int dc_step, int ac_step, const std::array<int, 16>& rounding) {
  BlockQuantizer q{};
  for (std::size_t n = 0; n < 16; ++n) {
    const std::size_t at = tables::kZigzag[n];
    const int step = n == 0 ? dc_step : ac_step;
    q.step[at] = static_cast<std::int16_t>(step);
    q.round[at] = static_cast<std::int16_t>(step * rounding[n] / 128);
    q.reciprocal[at] = static_cast<std::uint16_t>((65536 + step - 1) / step);
  }
  return q;
}

// level = ((c + round) * reciprocal) >> 16 is 0 as long as c + round is below the step, whose reciprocal is
// rounded up: one less is safe.
std::uint32_t zero_threshold(const BlockQuantizer& quantizer) {
  int least = quantizer.step[0] - quantizer.round[0];
  for (int i = 1; i < 16; ++i) least = std::min(least, quantizer.step[i] - quantizer.round[i]);
  return static_cast<std::uint32_t>(std::max(least - 1, 0));
}

constexpr std::uint32_t square_root(std::uint64_t value) {
  std::uint32_t root = 0;
  for (std::uint32_t bit = 1u << 31; bit != 0; bit >>= 1) {
    const std::uint64_t next = root | bit;
    if (next * next <= value) root |= bit;
  }
  return root;
}

}  // namespace

FrameQuantizer::FrameQuantizer(int q, const QuantizerFields& deltas, bool for_trellis)
    : index(std::clamp(q, 0, 127)) {
  const DequantFactors factors = dequant_factors(index, deltas);
  const auto& rounding = for_trellis ? kRounding : kCutting;
  luma = block_quantizer(factors.y_dc, factors.y_ac, rounding);
  y2 = block_quantizer(factors.y2_dc, factors.y2_ac, rounding);
  chroma = block_quantizer(factors.uv_dc, factors.uv_ac, rounding);
  luma_threshold = zero_threshold(luma);
  y2_threshold = zero_threshold(y2);
  chroma_threshold = zero_threshold(chroma);
  // A bit is worth about a sixth of the squared step in samples (a step is half as large there); fitted to
  // camera clips.
  const auto step = static_cast<std::uint32_t>(factors.y_ac);
  lambda = std::max(1u, step * step * 16 / 25);
  satd_lambda = std::max(8u, square_root(std::uint64_t{lambda} * 32));
}

}  // namespace skirret::codec
