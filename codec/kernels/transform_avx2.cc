#include <cstring>

#include "codec/kernels/encoder_kernels_avx2.hh"
#include "codec/kernels/vector_set.hh"

namespace skirret::codec::SKIRRET_VECTOR_SET {
namespace {

using Pixels = EncoderKernels::Pixels;
using Stride = EncoderKernels::Stride;

constexpr int kCosine = 5352, kSine = 2217;  // as in the scalar form

SKIRRET_AVX2 inline __m128i load16(Pixels p) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
}
SKIRRET_AVX2 inline __m128i load8(Pixels p) {
  return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p));
}
SKIRRET_AVX2 inline __m128i load4(Pixels p) {
  int value;
  std::memcpy(&value, p, 4);
  return _mm_cvtsi32_si128(value);
}
SKIRRET_AVX2 inline __m256i difference_16(Pixels a, Pixels b) {
  return _mm256_sub_epi16(_mm256_cvtepu8_epi16(load16(a)), _mm256_cvtepu8_epi16(load16(b)));
}
SKIRRET_AVX2 inline __m256i difference_8(Pixels a, Stride as, Pixels b, Stride bs) {
  const __m128i pa = _mm_unpacklo_epi64(load8(a), load8(a + 4 * as));
  const __m128i pb = _mm_unpacklo_epi64(load8(b), load8(b + 4 * bs));
  return _mm256_sub_epi16(_mm256_cvtepu8_epi16(pa), _mm256_cvtepu8_epi16(pb));
}
SKIRRET_AVX2 inline __m256i difference_4(Pixels a, Pixels b) {
  return _mm256_zextsi128_si256(_mm_sub_epi16(_mm_cvtepu8_epi16(load4(a)), _mm_cvtepu8_epi16(load4(b))));
}

// Four rows (or columns) of four 4x4 blocks, in place; lanes hold [block 0 | block 1] and [block 2 | block
// 3].
struct FourBlocks {
  __m256i r0, r1, r2, r3;
};

// Columns to rows within each block. Afterwards r0..r3 hold what were columns 0..3.
SKIRRET_AVX2 inline FourBlocks transpose(const FourBlocks& f) {
  const __m256i t0 = _mm256_unpacklo_epi16(f.r0, f.r1), t1 = _mm256_unpackhi_epi16(f.r0, f.r1);
  const __m256i t2 = _mm256_unpacklo_epi16(f.r2, f.r3), t3 = _mm256_unpackhi_epi16(f.r2, f.r3);
  const __m256i u0 = _mm256_unpacklo_epi32(t0, t2), u1 = _mm256_unpackhi_epi32(t0, t2);
  const __m256i u2 = _mm256_unpacklo_epi32(t1, t3), u3 = _mm256_unpackhi_epi32(t1, t3);
  return {_mm256_unpacklo_epi64(u0, u2), _mm256_unpackhi_epi64(u0, u2), _mm256_unpacklo_epi64(u1, u3),
          _mm256_unpackhi_epi64(u1, u3)};
}

template <int kShift>
SKIRRET_AVX2 inline __m256i rotated(__m256i c, __m256i e, __m256i factors) {
  const __m256i round = _mm256_set1_epi32(1 << (kShift - 1));
  const __m256i lo = _mm256_add_epi32(_mm256_madd_epi16(_mm256_unpacklo_epi16(c, e), factors), round);
  const __m256i hi = _mm256_add_epi32(_mm256_madd_epi16(_mm256_unpackhi_epi16(c, e), factors), round);
  return _mm256_packs_epi32(_mm256_srai_epi32(lo, kShift), _mm256_srai_epi32(hi, kShift));
}

SKIRRET_AVX2 inline __m256i factor_pair(int first, int second) {
  return _mm256_set1_epi32((first & 0xffff) | static_cast<int>(static_cast<unsigned>(second) << 16));
}

SKIRRET_AVX2 inline FourBlocks forward(FourBlocks f) {
  const __m256i sine_cosine = factor_pair(kSine, kCosine), cosine_sine = factor_pair(-kCosine, kSine);
  __m256i a = _mm256_slli_epi16(_mm256_add_epi16(f.r0, f.r3), 3);
  __m256i b = _mm256_slli_epi16(_mm256_add_epi16(f.r1, f.r2), 3);
  __m256i c = _mm256_slli_epi16(_mm256_sub_epi16(f.r1, f.r2), 3);
  __m256i e = _mm256_slli_epi16(_mm256_sub_epi16(f.r0, f.r3), 3);
  f = transpose({_mm256_add_epi16(a, b), rotated<12>(c, e, sine_cosine), _mm256_sub_epi16(a, b),
                 rotated<12>(c, e, cosine_sine)});
  const __m256i eight = _mm256_set1_epi16(8);
  a = _mm256_add_epi16(f.r0, f.r3);
  b = _mm256_add_epi16(f.r1, f.r2);
  c = _mm256_sub_epi16(f.r1, f.r2);
  e = _mm256_sub_epi16(f.r0, f.r3);
  return transpose({_mm256_srai_epi16(_mm256_add_epi16(_mm256_add_epi16(a, b), eight), 4),
                    rotated<16>(c, e, sine_cosine),
                    _mm256_srai_epi16(_mm256_add_epi16(_mm256_sub_epi16(a, b), eight), 4),
                    rotated<16>(c, e, cosine_sine)});
}

SKIRRET_AVX2 inline void store(std::int16_t* at, __m128i v) {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(at), v);
}

SKIRRET_AVX2 inline void store_blocks(const FourBlocks& f, std::int16_t* out) {
  const __m256i even01 = _mm256_unpacklo_epi64(f.r0, f.r1), even23 = _mm256_unpacklo_epi64(f.r2, f.r3);
  const __m256i odd01 = _mm256_unpackhi_epi64(f.r0, f.r1), odd23 = _mm256_unpackhi_epi64(f.r2, f.r3);
  store(out, _mm256_castsi256_si128(even01));
  store(out + 8, _mm256_castsi256_si128(even23));
  store(out + 16, _mm256_castsi256_si128(odd01));
  store(out + 24, _mm256_castsi256_si128(odd23));
  store(out + 32, _mm256_extracti128_si256(even01, 1));
  store(out + 40, _mm256_extracti128_si256(even23, 1));
  store(out + 48, _mm256_extracti128_si256(odd01, 1));
  store(out + 56, _mm256_extracti128_si256(odd23, 1));
}

SKIRRET_AVX2 void fdct_16x4(Pixels s, Stride ss, Pixels p, Stride ps, std::int16_t* out) {
  store_blocks(forward({difference_16(s, p), difference_16(s + ss, p + ps),
                        difference_16(s + 2 * ss, p + 2 * ps), difference_16(s + 3 * ss, p + 3 * ps)}),
               out);
}

SKIRRET_AVX2 void fdct_8x8(Pixels s, Stride ss, Pixels p, Stride ps, std::int16_t* out) {
  store_blocks(
      forward({difference_8(s, ss, p, ps), difference_8(s + ss, ss, p + ps, ps),
               difference_8(s + 2 * ss, ss, p + 2 * ps, ps), difference_8(s + 3 * ss, ss, p + 3 * ps, ps)}),
      out);
}

SKIRRET_AVX2 void fdct_4x4(Pixels s, Stride ss, Pixels p, Stride ps, std::int16_t* out) {
  const FourBlocks f = forward({difference_4(s, p), difference_4(s + ss, p + ps),
                                difference_4(s + 2 * ss, p + 2 * ps), difference_4(s + 3 * ss, p + 3 * ps)});
  store(out, _mm256_castsi256_si128(_mm256_unpacklo_epi64(f.r0, f.r1)));
  store(out + 8, _mm256_castsi256_si128(_mm256_unpacklo_epi64(f.r2, f.r3)));
}

// Four lines of four numbers in the low halves; what were columns are lines afterwards.
struct FourLines {
  __m128i r0, r1, r2, r3;
};

SKIRRET_AVX2 inline FourLines hadamard_transposed(const FourLines& f) {
  const __m128i a = _mm_add_epi16(f.r0, f.r3), b = _mm_add_epi16(f.r1, f.r2);
  const __m128i c = _mm_sub_epi16(f.r1, f.r2), e = _mm_sub_epi16(f.r0, f.r3);
  const __m128i upper = _mm_unpacklo_epi16(_mm_add_epi16(a, b), _mm_add_epi16(c, e));
  const __m128i lower = _mm_unpacklo_epi16(_mm_sub_epi16(a, b), _mm_sub_epi16(e, c));
  const __m128i left = _mm_unpacklo_epi32(upper, lower), right = _mm_unpackhi_epi32(upper, lower);
  return {left, _mm_unpackhi_epi64(left, left), right, _mm_unpackhi_epi64(right, right)};
}

// Half, rounded away from zero.
SKIRRET_AVX2 inline __m128i halved(__m128i v) {
  return _mm_srai_epi16(_mm_sub_epi16(v, _mm_cmpgt_epi16(v, _mm_setzero_si128())), 1);
}

SKIRRET_AVX2 void fwht(const std::int16_t* dcs, std::int16_t* out) {
  const auto* const from = reinterpret_cast<const __m128i*>(dcs);
  const __m128i top = _mm_loadu_si128(from), bottom = _mm_loadu_si128(from + 1);
  const FourLines f = hadamard_transposed(
      hadamard_transposed({top, _mm_unpackhi_epi64(top, top), bottom, _mm_unpackhi_epi64(bottom, bottom)}));
  store(out, halved(_mm_unpacklo_epi64(f.r0, f.r1)));
  store(out + 8, halved(_mm_unpacklo_epi64(f.r2, f.r3)));
}

SKIRRET_AVX2 inline std::uint32_t sum_epi32(__m256i v) {
  __m128i s = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
  s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0x4e));
  s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0xb1));
  return static_cast<std::uint32_t>(_mm_cvtsi128_si32(s));
}

// One bit for each non-zero raster position -> one past the last in zigzag order.
int zigzag_end(unsigned mask) {
  static constexpr std::uint8_t kRank[16] = {1, 2, 6, 7, 3, 5, 8, 13, 4, 9, 12, 14, 10, 11, 15, 16};
  int end = 0;
  for (; mask; mask &= mask - 1) {
    const int rank = kRank[__builtin_ctz(mask)];
    end = rank > end ? rank : end;
  }
  return end;
}

SKIRRET_AVX2 QuantisedBlock quantise(const std::int16_t* coefficients, const BlockQuantizer& quantizer,
                                     std::int16_t* levels) {
  const __m256i c = _mm256_load_si256(reinterpret_cast<const __m256i*>(coefficients));
  const __m256i magnitude = _mm256_abs_epi16(c);
  const __m256i round = _mm256_load_si256(reinterpret_cast<const __m256i*>(quantizer.round));
  const __m256i reciprocal = _mm256_load_si256(reinterpret_cast<const __m256i*>(quantizer.reciprocal));
  const __m256i step = _mm256_load_si256(reinterpret_cast<const __m256i*>(quantizer.step));
  const __m256i level = _mm256_mulhi_epu16(_mm256_add_epi16(magnitude, round), reciprocal);
  const __m256i difference = _mm256_sub_epi16(magnitude, _mm256_mullo_epi16(level, step));
  _mm256_store_si256(reinterpret_cast<__m256i*>(levels), _mm256_sign_epi16(level, c));
  QuantisedBlock result;
  result.error = sum_epi32(_mm256_madd_epi16(difference, difference));
  const __m256i zero = _mm256_cmpeq_epi16(level, _mm256_setzero_si256());
  const __m128i bytes = _mm_packs_epi16(_mm256_castsi256_si128(zero), _mm256_extracti128_si256(zero, 1));
  result.end = zigzag_end(static_cast<unsigned>(_mm_movemask_epi8(bytes)) ^ 0xffffu);
  return result;
}

SKIRRET_AVX2 inline __m256i load_block(const std::int16_t* coefficients) {
  return _mm256_load_si256(reinterpret_cast<const __m256i*>(coefficients));
}

SKIRRET_AVX2 Magnitude magnitude(const std::int16_t* coefficients) {
  const __m256i c = load_block(coefficients), size = _mm256_abs_epi16(c);
  // The largest of eight unsigned words is 65535 less the smallest complement.
  const __m128i halves = _mm_max_epu16(_mm256_castsi256_si128(size), _mm256_extracti128_si256(size, 1));
  const __m128i least = _mm_minpos_epu16(_mm_xor_si128(halves, _mm_set1_epi16(-1)));
  return {sum_epi32(_mm256_madd_epi16(c, c)),
          65535u - static_cast<std::uint32_t>(_mm_extract_epi16(least, 0))};
}

// In each half: quarters 0 and 1 of the result are for the first block, 2 and 3 for the second one.
SKIRRET_AVX2 inline __m256i larger_words(__m256i first, __m256i second) {
  return _mm256_max_epu16(_mm256_unpacklo_epi64(first, second), _mm256_unpackhi_epi64(first, second));
}

SKIRRET_AVX2 void magnitude_of_4(const std::int16_t* coefficients, Magnitude* out) {
  const __m256i a = load_block(coefficients), b = load_block(coefficients + 16);
  const __m256i c = load_block(coefficients + 32), d = load_block(coefficients + 48);
  const __m256i squares =
      _mm256_hadd_epi32(_mm256_hadd_epi32(_mm256_madd_epi16(a, a), _mm256_madd_epi16(b, b)),
                        _mm256_hadd_epi32(_mm256_madd_epi16(c, c), _mm256_madd_epi16(d, d)));
  const __m128i energy = _mm_add_epi32(_mm256_castsi256_si128(squares), _mm256_extracti128_si256(squares, 1));
  const __m256i ab = larger_words(_mm256_abs_epi16(a), _mm256_abs_epi16(b));
  const __m256i cd = larger_words(_mm256_abs_epi16(c), _mm256_abs_epi16(d));
  const __m256i ac = _mm256_unpacklo_epi32(ab, cd), bd = _mm256_unpackhi_epi32(ab, cd);
  const __m256i words = _mm256_max_epu16(_mm256_unpacklo_epi64(ac, bd), _mm256_unpackhi_epi64(ac, bd));
  __m128i peak = _mm_max_epu16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));  // a c b d
  peak = _mm_and_si128(_mm_max_epu16(peak, _mm_srli_epi32(peak, 16)), _mm_set1_epi32(0xffff));
  peak = _mm_shuffle_epi32(peak, 0xd8);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm_unpacklo_epi32(energy, peak));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out + 2), _mm_unpackhi_epi32(energy, peak));
}

}  // namespace

void add_transforms(EncoderKernels& table) {
  table.fdct_16x4 = fdct_16x4;
  table.fdct_8x8 = fdct_8x8;
  table.fdct_4x4 = fdct_4x4;
  table.fwht = fwht;
  table.quantise = quantise;
  table.magnitude = magnitude;
  table.magnitude_of_4 = magnitude_of_4;
}

}  // namespace skirret::codec::SKIRRET_VECTOR_SET
