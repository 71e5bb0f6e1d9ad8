// Interpolation and inverse transforms with AVX2.
#include <cstring>

#include "codec/kernels/reconstruction_avx2.hh"

#if defined(__x86_64__)

#include <immintrin.h>

#include "codec/bitstream/tables/filter_tables.hh"

#define SKIRRET_AVX2 __attribute__((target("avx2")))

namespace skirret::codec::avx2 {
namespace {

constexpr int kMaxBlock = 16;

SKIRRET_AVX2 inline __m128i load8(const std::uint8_t* p) {
  return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p));
}
SKIRRET_AVX2 inline __m128i load16(const std::uint8_t* p) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
}
SKIRRET_AVX2 inline __m128i load4(const std::uint8_t* p) {
  int word;
  std::memcpy(&word, p, 4);
  return _mm_cvtsi32_si128(word);
}
SKIRRET_AVX2 inline void store4(std::uint8_t* p, __m128i v) {
  const int word = _mm_cvtsi128_si32(v);
  std::memcpy(p, &word, 4);
}

// `Width` samples of a row; only those are touched in memory.
template <int Width>
SKIRRET_AVX2 inline __m128i load(const std::uint8_t* p) {
  if constexpr (Width == 16) return load16(p);
  if constexpr (Width == 8) return load8(p);
  if constexpr (Width == 4) return load4(p);
}
template <int Width>
SKIRRET_AVX2 inline void store(std::uint8_t* p, __m128i v) {
  if constexpr (Width == 16) _mm_storeu_si128(reinterpret_cast<__m128i*>(p), v);
  if constexpr (Width == 8) _mm_storel_epi64(reinterpret_cast<__m128i*>(p), v);
  if constexpr (Width == 4) store4(p, v);
}

// Two taps as a pair of signed bytes, for multiplying interleaved samples.
SKIRRET_AVX2 inline __m128i pair(int first, int second) {
  return _mm_set1_epi16(
      static_cast<short>((first & 0xff) | static_cast<int>(static_cast<unsigned>(second) << 8)));
}

// The middle pairs' sum may saturate at 32767: then the outer pair, never negative, cannot bring the
// result below 255 any more.
struct SixTaps {
  __m128i t12, t34, t05;
};
SKIRRET_AVX2 inline SixTaps six_taps(int phase) {
  const auto& t = tables::kSixtap[static_cast<std::size_t>(phase)];
  return {pair(t[1], t[2]), pair(t[3], t[4]), pair(t[0], t[5])};
}

SKIRRET_AVX2 inline __m128i six_weighted(__m128i s12, __m128i s34, __m128i s05, const SixTaps& t) {
  __m128i sum = _mm_adds_epi16(_mm_maddubs_epi16(s12, t.t12), _mm_maddubs_epi16(s34, t.t34));
  sum = _mm_adds_epi16(sum, _mm_maddubs_epi16(s05, t.t05));
  return _mm_srai_epi16(_mm_adds_epi16(sum, _mm_set1_epi16(64)), 7);
}

template <int Width>
SKIRRET_AVX2 inline __m128i six_filtered(const __m128i (&s)[6], const SixTaps& t) {
  const __m128i low = six_weighted(_mm_unpacklo_epi8(s[1], s[2]), _mm_unpacklo_epi8(s[3], s[4]),
                                   _mm_unpacklo_epi8(s[0], s[5]), t);
  if constexpr (Width < 16) return _mm_packus_epi16(low, low);
  return _mm_packus_epi16(low, six_weighted(_mm_unpackhi_epi8(s[1], s[2]), _mm_unpackhi_epi8(s[3], s[4]),
                                            _mm_unpackhi_epi8(s[0], s[5]), t));
}

template <int Width>
SKIRRET_AVX2 void six_across(const std::uint8_t* from, std::ptrdiff_t from_stride, int phase, int height,
                             std::uint8_t* to, std::ptrdiff_t stride) {
  const SixTaps taps = six_taps(phase);
  for (int y = 0; y < height; ++y, from += from_stride, to += stride) {
    __m128i s[6];
    for (int i = 0; i < 6; ++i) s[i] = load<Width>(from + i - 2);
    store<Width>(to, six_filtered<Width>(s, taps));
  }
}

template <int Width>
SKIRRET_AVX2 void six_down(const std::uint8_t* from, std::ptrdiff_t from_stride, int phase, int height,
                           std::uint8_t* to, std::ptrdiff_t stride) {
  const SixTaps taps = six_taps(phase);
  __m128i s[6];
  for (int i = 0; i < 5; ++i) s[i + 1] = load<Width>(from + (i - 2) * from_stride);
  for (int y = 0; y < height; ++y, to += stride) {
    for (int i = 0; i < 5; ++i) s[i] = s[i + 1];
    s[5] = load<Width>(from + (y + 3) * from_stride);
    store<Width>(to, six_filtered<Width>(s, taps));
  }
}

template <int Width>
SKIRRET_AVX2 void copy(const std::uint8_t* from, std::ptrdiff_t from_stride, int height, std::uint8_t* to,
                       std::ptrdiff_t stride) {
  for (int y = 0; y < height; ++y) store<Width>(to + y * stride, load<Width>(from + y * from_stride));
}

template <int Width>
SKIRRET_AVX2 void sixtap_of(const std::uint8_t* from, std::ptrdiff_t from_stride, const SubpelBlock& block,
                            std::uint8_t* to, std::ptrdiff_t stride) {
  if (block.x_phase == 0 && block.y_phase == 0)
    return copy<Width>(from, from_stride, block.height, to, stride);
  if (block.y_phase == 0)
    return six_across<Width>(from, from_stride, block.x_phase, block.height, to, stride);
  if (block.x_phase == 0) return six_down<Width>(from, from_stride, block.y_phase, block.height, to, stride);
  alignas(16) std::uint8_t across[(kMaxBlock + 5) * kMaxBlock];
  six_across<Width>(from - 2 * from_stride, from_stride, block.x_phase, block.height + 5, across, kMaxBlock);
  six_down<Width>(across + 2 * kMaxBlock, kMaxBlock, block.y_phase, block.height, to, stride);
}

// Weighs each sample with the one `step` after it.
template <int Width>
SKIRRET_AVX2 void two_taps(const std::uint8_t* from, std::ptrdiff_t from_stride, std::ptrdiff_t step,
                           int phase, int height, std::uint8_t* to, std::ptrdiff_t stride) {
  const auto& t = tables::kBilinear[static_cast<std::size_t>(phase)];
  const __m128i taps = pair(t[0], t[1]), half = _mm_set1_epi16(64);
  for (int y = 0; y < height; ++y, from += from_stride, to += stride) {
    const __m128i a = load<Width>(from), b = load<Width>(from + step);
    const __m128i low =
        _mm_srai_epi16(_mm_add_epi16(_mm_maddubs_epi16(_mm_unpacklo_epi8(a, b), taps), half), 7);
    __m128i high = low;
    if constexpr (Width == 16)
      high = _mm_srai_epi16(_mm_add_epi16(_mm_maddubs_epi16(_mm_unpackhi_epi8(a, b), taps), half), 7);
    store<Width>(to, _mm_packus_epi16(low, high));
  }
}

template <int Width>
SKIRRET_AVX2 void bilinear_of(const std::uint8_t* from, std::ptrdiff_t from_stride, const SubpelBlock& block,
                              std::uint8_t* to, std::ptrdiff_t stride) {
  if (block.x_phase == 0 && block.y_phase == 0)
    return copy<Width>(from, from_stride, block.height, to, stride);
  if (block.y_phase == 0)
    return two_taps<Width>(from, from_stride, 1, block.x_phase, block.height, to, stride);
  if (block.x_phase == 0)
    return two_taps<Width>(from, from_stride, from_stride, block.y_phase, block.height, to, stride);
  alignas(16) std::uint8_t across[(kMaxBlock + 1) * kMaxBlock];
  two_taps<Width>(from, from_stride, 1, block.x_phase, block.height + 1, across, kMaxBlock);
  two_taps<Width>(across, kMaxBlock, kMaxBlock, block.y_phase, block.height, to, stride);
}

// 16-bit products with sqrt(2)*sin(pi/8) and sqrt(2)*cos(pi/8), wrapping as the scalar form's sums do.
SKIRRET_AVX2 inline __m128i by_sine(__m128i x) {
  return _mm_add_epi16(_mm_mulhi_epi16(x, _mm_set1_epi16(static_cast<short>(35468 - 65536))), x);
}
SKIRRET_AVX2 inline __m128i by_cosine(__m128i x) {
  return _mm_add_epi16(_mm_mulhi_epi16(x, _mm_set1_epi16(20091)), x);
}

// Four lines of four 16-bit numbers, each in the low half of a register.
struct Four {
  __m128i r0, r1, r2, r3;
};

SKIRRET_AVX2 inline Four inverse_dct_pass(const Four& in) {
  const __m128i a = _mm_add_epi16(in.r0, in.r2), b = _mm_sub_epi16(in.r0, in.r2);
  const __m128i c = _mm_sub_epi16(by_sine(in.r1), by_cosine(in.r3));
  const __m128i d = _mm_add_epi16(by_cosine(in.r1), by_sine(in.r3));
  return {_mm_add_epi16(a, d), _mm_add_epi16(b, c), _mm_sub_epi16(b, c), _mm_sub_epi16(a, d)};
}

SKIRRET_AVX2 inline Four transposed(const Four& in) {
  const __m128i top = _mm_unpacklo_epi16(in.r0, in.r1), bottom = _mm_unpacklo_epi16(in.r2, in.r3);
  const __m128i left = _mm_unpacklo_epi32(top, bottom), right = _mm_unpackhi_epi32(top, bottom);
  return {left, _mm_unpackhi_epi64(left, left), right, _mm_unpackhi_epi64(right, right)};
}

SKIRRET_AVX2 inline void add_line(std::uint8_t* samples, __m128i residue) {
  const __m128i sum = _mm_add_epi16(_mm_cvtepu8_epi16(load4(samples)), residue);
  store4(samples, _mm_packus_epi16(sum, sum));
}

SKIRRET_AVX2 inline __m128i load_line(const std::int16_t* p) {
  return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p));
}

}  // namespace

SKIRRET_AVX2 void sixtap(const std::uint8_t* from, std::ptrdiff_t from_stride, const SubpelBlock& block,
                         std::uint8_t* to, std::ptrdiff_t stride) {
  if (block.width == 16) return sixtap_of<16>(from, from_stride, block, to, stride);
  if (block.width == 8) return sixtap_of<8>(from, from_stride, block, to, stride);
  sixtap_of<4>(from, from_stride, block, to, stride);
}

SKIRRET_AVX2 void bilinear(const std::uint8_t* from, std::ptrdiff_t from_stride, const SubpelBlock& block,
                           std::uint8_t* to, std::ptrdiff_t stride) {
  if (block.width == 16) return bilinear_of<16>(from, from_stride, block, to, stride);
  if (block.width == 8) return bilinear_of<8>(from, from_stride, block, to, stride);
  bilinear_of<4>(from, from_stride, block, to, stride);
}

SKIRRET_AVX2 void inverse_dct_add(const std::int16_t* in, std::uint8_t* samples, std::ptrdiff_t stride) {
  const Four rows = {load_line(in), load_line(in + 4), load_line(in + 8), load_line(in + 12)};
  Four columns = transposed(inverse_dct_pass(rows));
  columns = inverse_dct_pass(columns);
  const __m128i half = _mm_set1_epi16(4);
  const Four rounded = {
      _mm_srai_epi16(_mm_add_epi16(columns.r0, half), 3), _mm_srai_epi16(_mm_add_epi16(columns.r1, half), 3),
      _mm_srai_epi16(_mm_add_epi16(columns.r2, half), 3), _mm_srai_epi16(_mm_add_epi16(columns.r3, half), 3)};
  const Four residue = transposed(rounded);
  add_line(samples, residue.r0);
  add_line(samples + stride, residue.r1);
  add_line(samples + 2 * stride, residue.r2);
  add_line(samples + 3 * stride, residue.r3);
}

SKIRRET_AVX2 void inverse_dct_dc_add(std::int16_t dc, std::uint8_t* samples, std::ptrdiff_t stride) {
  const __m128i residue = _mm_srai_epi16(_mm_add_epi16(_mm_set1_epi16(dc), _mm_set1_epi16(4)), 3);
  for (int y = 0; y < 4; ++y) add_line(samples + y * stride, residue);
}

}  // namespace skirret::codec::avx2

#endif  // __x86_64__
