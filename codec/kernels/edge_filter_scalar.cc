// Edge filters, one sample position at a time, and the scalar table (RFC 6386 sections 15.2-15.4).
#include <algorithm>
#include <cstdlib>

#include "codec/kernels/inverse_transform.hh"
#include "codec/kernels/reconstruction_kernels.hh"
#include "codec/kernels/subpel_scalar.hh"

namespace skirret::codec {
namespace {

constexpr int clamp8(int value) {
  return std::clamp(value, -128, 127);
}
// Samples are filtered as signed numbers around 128.
constexpr int to_signed(std::uint8_t sample) {
  return sample - 128;
}
constexpr std::uint8_t to_sample(int value) {
  return static_cast<std::uint8_t>(clamp8(value) + 128);
}

// The samples across an edge: q0, q1, … from `at` on, p0, p1, … before it.
struct Across {
  std::uint8_t* at;
  std::ptrdiff_t step;
  std::uint8_t& q(int i) const { return at[i * step]; }
  std::uint8_t& p(int i) const { return at[-(i + 1) * step]; }
};

bool within_edge(Across s, int limit) {
  return std::abs(s.p(0) - s.q(0)) * 2 + std::abs(s.p(1) - s.q(1)) / 2 <= limit;
}

bool within_limits(Across s, EdgeLimits limits) {
  const int interior = limits.interior;
  for (int i = 0; i < 3; ++i)
    if (std::abs(s.p(i + 1) - s.p(i)) > interior || std::abs(s.q(i + 1) - s.q(i)) > interior) return false;
  return within_edge(s, limits.edge);
}

bool high_variance(Across s, int threshold) {
  return std::abs(s.p(1) - s.p(0)) > threshold || std::abs(s.q(1) - s.q(0)) > threshold;
}

// Moves p0 and q0 toward each other; returns by how much q0 moved.
int adjust_nearest(Across s, int value) {
  const int down = clamp8(value + 4) >> 3;
  const int up = clamp8(value + 3) >> 3;
  s.q(0) = to_sample(to_signed(s.q(0)) - down);
  s.p(0) = to_sample(to_signed(s.p(0)) + up);
  return down;
}

int step_across(Across s, bool outer_taps) {
  const int outer = outer_taps ? clamp8(to_signed(s.p(1)) - to_signed(s.q(1))) : 0;
  return clamp8(outer + 3 * (to_signed(s.q(0)) - to_signed(s.p(0))));
}

void simple_one(Across s, EdgeLimits limits) {
  if (within_edge(s, limits.edge)) adjust_nearest(s, step_across(s, true));
}

void inner_one(Across s, EdgeLimits limits) {
  if (!within_limits(s, limits)) return;
  const bool rough = high_variance(s, limits.high_variance);
  const int moved = adjust_nearest(s, step_across(s, rough));
  if (rough) return;
  const int outer = (moved + 1) >> 1;
  s.q(1) = to_sample(to_signed(s.q(1)) - outer);
  s.p(1) = to_sample(to_signed(s.p(1)) + outer);
}

void macroblock_one(Across s, EdgeLimits limits) {
  if (!within_limits(s, limits)) return;
  const int value = step_across(s, true);
  if (high_variance(s, limits.high_variance)) {
    adjust_nearest(s, value);
    return;
  }
  for (int i = 0; i < 3; ++i) {
    const int move = clamp8((63 + value * (27 - 9 * i)) >> 7);  // about 3/7, 2/7 and 1/7 of the step
    s.q(i) = to_sample(to_signed(s.q(i)) - move);
    s.p(i) = to_sample(to_signed(s.p(i)) + move);
  }
}

template <void (*Filter)(Across, EdgeLimits)>
void horizontal(std::uint8_t* samples, std::ptrdiff_t stride, int length, EdgeLimits limits) {
  for (int i = 0; i < length; ++i) Filter({samples + i, stride}, limits);
}
template <void (*Filter)(Across, EdgeLimits)>
void vertical(std::uint8_t* samples, std::ptrdiff_t stride, int length, EdgeLimits limits) {
  for (int i = 0; i < length; ++i) Filter({samples + i * stride, 1}, limits);
}
template <EdgeFilter Filter>
void both_chroma(std::uint8_t* u, std::uint8_t* v, std::ptrdiff_t stride, EdgeLimits limits) {
  Filter(u, stride, 8, limits);
  Filter(v, stride, 8, limits);
}

}  // namespace

const ReconstructionKernels& scalar_reconstruction_kernels() {
  static constexpr ReconstructionKernels kernels = {
      .name = "scalar",
      .sixtap = scalar::sixtap,
      .bilinear = scalar::bilinear,
      .inverse_dct_add = inverse_dct_add,
      .inverse_dct_dc_add = inverse_dct_dc_add,
      .macroblock_horizontal = horizontal<macroblock_one>,
      .macroblock_vertical = vertical<macroblock_one>,
      .inner_horizontal = horizontal<inner_one>,
      .inner_vertical = vertical<inner_one>,
      .chroma_macroblock_horizontal = both_chroma<horizontal<macroblock_one>>,
      .chroma_macroblock_vertical = both_chroma<vertical<macroblock_one>>,
      .chroma_inner_horizontal = both_chroma<horizontal<inner_one>>,
      .chroma_inner_vertical = both_chroma<vertical<inner_one>>,
      .simple_horizontal = horizontal<simple_one>,
      .simple_vertical = vertical<simple_one>,
  };
  return kernels;
}

}  // namespace skirret::codec
