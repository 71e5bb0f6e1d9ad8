#include <algorithm>
#include <cstring>

#include "codec/kernels/plane_kernels.hh"

namespace skirret::codec {
namespace {

using Pixels = PlaneKernels::Pixels;
using Stride = PlaneKernels::Stride;

std::uint64_t squared_error(Pixels a, Stride a_stride, Pixels b, Stride b_stride, int width, int height) {
  std::uint64_t total = 0;
  for (int y = 0; y < height; ++y, a += a_stride, b += b_stride)
    for (int x = 0; x < width; ++x) total += static_cast<std::uint64_t>((a[x] - b[x]) * (a[x] - b[x]));
  return total;
}

void block_sums(Pixels a, Stride a_stride, Pixels b, Stride b_stride, int blocks, const BlockSums& into) {
  for (int block = 0; block < blocks; ++block) {
    std::int32_t sum_a = 0, sum_b = 0, squares = 0, products = 0;
    for (int y = 0; y < 4; ++y) {
      for (int x = 4 * block; x < 4 * block + 4; ++x) {
        const std::int32_t va = a[y * a_stride + x], vb = b[y * b_stride + x];
        sum_a += va;
        sum_b += vb;
        squares += va * va + vb * vb;
        products += va * vb;
      }
    }
    into.a[block] = sum_a;
    into.b[block] = sum_b;
    into.squares[block] = squares;
    into.products[block] = products;
  }
}

void copy_with_margin(PlaneView from, int margin, std::uint8_t* to, Stride stride) {
  for (int y = -margin; y < from.height + margin; ++y) {
    const std::uint8_t* row = from.row(std::clamp(y, 0, from.height - 1));
    std::uint8_t* line = to + y * stride;
    for (int x = -margin; x < from.width + margin; ++x) line[x] = row[std::clamp(x, 0, from.width - 1)];
  }
}

void copy_clamped(PlaneView from, int left, int top, int width, int height, std::uint8_t* to) {
  for (int y = 0; y < height; ++y, to += kPatchStride) {
    const std::uint8_t* row = from.row(std::clamp(top + y, 0, from.height - 1));
    for (int x = 0; x < width; ++x) to[x] = row[std::clamp(left + x, 0, from.width - 1)];
  }
}

}  // namespace

const PlaneKernels& scalar_plane_kernels() {
  static constexpr PlaneKernels kTable = {
      .name = "scalar",
      .squared_error = squared_error,
      .block_sums = block_sums,
      .copy_with_margin = copy_with_margin,
      .copy_clamped = copy_clamped,
  };
  return kTable;
}

}  // namespace skirret::codec
