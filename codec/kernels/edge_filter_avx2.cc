// Edge filters on 16 positions at once: a luma edge, or the edges of both chroma planes side by side.
#include "codec/kernels/reconstruction_avx2.hh"

#if defined(__x86_64__)

#include <immintrin.h>

#define SKIRRET_AVX2 __attribute__((target("avx2")))

namespace skirret::codec::avx2 {
namespace {

// Samples across 16 edge positions, from the fourth before the edge (s[0]) to the fourth after it (s[7]).
struct Across {
  __m128i s[8];
};
constexpr int kP3 = 0, kP2 = 1, kP1 = 2, kP0 = 3, kQ0 = 4, kQ1 = 5, kQ2 = 6, kQ3 = 7;

SKIRRET_AVX2 inline __m128i load8(const std::uint8_t* p) {
  return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p));
}
SKIRRET_AVX2 inline __m128i load16(const std::uint8_t* p) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
}
SKIRRET_AVX2 inline void store_low(std::uint8_t* p, __m128i v) {
  _mm_storel_epi64(reinterpret_cast<__m128i*>(p), v);
}
SKIRRET_AVX2 inline void store_high(std::uint8_t* p, __m128i v) {
  _mm_storel_epi64(reinterpret_cast<__m128i*>(p), _mm_unpackhi_epi64(v, v));  // p may be misaligned
}
SKIRRET_AVX2 inline void store16(std::uint8_t* p, __m128i v) {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p), v);
}

SKIRRET_AVX2 inline __m128i distance(__m128i a, __m128i b) {
  return _mm_or_si128(_mm_subs_epu8(a, b), _mm_subs_epu8(b, a));
}
SKIRRET_AVX2 inline __m128i bytes(std::uint8_t value) {
  return _mm_set1_epi8(static_cast<char>(value));
}
// All ones where a byte is 0.
SKIRRET_AVX2 inline __m128i is_zero(__m128i v) {
  return _mm_cmpeq_epi8(v, _mm_setzero_si128());
}

// How far each position exceeds the edge's limit; 0 within it.
SKIRRET_AVX2 inline __m128i edge_excess(const Across& a, EdgeLimits limits) {
  const __m128i near = distance(a.s[kP0], a.s[kQ0]);
  const __m128i far = _mm_and_si128(_mm_srli_epi16(distance(a.s[kP1], a.s[kQ1]), 1), _mm_set1_epi8(0x7f));
  return _mm_subs_epu8(_mm_adds_epu8(_mm_adds_epu8(near, near), far), bytes(limits.edge));
}

// All ones where the position is to be filtered.
SKIRRET_AVX2 inline __m128i filter_mask(const Across& a, EdgeLimits limits) {
  __m128i steepest = distance(a.s[kP3], a.s[kP2]);
  steepest = _mm_max_epu8(steepest, distance(a.s[kP2], a.s[kP1]));
  steepest = _mm_max_epu8(steepest, distance(a.s[kP1], a.s[kP0]));
  steepest = _mm_max_epu8(steepest, distance(a.s[kQ1], a.s[kQ0]));
  steepest = _mm_max_epu8(steepest, distance(a.s[kQ2], a.s[kQ1]));
  steepest = _mm_max_epu8(steepest, distance(a.s[kQ3], a.s[kQ2]));
  return is_zero(_mm_or_si128(_mm_subs_epu8(steepest, bytes(limits.interior)), edge_excess(a, limits)));
}

// All ones where the edge is not of high variance.
SKIRRET_AVX2 inline __m128i smooth_mask(const Across& a, EdgeLimits limits) {
  const __m128i steepest = _mm_max_epu8(distance(a.s[kP1], a.s[kP0]), distance(a.s[kQ1], a.s[kQ0]));
  return is_zero(_mm_subs_epu8(steepest, bytes(limits.high_variance)));
}

// Samples as signed numbers around 128, and back.
SKIRRET_AVX2 inline __m128i flipped(__m128i v) {
  return _mm_xor_si128(v, _mm_set1_epi8(-128));
}

// clamp(outer + 3 * (q0 - p0)), on flipped samples. Three saturating steps of one sign give the same.
SKIRRET_AVX2 inline __m128i step_across(__m128i outer, __m128i p0, __m128i q0) {
  const __m128i step = _mm_subs_epi8(q0, p0);
  return _mm_adds_epi8(_mm_adds_epi8(_mm_adds_epi8(outer, step), step), step);
}

// Signed bytes to 16 bits, in two halves.
struct Wide {
  __m128i low, high;
};
SKIRRET_AVX2 inline Wide widened(__m128i v, int shift) {
  const __m128i zero = _mm_setzero_si128();
  return {_mm_srai_epi16(_mm_unpacklo_epi8(zero, v), 8 + shift),
          _mm_srai_epi16(_mm_unpackhi_epi8(zero, v), 8 + shift)};
}

// Moves p0 and q0 (flipped) by `value`; returns by how much q0 moved, in 16 bits.
SKIRRET_AVX2 inline Wide adjust_nearest(__m128i value, __m128i& p0, __m128i& q0) {
  const Wide down = widened(_mm_adds_epi8(value, _mm_set1_epi8(4)), 3);
  const Wide up = widened(_mm_adds_epi8(value, _mm_set1_epi8(3)), 3);
  q0 = _mm_subs_epi8(q0, _mm_packs_epi16(down.low, down.high));
  p0 = _mm_adds_epi8(p0, _mm_packs_epi16(up.low, up.high));
  return down;
}

SKIRRET_AVX2 inline void filter_simple(Across& a, EdgeLimits limits) {
  const __m128i mask = is_zero(edge_excess(a, limits));
  __m128i p0 = flipped(a.s[kP0]), q0 = flipped(a.s[kQ0]);
  const __m128i outer = _mm_subs_epi8(flipped(a.s[kP1]), flipped(a.s[kQ1]));
  adjust_nearest(_mm_and_si128(step_across(outer, p0, q0), mask), p0, q0);
  a.s[kP0] = flipped(p0);
  a.s[kQ0] = flipped(q0);
}

SKIRRET_AVX2 inline void filter_inner(Across& a, EdgeLimits limits) {
  const __m128i mask = filter_mask(a, limits), smooth = smooth_mask(a, limits);
  __m128i p0 = flipped(a.s[kP0]), q0 = flipped(a.s[kQ0]);
  const __m128i p1 = flipped(a.s[kP1]), q1 = flipped(a.s[kQ1]);
  const __m128i outer = _mm_andnot_si128(smooth, _mm_subs_epi8(p1, q1));
  const Wide moved = adjust_nearest(_mm_and_si128(step_across(outer, p0, q0), mask), p0, q0);
  const __m128i one = _mm_set1_epi16(1);
  const __m128i half =
      _mm_and_si128(smooth, _mm_packs_epi16(_mm_srai_epi16(_mm_add_epi16(moved.low, one), 1),
                                            _mm_srai_epi16(_mm_add_epi16(moved.high, one), 1)));
  a.s[kP1] = flipped(_mm_adds_epi8(p1, half));
  a.s[kP0] = flipped(p0);
  a.s[kQ0] = flipped(q0);
  a.s[kQ1] = flipped(_mm_subs_epi8(q1, half));
}

// (63 + value * weight) >> 7: what a sample near the edge moves by.
SKIRRET_AVX2 inline __m128i share(const Wide& value, short weight) {
  const __m128i by = _mm_set1_epi16(weight), half = _mm_set1_epi16(63);
  return _mm_packs_epi16(_mm_srai_epi16(_mm_add_epi16(_mm_mullo_epi16(value.low, by), half), 7),
                         _mm_srai_epi16(_mm_add_epi16(_mm_mullo_epi16(value.high, by), half), 7));
}

SKIRRET_AVX2 inline void filter_macroblock(Across& a, EdgeLimits limits) {
  const __m128i mask = filter_mask(a, limits), smooth = smooth_mask(a, limits);
  __m128i p[3] = {flipped(a.s[kP0]), flipped(a.s[kP1]), flipped(a.s[kP2])};
  __m128i q[3] = {flipped(a.s[kQ0]), flipped(a.s[kQ1]), flipped(a.s[kQ2])};
  const __m128i value = _mm_and_si128(step_across(_mm_subs_epi8(p[1], q[1]), p[0], q[0]), mask);
  adjust_nearest(_mm_andnot_si128(smooth, value), p[0], q[0]);
  const Wide wide = widened(_mm_and_si128(value, smooth), 0);
  constexpr short kWeights[3] = {27, 18, 9};
  for (int i = 0; i < 3; ++i) {
    const __m128i move = share(wide, kWeights[i]);
    a.s[kQ0 + i] = flipped(_mm_subs_epi8(q[i], move));
    a.s[kP0 - i] = flipped(_mm_adds_epi8(p[i], move));
  }
}

// 16 rows of 8 bytes, given as their addresses, to 8 columns of 16 bytes.
struct Rows {
  std::uint8_t* upper;  // of rows 0..7
  std::uint8_t* lower;  // of rows 8..15
  std::ptrdiff_t stride;
};

SKIRRET_AVX2 inline Across load_columns(const Rows& rows) {
  __m128i x[8], y[8], z[8];
  for (int i = 0; i < 8; ++i)  // row i between row i + 8
    x[i] = _mm_unpacklo_epi8(load8(rows.upper + i * rows.stride), load8(rows.lower + i * rows.stride));
  for (int i = 0; i < 4; ++i) {  // every fourth row; columns 0..3 and 4..7
    y[i] = _mm_unpacklo_epi8(x[i], x[i + 4]);
    y[i + 4] = _mm_unpackhi_epi8(x[i], x[i + 4]);
  }
  for (int half = 0; half < 8; half += 4) {  // even rows, odd rows
    z[half] = _mm_unpacklo_epi8(y[half], y[half + 2]);
    z[half + 1] = _mm_unpackhi_epi8(y[half], y[half + 2]);
    z[half + 2] = _mm_unpacklo_epi8(y[half + 1], y[half + 3]);
    z[half + 3] = _mm_unpackhi_epi8(y[half + 1], y[half + 3]);
  }
  Across a;
  for (int half = 0; half < 8; half += 4)
    for (int i = 0; i < 2; ++i) {
      a.s[half + 2 * i] = _mm_unpacklo_epi8(z[half + i], z[half + 2 + i]);
      a.s[half + 2 * i + 1] = _mm_unpackhi_epi8(z[half + i], z[half + 2 + i]);
    }
  return a;
}

SKIRRET_AVX2 inline void store_eight_rows(std::uint8_t* to, std::ptrdiff_t stride, __m128i c01, __m128i c23,
                                          __m128i c45, __m128i c67) {
  const __m128i left[2] = {_mm_unpacklo_epi16(c01, c23), _mm_unpackhi_epi16(c01, c23)};
  const __m128i right[2] = {_mm_unpacklo_epi16(c45, c67), _mm_unpackhi_epi16(c45, c67)};
  for (int i = 0; i < 2; ++i) {
    const __m128i first = _mm_unpacklo_epi32(left[i], right[i]),
                  second = _mm_unpackhi_epi32(left[i], right[i]);
    store_low(to + (4 * i) * stride, first);
    store_high(to + (4 * i + 1) * stride, first);
    store_low(to + (4 * i + 2) * stride, second);
    store_high(to + (4 * i + 3) * stride, second);
  }
}

SKIRRET_AVX2 inline void store_columns(const Rows& rows, const Across& a) {
  const __m128i* s = a.s;
  store_eight_rows(rows.upper, rows.stride, _mm_unpacklo_epi8(s[0], s[1]), _mm_unpacklo_epi8(s[2], s[3]),
                   _mm_unpacklo_epi8(s[4], s[5]), _mm_unpacklo_epi8(s[6], s[7]));
  store_eight_rows(rows.lower, rows.stride, _mm_unpackhi_epi8(s[0], s[1]), _mm_unpackhi_epi8(s[2], s[3]),
                   _mm_unpackhi_epi8(s[4], s[5]), _mm_unpackhi_epi8(s[6], s[7]));
}

SKIRRET_AVX2 inline Rows luma_rows(std::uint8_t* samples, std::ptrdiff_t stride) {
  return {samples - 4, samples - 4 + 8 * stride, stride};
}

using Filter = void (*)(Across&, EdgeLimits);

// `changed`: how many samples on each side of the edge the filter may write.
template <Filter filter, int changed>
SKIRRET_AVX2 inline void luma_horizontal(std::uint8_t* samples, std::ptrdiff_t stride, EdgeLimits limits) {
  Across a;
  for (int i = 0; i < 8; ++i) a.s[i] = load16(samples + (i - 4) * stride);
  filter(a, limits);
  for (int i = 4 - changed; i < 4 + changed; ++i) store16(samples + (i - 4) * stride, a.s[i]);
}

template <Filter filter, int changed>
SKIRRET_AVX2 inline void chroma_horizontal(std::uint8_t* u, std::uint8_t* v, std::ptrdiff_t stride,
                                           EdgeLimits limits) {
  Across a;
  for (int i = 0; i < 8; ++i)
    a.s[i] = _mm_unpacklo_epi64(load8(u + (i - 4) * stride), load8(v + (i - 4) * stride));
  filter(a, limits);
  for (int i = 4 - changed; i < 4 + changed; ++i) {
    store_low(u + (i - 4) * stride, a.s[i]);
    store_high(v + (i - 4) * stride, a.s[i]);
  }
}

template <Filter filter>
SKIRRET_AVX2 inline void vertical(const Rows& rows, EdgeLimits limits) {
  Across a = load_columns(rows);
  filter(a, limits);
  store_columns(rows, a);
}

}  // namespace

SKIRRET_AVX2 void macroblock_horizontal(std::uint8_t* samples, std::ptrdiff_t stride, int,
                                        EdgeLimits limits) {
  luma_horizontal<filter_macroblock, 3>(samples, stride, limits);
}
SKIRRET_AVX2 void macroblock_vertical(std::uint8_t* samples, std::ptrdiff_t stride, int, EdgeLimits limits) {
  vertical<filter_macroblock>(luma_rows(samples, stride), limits);
}
SKIRRET_AVX2 void inner_horizontal(std::uint8_t* samples, std::ptrdiff_t stride, int, EdgeLimits limits) {
  luma_horizontal<filter_inner, 2>(samples, stride, limits);
}
SKIRRET_AVX2 void inner_vertical(std::uint8_t* samples, std::ptrdiff_t stride, int, EdgeLimits limits) {
  vertical<filter_inner>(luma_rows(samples, stride), limits);
}
SKIRRET_AVX2 void simple_horizontal(std::uint8_t* samples, std::ptrdiff_t stride, int, EdgeLimits limits) {
  luma_horizontal<filter_simple, 1>(samples, stride, limits);
}
SKIRRET_AVX2 void simple_vertical(std::uint8_t* samples, std::ptrdiff_t stride, int, EdgeLimits limits) {
  vertical<filter_simple>(luma_rows(samples, stride), limits);
}
SKIRRET_AVX2 void chroma_macroblock_horizontal(std::uint8_t* u, std::uint8_t* v, std::ptrdiff_t stride,
                                               EdgeLimits limits) {
  chroma_horizontal<filter_macroblock, 3>(u, v, stride, limits);
}
SKIRRET_AVX2 void chroma_macroblock_vertical(std::uint8_t* u, std::uint8_t* v, std::ptrdiff_t stride,
                                             EdgeLimits limits) {
  vertical<filter_macroblock>({u - 4, v - 4, stride}, limits);
}
SKIRRET_AVX2 void chroma_inner_horizontal(std::uint8_t* u, std::uint8_t* v, std::ptrdiff_t stride,
                                          EdgeLimits limits) {
  chroma_horizontal<filter_inner, 2>(u, v, stride, limits);
}
SKIRRET_AVX2 void chroma_inner_vertical(std::uint8_t* u, std::uint8_t* v, std::ptrdiff_t stride,
                                        EdgeLimits limits) {
  vertical<filter_inner>({u - 4, v - 4, stride}, limits);
}

}  // namespace skirret::codec::avx2

#endif  // __x86_64__
