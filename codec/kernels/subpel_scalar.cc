#include "codec/kernels/subpel_scalar.hh"

#include <algorithm>
#include <cstring>

#include "codec/bitstream/tables/filter_tables.hh"

namespace skirret::codec::scalar {
namespace {

constexpr int kMaxBlock = 16;

constexpr std::uint8_t rounded(int sum) {
  return static_cast<std::uint8_t>(std::clamp((sum + 64) >> 7, 0, 255));
}

void copy(const std::uint8_t* from, std::ptrdiff_t from_stride, const SubpelBlock& block, std::uint8_t* to,
          std::ptrdiff_t stride) {
  for (int y = 0; y < block.height; ++y)
    std::memcpy(to + y * stride, from + y * from_stride, static_cast<std::size_t>(block.width));
}

// One pass of six taps along `step` (1: across, a stride: down).
void sixtap_pass(const std::uint8_t* from, std::ptrdiff_t from_stride, std::ptrdiff_t step, int phase,
                 int width, int height, std::uint8_t* to, std::ptrdiff_t stride) {
  const auto& taps = tables::kSixtap[static_cast<std::size_t>(phase)];
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const std::uint8_t* at = from + y * from_stride + x;
      int sum = 0;
      for (int tap = 0; tap < 6; ++tap) sum += taps[static_cast<std::size_t>(tap)] * at[(tap - 2) * step];
      to[y * stride + x] = rounded(sum);
    }
  }
}

void bilinear_pass(const std::uint8_t* from, std::ptrdiff_t from_stride, std::ptrdiff_t step, int phase,
                   int width, int height, std::uint8_t* to, std::ptrdiff_t stride) {
  const auto& taps = tables::kBilinear[static_cast<std::size_t>(phase)];
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const std::uint8_t* at = from + y * from_stride + x;
      to[y * stride + x] = rounded(taps[0] * at[0] + taps[1] * at[step]);
    }
  }
}

}  // namespace

// A pass at phase 0 changes nothing, so it is left out.
void sixtap(const std::uint8_t* from, std::ptrdiff_t from_stride, const SubpelBlock& block, std::uint8_t* to,
            std::ptrdiff_t stride) {
  const auto [width, height, x_phase, y_phase] = block;
  if (x_phase == 0 && y_phase == 0) return copy(from, from_stride, block, to, stride);
  if (y_phase == 0) return sixtap_pass(from, from_stride, 1, x_phase, width, height, to, stride);
  if (x_phase == 0) return sixtap_pass(from, from_stride, from_stride, y_phase, width, height, to, stride);
  std::uint8_t across[(kMaxBlock + 5) * kMaxBlock];
  sixtap_pass(from - 2 * from_stride, from_stride, 1, x_phase, width, height + 5, across, kMaxBlock);
  sixtap_pass(across + 2 * kMaxBlock, kMaxBlock, kMaxBlock, y_phase, width, height, to, stride);
}

void bilinear(const std::uint8_t* from, std::ptrdiff_t from_stride, const SubpelBlock& block,
              std::uint8_t* to, std::ptrdiff_t stride) {
  const auto [width, height, x_phase, y_phase] = block;
  if (x_phase == 0 && y_phase == 0) return copy(from, from_stride, block, to, stride);
  if (y_phase == 0) return bilinear_pass(from, from_stride, 1, x_phase, width, height, to, stride);
  if (x_phase == 0) return bilinear_pass(from, from_stride, from_stride, y_phase, width, height, to, stride);
  std::uint8_t across[(kMaxBlock + 1) * kMaxBlock];
  bilinear_pass(from, from_stride, 1, x_phase, width, height + 1, across, kMaxBlock);
  bilinear_pass(across, kMaxBlock, kMaxBlock, y_phase, width, height, to, stride);
}

void sixtap_chroma(const std::uint8_t* from_u, const std::uint8_t* from_v, std::ptrdiff_t from_stride,
                   const SubpelBlock& block, const ChromaTarget& to) {
  sixtap(from_u, from_stride, block, to.u, to.stride);
  sixtap(from_v, from_stride, block, to.v, to.stride);
}

void bilinear_chroma(const std::uint8_t* from_u, const std::uint8_t* from_v, std::ptrdiff_t from_stride,
                     const SubpelBlock& block, const ChromaTarget& to) {
  bilinear(from_u, from_stride, block, to.u, to.stride);
  bilinear(from_v, from_stride, block, to.v, to.stride);
}

}  // namespace skirret::codec::scalar
