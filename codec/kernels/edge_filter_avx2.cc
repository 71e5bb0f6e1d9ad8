// Edge filters on 32 positions at once: 16 of luma in the low half of a register, 8 of each chroma plane in
// the high half. Where only luma has an edge, the high half idles.
#include <cstring>

#include "codec/kernels/reconstruction_avx2.hh"
#include "codec/kernels/vector_set.hh"

namespace skirret::codec::SKIRRET_VECTOR_SET {
namespace {

using Bytes32 = __m256i;

// Samples across an edge, from the fourth before it (s[0]) to the fourth after it (s[7]).
constexpr int kP3 = 0, kP2 = 1, kP1 = 2, kP0 = 3, kQ0 = 4, kQ1 = 5, kQ2 = 6, kQ3 = 7;

SKIRRET_AVX2_INLINE __m128i load8(const std::uint8_t* p) {
  return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p));
}
SKIRRET_AVX2_INLINE __m128i load16(const std::uint8_t* p) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
}
SKIRRET_AVX2_INLINE void store_low(std::uint8_t* p, __m128i v) {
  const long long bits = _mm_cvtsi128_si64(v);
  std::memcpy(p, &bits, 8);
}
SKIRRET_AVX2_INLINE void store_high(std::uint8_t* p, __m128i v) {
  const long long bits = _mm_extract_epi64(v, 1);
  std::memcpy(p, &bits, 8);
}
SKIRRET_AVX2_INLINE void store16(std::uint8_t* p, __m128i v) {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p), v);
}
SKIRRET_AVX2_INLINE Bytes32 both(__m128i low, __m128i high) {
  return _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
}
SKIRRET_AVX2_INLINE __m128i low_half(Bytes32 v) {
  return _mm256_castsi256_si128(v);
}
SKIRRET_AVX2_INLINE __m128i high_half(Bytes32 v) {
  return _mm256_extracti128_si256(v, 1);
}

SKIRRET_AVX2_INLINE Bytes32 bytes(int value) {
  return _mm256_set1_epi8(static_cast<char>(value));
}
SKIRRET_AVX2_INLINE Bytes32 distance(Bytes32 a, Bytes32 b) {
  return _mm256_or_si256(_mm256_subs_epu8(a, b), _mm256_subs_epu8(b, a));
}
// All ones where a byte is 0.
SKIRRET_AVX2_INLINE Bytes32 is_zero(Bytes32 v) {
  return _mm256_cmpeq_epi8(v, _mm256_setzero_si256());
}
// Samples as signed numbers around 128, and back.
SKIRRET_AVX2_INLINE Bytes32 flipped(Bytes32 v) {
  return _mm256_xor_si256(v, _mm256_set1_epi8(-128));
}

// How far each position exceeds the edge's limit; 0 within it.
SKIRRET_AVX2_INLINE Bytes32 edge_excess(const Bytes32* s, Bytes32 edge) {
  const Bytes32 near = distance(s[kP0], s[kQ0]);
  const Bytes32 far =
      _mm256_and_si256(_mm256_srli_epi16(distance(s[kP1], s[kQ1]), 1), _mm256_set1_epi8(0x7f));
  return _mm256_subs_epu8(_mm256_adds_epu8(_mm256_adds_epu8(near, near), far), edge);
}

struct Masks {
  Bytes32 filtered;  // all ones where the position is to be filtered,
  Bytes32 smooth;    // and where it is not of high variance
};

SKIRRET_AVX2_INLINE Masks masks_of(const Bytes32* s, Bytes32 edge, Bytes32 interior, Bytes32 high_variance) {
  const Bytes32 nearest = _mm256_max_epu8(distance(s[kP1], s[kP0]), distance(s[kQ1], s[kQ0]));
  const Bytes32 p = _mm256_max_epu8(distance(s[kP3], s[kP2]), distance(s[kP2], s[kP1]));
  const Bytes32 q = _mm256_max_epu8(distance(s[kQ3], s[kQ2]), distance(s[kQ2], s[kQ1]));
  const Bytes32 steepest = _mm256_max_epu8(_mm256_max_epu8(p, q), nearest);
  return {is_zero(_mm256_or_si256(_mm256_subs_epu8(steepest, interior), edge_excess(s, edge))),
          is_zero(_mm256_subs_epu8(nearest, high_variance))};
}

// clamp(outer + 3 * (q0 - p0)), on flipped samples. Three saturating steps of one sign give the same.
SKIRRET_AVX2_INLINE Bytes32 step_across(Bytes32 outer, Bytes32 p0, Bytes32 q0) {
  const Bytes32 step = _mm256_subs_epi8(q0, p0);
  return _mm256_adds_epi8(_mm256_adds_epi8(_mm256_adds_epi8(outer, step), step), step);
}

// Moves p0 and q0 (flipped) toward each other by clamp(value + 3) >> 3 and clamp(value + 4) >> 3; returns the
// latter plus 16.
SKIRRET_AVX2_INLINE Bytes32 adjust_nearest(Bytes32 value, Bytes32& p0, Bytes32& q0) {
  const Bytes32 biased = flipped(value), low_bits = _mm256_set1_epi8(0x1f), sixteen = _mm256_set1_epi8(16);
  const Bytes32 down =
      _mm256_and_si256(_mm256_srli_epi16(_mm256_adds_epu8(biased, _mm256_set1_epi8(4)), 3), low_bits);
  const Bytes32 up =
      _mm256_and_si256(_mm256_srli_epi16(_mm256_adds_epu8(biased, _mm256_set1_epi8(3)), 3), low_bits);
  q0 = _mm256_subs_epi8(q0, _mm256_sub_epi8(down, sixteen));
  p0 = _mm256_adds_epi8(p0, _mm256_sub_epi8(up, sixteen));
  return down;
}

struct VectorLimits {
  Bytes32 macroblock_edge, inner_edge, interior, high_variance;
};
SKIRRET_AVX2_INLINE VectorLimits vectors_of(const FilterLimits& limits) {
  return {bytes(limits.macroblock_edge), bytes(limits.inner_edge), bytes(limits.interior),
          bytes(limits.high_variance)};
}

SKIRRET_AVX2_INLINE void filter_simple_edge(Bytes32* s, Bytes32 edge) {
  const Bytes32 mask = is_zero(edge_excess(s, edge));
  Bytes32 p0 = flipped(s[kP0]), q0 = flipped(s[kQ0]);
  const Bytes32 outer = _mm256_subs_epi8(flipped(s[kP1]), flipped(s[kQ1]));
  adjust_nearest(_mm256_and_si256(step_across(outer, p0, q0), mask), p0, q0);
  s[kP0] = flipped(p0);
  s[kQ0] = flipped(q0);
}

// Changes two samples on each side.
SKIRRET_AVX2_INLINE void filter_inner_edge(Bytes32* s, const VectorLimits& limits) {
  const Masks masks = masks_of(s, limits.inner_edge, limits.interior, limits.high_variance);
  Bytes32 p0 = flipped(s[kP0]), q0 = flipped(s[kQ0]);
  const Bytes32 p1 = flipped(s[kP1]), q1 = flipped(s[kQ1]);
  const Bytes32 outer = _mm256_andnot_si256(masks.smooth, _mm256_subs_epi8(p1, q1));
  const Bytes32 moved = adjust_nearest(_mm256_and_si256(step_across(outer, p0, q0), masks.filtered), p0, q0);
  const Bytes32 half = _mm256_and_si256(
      masks.smooth, _mm256_sub_epi8(_mm256_avg_epu8(moved, _mm256_setzero_si256()), _mm256_set1_epi8(8)));
  s[kP1] = flipped(_mm256_adds_epi8(p1, half));
  s[kP0] = flipped(p0);
  s[kQ0] = flipped(q0);
  s[kQ1] = flipped(_mm256_subs_epi8(q1, half));
}

// (63 + value * weight) >> 7, the values interleaved with ones.
SKIRRET_AVX2_INLINE Bytes32 share(Bytes32 low, Bytes32 high, int weight) {
  const Bytes32 factors = _mm256_set1_epi16(static_cast<short>(weight | 63 << 8));
  return _mm256_packs_epi16(_mm256_srai_epi16(_mm256_maddubs_epi16(factors, low), 7),
                            _mm256_srai_epi16(_mm256_maddubs_epi16(factors, high), 7));
}

// Changes three samples on each side.
SKIRRET_AVX2_INLINE void filter_macroblock_edge(Bytes32* s, const VectorLimits& limits) {
  const Masks masks = masks_of(s, limits.macroblock_edge, limits.interior, limits.high_variance);
  Bytes32 p0 = flipped(s[kP0]), q0 = flipped(s[kQ0]);
  const Bytes32 p1 = flipped(s[kP1]), q1 = flipped(s[kQ1]);
  const Bytes32 value = _mm256_and_si256(step_across(_mm256_subs_epi8(p1, q1), p0, q0), masks.filtered);
  adjust_nearest(_mm256_andnot_si256(masks.smooth, value), p0, q0);
  const Bytes32 smooth = _mm256_and_si256(value, masks.smooth), ones = _mm256_set1_epi8(1);
  const Bytes32 low = _mm256_unpacklo_epi8(smooth, ones), high = _mm256_unpackhi_epi8(smooth, ones);
  const Bytes32 first = share(low, high, 27), second = share(low, high, 18), third = share(low, high, 9);
  s[kP0] = flipped(_mm256_adds_epi8(p0, first));
  s[kQ0] = flipped(_mm256_subs_epi8(q0, first));
  s[kP1] = flipped(_mm256_adds_epi8(p1, second));
  s[kQ1] = flipped(_mm256_subs_epi8(q1, second));
  s[kP2] = flipped(_mm256_adds_epi8(flipped(s[kP2]), third));
  s[kQ2] = flipped(_mm256_subs_epi8(flipped(s[kQ2]), third));
}

// The last three steps of turning 16 rows into columns; x[i] holds rows i and i + 8 interleaved.
SKIRRET_AVX2_INLINE void to_columns(const Bytes32* x, Bytes32* columns) {
  Bytes32 y[8], z[8];
  for (int i = 0; i < 4; ++i) {  // every fourth row; columns 0..3 and 4..7
    y[i] = _mm256_unpacklo_epi8(x[i], x[i + 4]);
    y[i + 4] = _mm256_unpackhi_epi8(x[i], x[i + 4]);
  }
  for (int half = 0; half < 8; half += 4) {  // even rows, odd rows
    z[half] = _mm256_unpacklo_epi8(y[half], y[half + 2]);
    z[half + 1] = _mm256_unpackhi_epi8(y[half], y[half + 2]);
    z[half + 2] = _mm256_unpacklo_epi8(y[half + 1], y[half + 3]);
    z[half + 3] = _mm256_unpackhi_epi8(y[half + 1], y[half + 3]);
  }
  for (int half = 0; half < 8; half += 4)
    for (int i = 0; i < 2; ++i) {
      columns[half + 2 * i] = _mm256_unpacklo_epi8(z[half + i], z[half + 2 + i]);
      columns[half + 2 * i + 1] = _mm256_unpackhi_epi8(z[half + i], z[half + 2 + i]);
    }
}

// Eight columns to rows of 8 bytes, two in each half of a register: rows 2k and 2k + 1 in rows[k].
SKIRRET_AVX2_INLINE void to_rows(const Bytes32* c, Bytes32* rows) {
  for (int half = 0; half < 2; ++half) {  // rows 0..7, rows 8..15
    Bytes32 pair[4];
    for (int i = 0; i < 4; ++i)
      pair[i] = half == 0 ? _mm256_unpacklo_epi8(c[2 * i], c[2 * i + 1])
                          : _mm256_unpackhi_epi8(c[2 * i], c[2 * i + 1]);
    const Bytes32 left[2] = {_mm256_unpacklo_epi16(pair[0], pair[1]),
                             _mm256_unpackhi_epi16(pair[0], pair[1])};
    const Bytes32 right[2] = {_mm256_unpacklo_epi16(pair[2], pair[3]),
                              _mm256_unpackhi_epi16(pair[2], pair[3])};
    for (int i = 0; i < 2; ++i) {
      rows[4 * half + 2 * i] = _mm256_unpacklo_epi32(left[i], right[i]);
      rows[4 * half + 2 * i + 1] = _mm256_unpackhi_epi32(left[i], right[i]);
    }
  }
}

// Row i of luma beside row i of U; row i + 8 of luma beside row i of V.
SKIRRET_AVX2_INLINE void load_rows(const FilterSite& site, int x, Bytes32* rows) {
  for (int i = 0; i < 8; ++i) {
    rows[i] = both(load16(site.y + x + i * site.luma_stride), load16(site.u + x + i * site.chroma_stride));
    rows[i + 8] =
        both(load16(site.y + x + (i + 8) * site.luma_stride), load16(site.v + x + i * site.chroma_stride));
  }
}

SKIRRET_AVX2_INLINE void store_chroma_rows(const FilterSite& site, int x, const Bytes32* rows) {
  for (int k = 0; k < 4; ++k) {
    const __m128i u = high_half(rows[k]), v = high_half(rows[k + 4]);
    store_low(site.u + x + 2 * k * site.chroma_stride, u);
    store_high(site.u + x + (2 * k + 1) * site.chroma_stride, u);
    store_low(site.v + x + 2 * k * site.chroma_stride, v);
    store_high(site.v + x + (2 * k + 1) * site.chroma_stride, v);
  }
}

SKIRRET_AVX2_INLINE void filter_left(const FilterSite& site, const VectorLimits& limits) {
  Bytes32 rows[16], x[8], columns[8];
  load_rows(site, -4, rows);
  for (int i = 0; i < 8; ++i) x[i] = _mm256_unpacklo_epi8(rows[i], rows[i + 8]);
  to_columns(x, columns);
  filter_macroblock_edge(columns, limits);
  to_rows(columns, rows);
  for (int k = 0; k < 8; ++k) {
    store_low(site.y - 4 + 2 * k * site.luma_stride, low_half(rows[k]));
    store_high(site.y - 4 + (2 * k + 1) * site.luma_stride, low_half(rows[k]));
  }
  store_chroma_rows(site, -4, rows);
}

SKIRRET_AVX2_INLINE void filter_inner_vertical(const FilterSite& site, const VectorLimits& limits) {
  Bytes32 rows[16], x[8], columns[16];
  load_rows(site, 0, rows);
  for (int i = 0; i < 8; ++i) x[i] = _mm256_unpacklo_epi8(rows[i], rows[i + 8]);
  to_columns(x, columns);
  for (int i = 0; i < 8; ++i) x[i] = _mm256_unpackhi_epi8(rows[i], rows[i + 8]);
  to_columns(x, columns + 8);
  filter_inner_edge(columns, limits);
  // The edges at 8 and 12 are luma's alone: what they do to chroma is undone.
  const Bytes32 chroma6 = columns[6], chroma7 = columns[7];
  filter_inner_edge(columns + 4, limits);
  filter_inner_edge(columns + 8, limits);
  columns[6] = _mm256_blend_epi32(columns[6], chroma6, 0xf0);
  columns[7] = _mm256_blend_epi32(columns[7], chroma7, 0xf0);
  Bytes32 left[8], right[8];
  to_rows(columns, left);
  to_rows(columns + 8, right);
  for (int k = 0; k < 8; ++k) {
    store16(site.y + 2 * k * site.luma_stride, _mm_unpacklo_epi64(low_half(left[k]), low_half(right[k])));
    store16(site.y + (2 * k + 1) * site.luma_stride,
            _mm_unpackhi_epi64(low_half(left[k]), low_half(right[k])));
  }
  store_chroma_rows(site, 0, left);
}

// Rows of luma beside those of U and V.
SKIRRET_AVX2_INLINE Bytes32 load_line(const FilterSite& site, int y) {
  return both(
      load16(site.y + y * site.luma_stride),
      _mm_unpacklo_epi64(load8(site.u + y * site.chroma_stride), load8(site.v + y * site.chroma_stride)));
}
SKIRRET_AVX2_INLINE void store_line(const FilterSite& site, int y, Bytes32 line) {
  store16(site.y + y * site.luma_stride, low_half(line));
  store_low(site.u + y * site.chroma_stride, high_half(line));
  store_high(site.v + y * site.chroma_stride, high_half(line));
}
SKIRRET_AVX2_INLINE Bytes32 load_luma_line(const FilterSite& site, int y) {
  return _mm256_castsi128_si256(load16(site.y + y * site.luma_stride));
}
SKIRRET_AVX2_INLINE void store_luma_line(const FilterSite& site, int y, Bytes32 line) {
  store16(site.y + y * site.luma_stride, low_half(line));
}

// All horizontal edges, each line loaded and stored once.
SKIRRET_AVX2_INLINE void filter_horizontal(const FilterSite& site, const VectorLimits& limits) {
  Bytes32 s[20];  // s[4 + y] is line y
  for (int y = 0; y < 4; ++y) s[4 + y] = load_line(site, y);
  if (site.above) {
    for (int y = -4; y < 0; ++y) s[4 + y] = load_line(site, y);
    filter_macroblock_edge(s, limits);
    for (int y = -3; y < 0; ++y) store_line(site, y, s[4 + y]);
  }
  if (!site.inner) {
    for (int y = 0; y < 3; ++y) store_line(site, y, s[4 + y]);
    return;
  }
  for (int y = 4; y < 8; ++y) s[4 + y] = load_line(site, y);
  filter_inner_edge(s + 4, limits);
  for (int y = 0; y < 6; ++y) store_line(site, y, s[4 + y]);
  for (int y = 8; y < 16; ++y) s[4 + y] = load_luma_line(site, y);
  filter_inner_edge(s + 8, limits);
  filter_inner_edge(s + 12, limits);
  for (int y = 6; y < 14; ++y) store_luma_line(site, y, s[4 + y]);
}

// The same sites, luma alone.
SKIRRET_AVX2_INLINE void simple_vertical(std::uint8_t* samples, std::ptrdiff_t stride, Bytes32 edge) {
  Bytes32 rows[8], x[8], columns[8];
  for (int i = 0; i < 8; ++i)
    x[i] = _mm256_castsi128_si256(
        _mm_unpacklo_epi8(load8(samples - 4 + i * stride), load8(samples - 4 + (i + 8) * stride)));
  to_columns(x, columns);
  filter_simple_edge(columns, edge);
  to_rows(columns, rows);
  for (int k = 0; k < 8; ++k) {
    store_low(samples - 4 + 2 * k * stride, low_half(rows[k]));
    store_high(samples - 4 + (2 * k + 1) * stride, low_half(rows[k]));
  }
}

SKIRRET_AVX2_INLINE void simple_horizontal(std::uint8_t* samples, std::ptrdiff_t stride, Bytes32 edge) {
  Bytes32 s[8];
  for (int i = 2; i < 6; ++i) s[i] = _mm256_castsi128_si256(load16(samples + (i - 4) * stride));
  filter_simple_edge(s, edge);
  for (int i = 3; i < 5; ++i) store16(samples + (i - 4) * stride, low_half(s[i]));
}

}  // namespace

SKIRRET_AVX2 void filter_normal(const FilterSite& site, const FilterLimits& limits) {
  const VectorLimits vectors = vectors_of(limits);
  if (site.left) filter_left(site, vectors);
  if (site.inner) filter_inner_vertical(site, vectors);
  if (site.above || site.inner) filter_horizontal(site, vectors);
}

SKIRRET_AVX2 void filter_simple(const FilterSite& site, const FilterLimits& limits) {
  const VectorLimits vectors = vectors_of(limits);
  if (site.left) simple_vertical(site.y, site.luma_stride, vectors.macroblock_edge);
  if (site.inner)
    for (int x = 4; x < 16; x += 4) simple_vertical(site.y + x, site.luma_stride, vectors.inner_edge);
  if (site.above) simple_horizontal(site.y, site.luma_stride, vectors.macroblock_edge);
  if (site.inner)
    for (int y = 4; y < 16; y += 4)
      simple_horizontal(site.y + y * site.luma_stride, site.luma_stride, vectors.inner_edge);
}

}  // namespace skirret::codec::SKIRRET_VECTOR_SET
