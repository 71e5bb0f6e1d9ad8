#include "codec/encoder/intra_estimate.hh"

#include <algorithm>
#include <cstring>

namespace skirret::codec {
namespace {

// Left column and row above of a block at (x, y); outside the picture as the format has it.
template <int kSize>
struct Edges {
  std::uint8_t above[kSize], left[kSize];

  Edges(const PlaneView& plane, int x, int y) {
    if (y > 0) {
      std::memcpy(above, plane.at(x, y - 1), kSize);
    } else {
      std::memset(above, 127, kSize);
    }
    for (int i = 0; i < kSize; ++i) left[i] = x > 0 ? *plane.at(x - 1, y + i) : 129;
  }
  std::uint8_t mean() const {
    int sum = kSize;
    for (int i = 0; i < kSize; ++i) sum += above[i] + left[i];
    return static_cast<std::uint8_t>(sum / (2 * kSize));
  }
};

template <int kSize>
std::uint32_t best_satd(EncoderKernels::Difference satd, const PlaneView& plane, int x, int y) {
  const Edges<kSize> edges(plane, x, y);
  const std::uint8_t* source = plane.at(x, y);
  alignas(32) std::uint8_t block[kSize * kSize];
  std::memset(block, edges.mean(), sizeof block);
  std::uint32_t best = satd(source, plane.stride, block, kSize);
  best = std::min(best, satd(source, plane.stride, edges.above, 0));  // stride 0: one row for all
  for (int i = 0; i < kSize; ++i) std::memset(block + i * kSize, edges.left[i], kSize);
  return std::min(best, satd(source, plane.stride, block, kSize));
}

}  // namespace

std::uint32_t estimate_intra(EncoderKernels::Difference measure_16x16, EncoderKernels::Difference measure_4x4,
                             const PlaneView& luma, int col, int row, std::uint32_t limit, bool subblocks) {
  const std::uint32_t whole = best_satd<16>(measure_16x16, luma, col * 16, row * 16);
  if (!subblocks || whole / 3 > limit) return whole;
  std::uint32_t parts = 0;
  for (int y = 0; y < 16; y += 4)
    for (int x = 0; x < 16; x += 4) parts += best_satd<4>(measure_4x4, luma, col * 16 + x, row * 16 + y);
  return std::min(whole, parts);
}

}  // namespace skirret::codec
