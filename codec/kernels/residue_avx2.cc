// Inverse transforms with AVX2: one block, or four at once.
#include <cstring>

#include "codec/kernels/reconstruction_avx2.hh"
#include "codec/kernels/vector_set.hh"

namespace skirret::codec::SKIRRET_VECTOR_SET {
namespace {

SKIRRET_AVX2_INLINE __m128i load4(const std::uint8_t* p) {
  int word;
  std::memcpy(&word, p, 4);
  return _mm_cvtsi32_si128(word);
}
SKIRRET_AVX2_INLINE void store4(std::uint8_t* p, __m128i v) {
  const int word = _mm_cvtsi128_si32(v);
  std::memcpy(p, &word, 4);
}
SKIRRET_AVX2_INLINE __m128i load8(const void* p) {
  return _mm_loadl_epi64(static_cast<const __m128i*>(p));
}
SKIRRET_AVX2_INLINE __m128i load16(const void* p) {
  return _mm_loadu_si128(static_cast<const __m128i*>(p));
}
SKIRRET_AVX2_INLINE __m256i load32(const void* p) {
  return _mm256_loadu_si256(static_cast<const __m256i*>(p));
}

// The same arithmetic on registers of either width.
struct Narrow {
  using Vector = __m128i;
  SKIRRET_AVX2_INLINE static Vector add(Vector a, Vector b) { return _mm_add_epi16(a, b); }
  SKIRRET_AVX2_INLINE static Vector subtract(Vector a, Vector b) { return _mm_sub_epi16(a, b); }
  SKIRRET_AVX2_INLINE static Vector high_product(Vector a, short b) {
    return _mm_mulhi_epi16(a, _mm_set1_epi16(b));
  }
};
struct Wide {
  using Vector = __m256i;
  SKIRRET_AVX2_INLINE static Vector add(Vector a, Vector b) { return _mm256_add_epi16(a, b); }
  SKIRRET_AVX2_INLINE static Vector subtract(Vector a, Vector b) { return _mm256_sub_epi16(a, b); }
  SKIRRET_AVX2_INLINE static Vector high_product(Vector a, short b) {
    return _mm256_mulhi_epi16(a, _mm256_set1_epi16(b));
  }
};

// Four lines of 16-bit numbers.
template <class Width>
struct Lines {
  typename Width::Vector at[4];
};

// Products with sqrt(2)*sin(pi/8) and sqrt(2)*cos(pi/8), wrapping as the scalar form's sums do.
template <class Width>
SKIRRET_AVX2_INLINE auto by_sine(typename Width::Vector x) {
  return Width::add(Width::high_product(x, static_cast<short>(35468 - 65536)), x);
}
template <class Width>
SKIRRET_AVX2_INLINE auto by_cosine(typename Width::Vector x) {
  return Width::add(Width::high_product(x, 20091), x);
}

template <class Width>
SKIRRET_AVX2_INLINE Lines<Width> inverse_dct_pass(const Lines<Width>& in) {
  const auto a = Width::add(in.at[0], in.at[2]), b = Width::subtract(in.at[0], in.at[2]);
  const auto c = Width::subtract(by_sine<Width>(in.at[1]), by_cosine<Width>(in.at[3]));
  const auto d = Width::add(by_cosine<Width>(in.at[1]), by_sine<Width>(in.at[3]));
  return {{Width::add(a, d), Width::add(b, c), Width::subtract(b, c), Width::subtract(a, d)}};
}

template <class Width>
SKIRRET_AVX2_INLINE Lines<Width> inverse_wht_pass(const Lines<Width>& in) {
  const auto a = Width::add(in.at[0], in.at[3]), b = Width::add(in.at[1], in.at[2]);
  const auto c = Width::subtract(in.at[1], in.at[2]), d = Width::subtract(in.at[0], in.at[3]);
  return {{Width::add(a, b), Width::add(c, d), Width::subtract(a, b), Width::subtract(d, c)}};
}

// A 4x4 block in the low halves.
SKIRRET_AVX2_INLINE Lines<Narrow> transposed(const Lines<Narrow>& in) {
  const __m128i top = _mm_unpacklo_epi16(in.at[0], in.at[1]), bottom = _mm_unpacklo_epi16(in.at[2], in.at[3]);
  const __m128i left = _mm_unpacklo_epi32(top, bottom), right = _mm_unpackhi_epi32(top, bottom);
  return {{left, _mm_unpackhi_epi64(left, left), right, _mm_unpackhi_epi64(right, right)}};
}

// Four 4x4 blocks, one in each quarter.
SKIRRET_AVX2_INLINE Lines<Wide> transposed(const Lines<Wide>& in) {
  const __m256i even01 = _mm256_unpacklo_epi16(in.at[0], in.at[1]);
  const __m256i even23 = _mm256_unpacklo_epi16(in.at[2], in.at[3]);
  const __m256i odd01 = _mm256_unpackhi_epi16(in.at[0], in.at[1]);
  const __m256i odd23 = _mm256_unpackhi_epi16(in.at[2], in.at[3]);
  const __m256i even_left = _mm256_unpacklo_epi32(even01, even23);
  const __m256i even_right = _mm256_unpackhi_epi32(even01, even23);
  const __m256i odd_left = _mm256_unpacklo_epi32(odd01, odd23);
  const __m256i odd_right = _mm256_unpackhi_epi32(odd01, odd23);
  return {{_mm256_unpacklo_epi64(even_left, odd_left), _mm256_unpackhi_epi64(even_left, odd_left),
           _mm256_unpacklo_epi64(even_right, odd_right), _mm256_unpackhi_epi64(even_right, odd_right)}};
}

// [dc ac ac ac ...] for each of 16 levels.
SKIRRET_AVX2_INLINE __m256i step_vector(BlockSteps steps) {
  return _mm256_blend_epi32(_mm256_set1_epi16(steps.ac),
                            _mm256_castsi128_si256(_mm_cvtsi32_si128(static_cast<int>(
                                static_cast<std::uint16_t>(steps.dc) |
                                static_cast<std::uint32_t>(static_cast<std::uint16_t>(steps.ac)) << 16))),
                            1);
}

SKIRRET_AVX2_INLINE __m128i rounded(__m128i v) {
  return _mm_srai_epi16(_mm_add_epi16(v, _mm_set1_epi16(4)), 3);
}

SKIRRET_AVX2_INLINE void add_line(std::uint8_t* samples, __m128i residue) {
  const __m128i sum = _mm_add_epi16(_mm_cvtepu8_epi16(load4(samples)), residue);
  store4(samples, _mm_packus_epi16(sum, sum));
}

SKIRRET_AVX2_INLINE void transform_one(const Lines<Narrow>& rows, std::uint8_t* samples,
                                       std::ptrdiff_t stride) {
  Lines<Narrow> lines = inverse_dct_pass(transposed(inverse_dct_pass(rows)));
  for (auto& line : lines.at) line = rounded(line);
  lines = transposed(lines);
  for (int y = 0; y < 4; ++y) add_line(samples + y * stride, lines.at[y]);
}

// Rows of four dequantised blocks, [block 0, block 1 | block 2, block 3] each, to residues in the same order.
SKIRRET_AVX2_INLINE Lines<Wide> transform_four(const Lines<Wide>& rows) {
  Lines<Wide> lines = inverse_dct_pass(transposed(inverse_dct_pass(rows)));
  for (auto& line : lines.at) line = _mm256_srai_epi16(_mm256_add_epi16(line, _mm256_set1_epi16(4)), 3);
  return transposed(lines);
}

SKIRRET_AVX2_INLINE Lines<Wide> load_four(const std::int16_t* levels, BlockSteps steps) {
  const __m256i factors = step_vector(steps);
  const __m256i b0 = _mm256_mullo_epi16(load32(levels), factors);
  const __m256i b1 = _mm256_mullo_epi16(load32(levels + 16), factors);
  const __m256i b2 = _mm256_mullo_epi16(load32(levels + 32), factors);
  const __m256i b3 = _mm256_mullo_epi16(load32(levels + 48), factors);
  const __m256i even01 = _mm256_unpacklo_epi64(b0, b1), odd01 = _mm256_unpackhi_epi64(b0, b1);
  const __m256i even23 = _mm256_unpacklo_epi64(b2, b3), odd23 = _mm256_unpackhi_epi64(b2, b3);
  return {{_mm256_permute2x128_si256(even01, even23, 0x20), _mm256_permute2x128_si256(odd01, odd23, 0x20),
           _mm256_permute2x128_si256(even01, even23, 0x31), _mm256_permute2x128_si256(odd01, odd23, 0x31)}};
}

// 16 sums to samples.
SKIRRET_AVX2_INLINE __m128i packed(__m256i sums) {
  return _mm_packus_epi16(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
}

}  // namespace

SKIRRET_AVX2 void inverse_dct_add(const std::int16_t* in, std::uint8_t* samples, std::ptrdiff_t stride) {
  transform_one({{load8(in), load8(in + 4), load8(in + 8), load8(in + 12)}}, samples, stride);
}

SKIRRET_AVX2 void inverse_dct_dc_add(std::int16_t dc, std::uint8_t* samples, std::ptrdiff_t stride) {
  const __m128i residue = rounded(_mm_set1_epi16(dc));
  for (int y = 0; y < 4; ++y) add_line(samples + y * stride, residue);
}

SKIRRET_AVX2 void add_block(const std::int16_t* levels, BlockSteps steps, std::uint8_t* samples,
                            std::ptrdiff_t stride) {
  const __m256i block = _mm256_mullo_epi16(load32(levels), step_vector(steps));
  const __m128i top = _mm256_castsi256_si128(block), bottom = _mm256_extracti128_si256(block, 1);
  transform_one({{top, _mm_unpackhi_epi64(top, top), bottom, _mm_unpackhi_epi64(bottom, bottom)}}, samples,
                stride);
}

SKIRRET_AVX2 void add_strip(const std::int16_t* levels, BlockSteps steps, const std::int16_t* dcs,
                            std::uint8_t* samples, std::ptrdiff_t stride) {
  Lines<Wide> rows = load_four(levels, steps);
  if (dcs != nullptr) rows.at[0] = _mm256_blend_epi16(rows.at[0], _mm256_cvtepu16_epi64(load8(dcs)), 0x11);
  const Lines<Wide> residue = transform_four(rows);
  for (int y = 0; y < 4; ++y) {
    std::uint8_t* line = samples + y * stride;
    const __m256i sums = _mm256_add_epi16(_mm256_cvtepu8_epi16(load16(line)), residue.at[y]);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(line), packed(sums));
  }
}

SKIRRET_AVX2 void add_square(const std::int16_t* levels, BlockSteps steps, std::uint8_t* samples,
                             std::ptrdiff_t stride) {
  const Lines<Wide> residue = transform_four(load_four(levels, steps));
  for (int y = 0; y < 4; ++y) {
    std::uint8_t* upper = samples + y * stride;
    std::uint8_t* lower = upper + 4 * stride;
    const __m128i both = _mm_unpacklo_epi64(load8(upper), load8(lower));
    const __m128i sums = packed(_mm256_add_epi16(_mm256_cvtepu8_epi16(both), residue.at[y]));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(upper), sums);
    _mm_storel_epi64(reinterpret_cast<__m128i*>(lower), _mm_unpackhi_epi64(sums, sums));
  }
}

SKIRRET_AVX2 void add_dc_strip(const std::int16_t* dcs, std::uint8_t* samples, std::ptrdiff_t stride) {
  // Each DC four times: bytes 0 and 1 of every 64-bit group.
  const __m256i spread = _mm256_setr_epi8(0, 1, 0, 1, 0, 1, 0, 1, 8, 9, 8, 9, 8, 9, 8, 9, 0, 1, 0, 1, 0, 1, 0,
                                          1, 8, 9, 8, 9, 8, 9, 8, 9);
  const __m256i wide = _mm256_shuffle_epi8(_mm256_cvtepu16_epi64(load8(dcs)), spread);
  const __m256i residue = _mm256_srai_epi16(_mm256_add_epi16(wide, _mm256_set1_epi16(4)), 3);
  const __m128i up = packed(residue), down = packed(_mm256_sub_epi16(_mm256_setzero_si256(), residue));
  for (int y = 0; y < 4; ++y) {
    std::uint8_t* line = samples + y * stride;
    _mm_storeu_si128(reinterpret_cast<__m128i*>(line), _mm_subs_epu8(_mm_adds_epu8(load16(line), up), down));
  }
}

SKIRRET_AVX2 void inverse_wht(const std::int16_t* levels, BlockSteps steps, std::int16_t* dcs) {
  const __m256i block = _mm256_mullo_epi16(load32(levels), step_vector(steps));
  const __m128i top = _mm256_castsi256_si128(block), bottom = _mm256_extracti128_si256(block, 1);
  Lines<Narrow> lines = inverse_wht_pass(
      Lines<Narrow>{{top, _mm_unpackhi_epi64(top, top), bottom, _mm_unpackhi_epi64(bottom, bottom)}});
  lines = transposed(inverse_wht_pass(transposed(lines)));
  const __m128i half = _mm_set1_epi16(3);
  const __m128i upper = _mm_unpacklo_epi64(lines.at[0], lines.at[1]);
  const __m128i lower = _mm_unpacklo_epi64(lines.at[2], lines.at[3]);
  auto* to = reinterpret_cast<__m128i*>(dcs);
  _mm_storeu_si128(to, _mm_srai_epi16(_mm_add_epi16(upper, half), 3));
  _mm_storeu_si128(to + 1, _mm_srai_epi16(_mm_add_epi16(lower, half), 3));
}

}  // namespace skirret::codec::SKIRRET_VECTOR_SET
