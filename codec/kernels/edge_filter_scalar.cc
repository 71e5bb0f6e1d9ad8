// Edge filters, one sample position at a time, and the scalar table (RFC 6386 sections 15.2-15.4).
#include <algorithm>
#include <cstdlib>

#include "codec/kernels/intra_scalar.hh"
#include "codec/kernels/inverse_transform.hh"
#include "codec/kernels/reconstruction_kernels.hh"
#include "codec/kernels/residue_scalar.hh"
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

// Limits of one edge.
struct EdgeLimits {
  int edge, interior, high_variance;
};

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

// `samples`: the first one after the edge. Across an edge the samples stand `step` apart, along it `along`.
template <void (*Filter)(Across, EdgeLimits)>
void filter_edge(std::uint8_t* samples, std::ptrdiff_t step, std::ptrdiff_t along, int length,
                 EdgeLimits limits) {
  for (int i = 0; i < length; ++i) Filter({samples + i * along, step}, limits);
}

// One plane of a macroblock, `size` samples wide and high.
template <void (*Outer)(Across, EdgeLimits), void (*Inner)(Across, EdgeLimits)>
void filter_plane(const FilterSite& site, std::uint8_t* samples, std::ptrdiff_t stride, int size,
                  const FilterLimits& limits) {
  const EdgeLimits outer = {limits.macroblock_edge, limits.interior, limits.high_variance};
  const EdgeLimits inner = {limits.inner_edge, limits.interior, limits.high_variance};
  if (site.left) filter_edge<Outer>(samples, 1, stride, size, outer);
  if (site.inner)
    for (int x = 4; x < size; x += 4) filter_edge<Inner>(samples + x, 1, stride, size, inner);
  if (site.above) filter_edge<Outer>(samples, stride, 1, size, outer);
  if (site.inner)
    for (int y = 4; y < size; y += 4) filter_edge<Inner>(samples + y * stride, stride, 1, size, inner);
}

void filter_normal(const FilterSite& site, const FilterLimits& limits) {
  filter_plane<macroblock_one, inner_one>(site, site.y, site.luma_stride, 16, limits);
  filter_plane<macroblock_one, inner_one>(site, site.u, site.chroma_stride, 8, limits);
  filter_plane<macroblock_one, inner_one>(site, site.v, site.chroma_stride, 8, limits);
}

void filter_simple(const FilterSite& site, const FilterLimits& limits) {
  filter_plane<simple_one, simple_one>(site, site.y, site.luma_stride, 16, limits);
}

}  // namespace

const ReconstructionKernels& scalar_reconstruction_kernels() {
  static constexpr ReconstructionKernels kernels = {
      .name = "scalar",
      .read_tokens = read_tokens,
      .sixtap = scalar::sixtap,
      .bilinear = scalar::bilinear,
      .sixtap_chroma = scalar::sixtap_chroma,
      .bilinear_chroma = scalar::bilinear_chroma,
      .intra_16x16 = scalar::intra_16x16,
      .intra_8x8 = scalar::intra_8x8,
      .intra_4x4 = scalar::intra_4x4,
      .all_intra_4x4 = scalar::all_intra_4x4,
      .inverse_dct_add = inverse_dct_add,
      .inverse_dct_dc_add = inverse_dct_dc_add,
      .add_block = scalar::add_block,
      .add_strip = scalar::add_strip,
      .add_square = scalar::add_square,
      .add_dc_strip = scalar::add_dc_strip,
      .inverse_wht = scalar::inverse_wht,
      .filter_normal = filter_normal,
      .filter_simple = filter_simple,
  };
  return kernels;
}

}  // namespace skirret::codec
