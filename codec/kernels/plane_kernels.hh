#pragma once

#include <cstddef>
#include <cstdint>

#include "codec/kernels/instruction_set.hh"
#include "codec/picture/plane.hh"

// What is done to whole planes, as one table of functions: measured against another one, and copied with what
// stands beyond their edges. The scalar table is the reference; every other one gives the same.
namespace skirret::codec {

// Sums over 4x4 blocks that stand side by side in two planes, by block: of either one's samples, of all their
// squares, of their products.
struct BlockSums {
  std::int32_t* a;
  std::int32_t* b;
  std::int32_t* squares;
  std::int32_t* products;
};

struct PlaneKernels {
  using Pixels = const std::uint8_t*;
  using Stride = std::ptrdiff_t;

  const char* name;

  // Sum of squared differences of areas of any size up to 16384 samples wide.
  std::uint64_t (*squared_error)(Pixels a, Stride a_stride, Pixels b, Stride b_stride, int width, int height);

  // Of `blocks` blocks in the four rows from `a` and `b` on: what structural similarity is made of.
  void (*block_sums)(Pixels a, Stride a_stride, Pixels b, Stride b_stride, int blocks, const BlockSums& into);

  // The plane and `margin` samples around it, which are its nearest edge samples. `to`: where its first
  // sample goes.
  void (*copy_with_margin)(PlaneView from, int margin, std::uint8_t* to, Stride stride);

  // `width` (up to 32) x `height` samples from (left, top) on, wherever that is: outside the plane stand its
  // nearest edge samples. Lines are kPatchStride bytes apart and written whole, whatever stands in their
  // rest.
  void (*copy_clamped)(PlaneView from, int left, int top, int width, int height, std::uint8_t* to);
};
inline constexpr std::ptrdiff_t kPatchStride = 32;

const PlaneKernels& scalar_plane_kernels();
const PlaneKernels* plane_kernels_of(InstructionSet set);  // null where build or machine lacks it

// Of the chosen instruction set.
const PlaneKernels& plane_kernels();

}  // namespace skirret::codec
