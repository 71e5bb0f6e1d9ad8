#include <cstring>

#include "codec/kernels/encoder_kernels_avx2.hh"
#include "codec/kernels/vector_set.hh"

namespace skirret::codec::SKIRRET_VECTOR_SET {
namespace {

using Pixels = EncoderKernels::Pixels;
using Stride = EncoderKernels::Stride;

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
SKIRRET_AVX2 inline __m256i two_rows_16(Pixels p, Stride stride) {
  return _mm256_inserti128_si256(_mm256_castsi128_si256(load16(p)), load16(p + stride), 1);
}
SKIRRET_AVX2 inline __m128i two_rows_8(Pixels p, Stride stride) {
  return _mm_unpacklo_epi64(load8(p), load8(p + stride));
}

SKIRRET_AVX2 inline std::uint32_t sum_sad(__m256i v) {
  const __m128i s = _mm_add_epi64(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
  return static_cast<std::uint32_t>(_mm_cvtsi128_si32(_mm_add_epi64(s, _mm_unpackhi_epi64(s, s))));
}
SKIRRET_AVX2 inline std::uint32_t sum_epi32(__m256i v) {
  __m128i s = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
  s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0x4e));
  s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0xb1));
  return static_cast<std::uint32_t>(_mm_cvtsi128_si32(s));
}

template <int kHeight>
SKIRRET_AVX2 std::uint32_t sad_16(Pixels a, Stride a_stride, Pixels b, Stride b_stride) {
  __m256i sum = _mm256_setzero_si256();
  for (int y = 0; y < kHeight; y += 2, a += 2 * a_stride, b += 2 * b_stride)
    sum = _mm256_add_epi64(sum, _mm256_sad_epu8(two_rows_16(a, a_stride), two_rows_16(b, b_stride)));
  return sum_sad(sum);
}

template <int kHeight>
SKIRRET_AVX2 std::uint32_t sad_8(Pixels a, Stride a_stride, Pixels b, Stride b_stride) {
  __m128i sum = _mm_setzero_si128();
  for (int y = 0; y < kHeight; y += 2, a += 2 * a_stride, b += 2 * b_stride)
    sum = _mm_add_epi64(sum, _mm_sad_epu8(two_rows_8(a, a_stride), two_rows_8(b, b_stride)));
  return static_cast<std::uint32_t>(_mm_cvtsi128_si32(_mm_add_epi64(sum, _mm_unpackhi_epi64(sum, sum))));
}

SKIRRET_AVX2 inline __m128i four_rows_4(Pixels p, Stride stride) {
  return _mm_unpacklo_epi64(_mm_unpacklo_epi32(load4(p), load4(p + stride)),
                            _mm_unpacklo_epi32(load4(p + 2 * stride), load4(p + 3 * stride)));
}

SKIRRET_AVX2 std::uint32_t sad_4(Pixels a, Stride a_stride, Pixels b, Stride b_stride) {
  const __m128i sum = _mm_sad_epu8(four_rows_4(a, a_stride), four_rows_4(b, b_stride));
  return static_cast<std::uint32_t>(_mm_cvtsi128_si32(_mm_add_epi64(sum, _mm_unpackhi_epi64(sum, sum))));
}

// Four pairs of sums to four numbers.
SKIRRET_AVX2 inline void store_four(const __m128i (&sums)[4], std::uint32_t (&out)[4]) {
  const __m128i first =
      _mm_add_epi64(_mm_unpacklo_epi64(sums[0], sums[1]), _mm_unpackhi_epi64(sums[0], sums[1]));
  const __m128i last =
      _mm_add_epi64(_mm_unpacklo_epi64(sums[2], sums[3]), _mm_unpackhi_epi64(sums[2], sums[3]));
  const __m128i low = _mm_shuffle_epi32(first, 0x08), high = _mm_shuffle_epi32(last, 0x08);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm_unpacklo_epi64(low, high));
}

SKIRRET_AVX2 void four_sads_16(Pixels a, Stride a_stride, const Pixels (&b)[4], Stride b_stride,
                               std::uint32_t (&out)[4]) {
  __m256i sums[4] = {_mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256(),
                     _mm256_setzero_si256()};
  for (int y = 0; y < 16; y += 2, a += 2 * a_stride) {
    const __m256i rows = two_rows_16(a, a_stride);
    for (int i = 0; i < 4; ++i)
      sums[i] = _mm256_add_epi64(sums[i], _mm256_sad_epu8(rows, two_rows_16(b[i] + y * b_stride, b_stride)));
  }
  __m128i halves[4];
  for (int i = 0; i < 4; ++i)
    halves[i] = _mm_add_epi64(_mm256_castsi256_si128(sums[i]), _mm256_extracti128_si256(sums[i], 1));
  store_four(halves, out);
}

SKIRRET_AVX2 void four_sads_8(Pixels a, Stride a_stride, const Pixels (&b)[4], Stride b_stride,
                              std::uint32_t (&out)[4]) {
  __m128i sums[4] = {_mm_setzero_si128(), _mm_setzero_si128(), _mm_setzero_si128(), _mm_setzero_si128()};
  for (int y = 0; y < 8; y += 2, a += 2 * a_stride) {
    const __m128i rows = two_rows_8(a, a_stride);
    for (int i = 0; i < 4; ++i)
      sums[i] = _mm_add_epi64(sums[i], _mm_sad_epu8(rows, two_rows_8(b[i] + y * b_stride, b_stride)));
  }
  store_four(sums, out);
}

SKIRRET_AVX2 inline __m256i difference_16(Pixels a, Pixels b) {
  return _mm256_sub_epi16(_mm256_cvtepu8_epi16(load16(a)), _mm256_cvtepu8_epi16(load16(b)));
}

// Absolute Hadamard coefficients of four 4x4 blocks side by side (rows r0..r3), summed into 32-bit lanes.
SKIRRET_AVX2 inline __m256i hadamard_four(__m256i r0, __m256i r1, __m256i r2, __m256i r3) {
  const __m256i s0 = _mm256_add_epi16(r0, r2), s1 = _mm256_add_epi16(r1, r3);
  const __m256i d0 = _mm256_sub_epi16(r0, r2), d1 = _mm256_sub_epi16(r1, r3);
  r0 = _mm256_add_epi16(s0, s1);
  r1 = _mm256_add_epi16(d0, d1);
  r2 = _mm256_sub_epi16(s0, s1);
  r3 = _mm256_sub_epi16(d0, d1);
  const __m256i t0 = _mm256_unpacklo_epi16(r0, r1), t1 = _mm256_unpackhi_epi16(r0, r1);
  const __m256i t2 = _mm256_unpacklo_epi16(r2, r3), t3 = _mm256_unpackhi_epi16(r2, r3);
  const __m256i u0 = _mm256_unpacklo_epi32(t0, t2), u1 = _mm256_unpackhi_epi32(t0, t2);
  const __m256i u2 = _mm256_unpacklo_epi32(t1, t3), u3 = _mm256_unpackhi_epi32(t1, t3);
  // u0/u2 hold columns 0 and 1, u1/u3 columns 2 and 3.
  const __m256i s01a = _mm256_add_epi16(u0, u1), d01a = _mm256_sub_epi16(u0, u1);
  const __m256i s01b = _mm256_add_epi16(u2, u3), d01b = _mm256_sub_epi16(u2, u3);
  const __m256i sl = _mm256_unpacklo_epi64(s01a, s01b), sh = _mm256_unpackhi_epi64(s01a, s01b);
  const __m256i dl = _mm256_unpacklo_epi64(d01a, d01b), dh = _mm256_unpackhi_epi64(d01a, d01b);
  const __m256i one = _mm256_set1_epi16(1);
  __m256i sum = _mm256_madd_epi16(_mm256_abs_epi16(_mm256_add_epi16(sl, sh)), one);
  sum = _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_abs_epi16(_mm256_sub_epi16(sl, sh)), one));
  sum = _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_abs_epi16(_mm256_add_epi16(dl, dh)), one));
  return _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_abs_epi16(_mm256_sub_epi16(dl, dh)), one));
}

template <int kHeight>
SKIRRET_AVX2 std::uint32_t satd_16(Pixels a, Stride as, Pixels b, Stride bs) {
  __m256i sum = _mm256_setzero_si256();
  for (int y = 0; y < kHeight; y += 4, a += 4 * as, b += 4 * bs)
    sum = _mm256_add_epi32(
        sum, hadamard_four(difference_16(a, b), difference_16(a + as, b + bs),
                           difference_16(a + 2 * as, b + 2 * bs), difference_16(a + 3 * as, b + 3 * bs)));
  return sum_epi32(sum) / 2;
}

// Row y of an 8x8 difference in the low lane, row y + 4 in the high one.
SKIRRET_AVX2 inline __m256i difference_8(Pixels a, Stride as, Pixels b, Stride bs) {
  const __m128i pa = _mm_unpacklo_epi64(load8(a), load8(a + 4 * as));
  const __m128i pb = _mm_unpacklo_epi64(load8(b), load8(b + 4 * bs));
  return _mm256_sub_epi16(_mm256_cvtepu8_epi16(pa), _mm256_cvtepu8_epi16(pb));
}

SKIRRET_AVX2 inline __m256i hadamard_8(Pixels a, Stride as, Pixels b, Stride bs) {
  return hadamard_four(difference_8(a, as, b, bs), difference_8(a + as, as, b + bs, bs),
                       difference_8(a + 2 * as, as, b + 2 * bs, bs),
                       difference_8(a + 3 * as, as, b + 3 * bs, bs));
}

SKIRRET_AVX2 std::uint32_t satd_8(Pixels a, Stride as, Pixels b, Stride bs) {
  return sum_epi32(hadamard_8(a, as, b, bs)) / 2;
}

SKIRRET_AVX2 std::uint32_t satd_8x16(Pixels a, Stride as, Pixels b, Stride bs) {
  return sum_epi32(_mm256_add_epi32(hadamard_8(a, as, b, bs), hadamard_8(a + 8 * as, as, b + 8 * bs, bs))) /
         2;
}

SKIRRET_AVX2 inline __m256i difference_4(Pixels a, Pixels b) {
  return _mm256_zextsi128_si256(_mm_sub_epi16(_mm_cvtepu8_epi16(load4(a)), _mm_cvtepu8_epi16(load4(b))));
}

SKIRRET_AVX2 std::uint32_t satd_4(Pixels a, Stride as, Pixels b, Stride bs) {
  return sum_epi32(hadamard_four(difference_4(a, b), difference_4(a + as, b + bs),
                                 difference_4(a + 2 * as, b + 2 * bs),
                                 difference_4(a + 3 * as, b + 3 * bs))) /
         2;
}

// Row y of four blocks side by side, against one of `a` four times.
SKIRRET_AVX2 inline __m256i difference_4_of_4(Pixels a, __m128i blocks) {
  return _mm256_sub_epi16(_mm256_cvtepu8_epi16(_mm_shuffle_epi32(load4(a), 0)), _mm256_cvtepu8_epi16(blocks));
}

SKIRRET_AVX2 void four_satds_4(Pixels a, Stride as, Pixels blocks, std::uint32_t (&out)[4]) {
  const __m128i b0 = load16(blocks), b1 = load16(blocks + 16), b2 = load16(blocks + 32),
                b3 = load16(blocks + 48);
  const __m128i upper01 = _mm_unpacklo_epi32(b0, b1), upper23 = _mm_unpacklo_epi32(b2, b3);
  const __m128i lower01 = _mm_unpackhi_epi32(b0, b1), lower23 = _mm_unpackhi_epi32(b2, b3);
  const __m256i sums = hadamard_four(difference_4_of_4(a, _mm_unpacklo_epi64(upper01, upper23)),
                                     difference_4_of_4(a + as, _mm_unpackhi_epi64(upper01, upper23)),
                                     difference_4_of_4(a + 2 * as, _mm_unpacklo_epi64(lower01, lower23)),
                                     difference_4_of_4(a + 3 * as, _mm_unpackhi_epi64(lower01, lower23)));
  // Two neighbouring lanes for each block.
  const __m128i all = _mm_hadd_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm_srli_epi32(all, 1));
}

// Sums of differences in 16-bit lanes, of their squares in 32-bit ones.
struct Moments {
  __m256i sums, squares;
};

SKIRRET_AVX2 inline Moments no_moments() {
  return {_mm256_setzero_si256(), _mm256_setzero_si256()};
}
SKIRRET_AVX2 inline Moments with(const Moments& m, __m256i differences) {
  return {_mm256_add_epi16(m.sums, differences),
          _mm256_add_epi32(m.squares, _mm256_madd_epi16(differences, differences))};
}
SKIRRET_AVX2 inline std::uint32_t variance(const Moments& m, int log2_count) {
  const auto sum = static_cast<std::int32_t>(sum_epi32(_mm256_madd_epi16(m.sums, _mm256_set1_epi16(1))));
  const auto size = static_cast<std::uint32_t>(sum < 0 ? -sum : sum);  // at most 255 * 256: its square fits
  return sum_epi32(m.squares) - (size * size >> log2_count);
}

template <int kHeight>
SKIRRET_AVX2 std::uint32_t variance_16(Pixels a, Stride as, Pixels b, Stride bs) {
  Moments moments = no_moments();
  for (int y = 0; y < kHeight; ++y, a += as, b += bs) moments = with(moments, difference_16(a, b));
  return variance(moments, kHeight == 16 ? 8 : 7);
}

template <int kHeight>
SKIRRET_AVX2 std::uint32_t variance_8(Pixels a, Stride as, Pixels b, Stride bs) {
  Moments moments = no_moments();
  for (int y = 0; y < kHeight; y += 8, a += 8 * as, b += 8 * bs)
    for (int i = 0; i < 4; ++i) moments = with(moments, difference_8(a + i * as, as, b + i * bs, bs));
  return variance(moments, kHeight == 16 ? 7 : 6);
}

SKIRRET_AVX2 std::uint32_t variance_4(Pixels a, Stride as, Pixels b, Stride bs) {
  Moments moments = no_moments();
  moments = with(moments, _mm256_sub_epi16(_mm256_cvtepu8_epi16(four_rows_4(a, as)),
                                           _mm256_cvtepu8_epi16(four_rows_4(b, bs))));
  return variance(moments, 4);
}

SKIRRET_AVX2 std::uint32_t sse_16(Pixels a, Stride as, Pixels b, Stride bs) {
  __m256i sum = _mm256_setzero_si256();
  for (int y = 0; y < 16; ++y, a += as, b += bs) {
    const __m256i d = difference_16(a, b);
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(d, d));
  }
  return sum_epi32(sum);
}

SKIRRET_AVX2 std::uint32_t sse_8(Pixels a, Stride as, Pixels b, Stride bs) {
  __m256i sum = _mm256_setzero_si256();
  for (int y = 0; y < 4; ++y, a += as, b += bs) {
    const __m256i d = difference_8(a, as, b, bs);
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(d, d));
  }
  return sum_epi32(sum);
}

}  // namespace

void add_differences(EncoderKernels& table) {
  table.sad_16x16 = sad_16<16>;
  table.sad_16x8 = sad_16<8>;
  table.sad_8x16 = sad_8<16>;
  table.sad_8x8 = sad_8<8>;
  table.sad_4x4 = sad_4;
  table.four_sads_16x16 = four_sads_16;
  table.four_sads_8x8 = four_sads_8;
  table.satd_16x16 = satd_16<16>;
  table.satd_16x8 = satd_16<8>;
  table.satd_8x16 = satd_8x16;
  table.satd_8x8 = satd_8;
  table.satd_4x4 = satd_4;
  table.four_satds_4x4 = four_satds_4;
  table.variance_16x16 = variance_16<16>;
  table.variance_16x8 = variance_16<8>;
  table.variance_8x16 = variance_8<16>;
  table.variance_8x8 = variance_8<8>;
  table.variance_4x4 = variance_4;
  table.sse_16x16 = sse_16;
  table.sse_8x8 = sse_8;
}

}  // namespace skirret::codec::SKIRRET_VECTOR_SET
