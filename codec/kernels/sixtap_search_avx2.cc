#include <cstring>

#include "codec/kernels/encoder_kernels_avx2.hh"
#include "codec/kernels/vector_set.hh"

namespace skirret::codec::SKIRRET_VECTOR_SET {
namespace {

using Pixels = EncoderKernels::Pixels;
using Stride = EncoderKernels::Stride;

// Taps in pairs (1, 2), (3, 4), (0, 5): their partial sums saturate only where the result is 255 anyway.
constexpr std::int8_t kPairs[8][6] = {
    {0, 127, 0, 0, 0, 0},     {-6, 123, 12, -1, 0, 0}, {-11, 108, 36, -8, 2, 1}, {-9, 93, 50, -6, 0, 0},
    {-16, 77, 77, -16, 3, 3}, {-6, 50, 93, -9, 0, 0},  {-8, 36, 108, -11, 1, 2}, {-1, 12, 123, -6, 0, 0}};

struct Taps {
  __m128i p12, p34, p05;
};

SKIRRET_AVX2 inline __m128i pair(int fraction, int at) {
  return _mm_set1_epi16(
      static_cast<short>((kPairs[fraction][at] & 0xff) |
                         static_cast<int>(static_cast<unsigned>(kPairs[fraction][at + 1]) << 8)));
}
SKIRRET_AVX2 inline Taps taps_of(int fraction) {
  return {pair(fraction, 0), pair(fraction, 2), pair(fraction, 4)};
}

SKIRRET_AVX2 inline __m128i weighted(__m128i s12, __m128i s34, __m128i s05, const Taps& t) {
  __m128i sum = _mm_adds_epi16(_mm_maddubs_epi16(s12, t.p12), _mm_maddubs_epi16(s34, t.p34));
  sum = _mm_adds_epi16(sum, _mm_maddubs_epi16(s05, t.p05));
  return _mm_srai_epi16(_mm_adds_epi16(sum, _mm_set1_epi16(64)), 7);
}

SKIRRET_AVX2 inline __m128i load8(Pixels p) {
  return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p));
}
SKIRRET_AVX2 inline __m128i load16(Pixels p) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
}

// Six neighbours `step` apart of 8 samples at p.
SKIRRET_AVX2 inline __m128i filter_8(Pixels p, Stride step, const Taps& t) {
  return weighted(_mm_unpacklo_epi8(load8(p - step), load8(p)),
                  _mm_unpacklo_epi8(load8(p + step), load8(p + 2 * step)),
                  _mm_unpacklo_epi8(load8(p - 2 * step), load8(p + 3 * step)), t);
}
SKIRRET_AVX2 inline __m128i filter_16(Pixels p, Stride step, const Taps& t) {
  const __m128i a = load16(p - 2 * step), b = load16(p - step), c = load16(p), d = load16(p + step),
                e = load16(p + 2 * step), f = load16(p + 3 * step);
  return _mm_packus_epi16(
      weighted(_mm_unpacklo_epi8(b, c), _mm_unpacklo_epi8(d, e), _mm_unpacklo_epi8(a, f), t),
      weighted(_mm_unpackhi_epi8(b, c), _mm_unpackhi_epi8(d, e), _mm_unpackhi_epi8(a, f), t));
}

template <int kWidth>
SKIRRET_AVX2 inline void filter_rows(Pixels source, Stride source_stride, Stride step, const Taps& taps,
                                     std::uint8_t* out, Stride out_stride, int rows) {
  for (int y = 0; y < rows; ++y, source += source_stride, out += out_stride) {
    if constexpr (kWidth == 16) {
      _mm_storeu_si128(reinterpret_cast<__m128i*>(out), filter_16(source, step, taps));
    } else {
      const __m128i v = filter_8(source, step, taps);
      const __m128i packed = _mm_packus_epi16(v, v);
      if constexpr (kWidth == 8) {
        _mm_storel_epi64(reinterpret_cast<__m128i*>(out), packed);
      } else {
        const int four = _mm_cvtsi128_si32(packed);
        std::memcpy(out, &four, 4);
      }
    }
  }
}

template <int kWidth>
SKIRRET_AVX2 void sixtap(Pixels source, Stride source_stride, int x_fraction, int y_fraction,
                         std::uint8_t* out, Stride out_stride, int rows) {
  if (x_fraction == 0 && y_fraction == 0) {
    for (int y = 0; y < rows; ++y) std::memcpy(out + y * out_stride, source + y * source_stride, kWidth);
    return;
  }
  if (y_fraction == 0) {
    filter_rows<kWidth>(source, source_stride, 1, taps_of(x_fraction), out, out_stride, rows);
    return;
  }
  if (x_fraction == 0) {
    filter_rows<kWidth>(source, source_stride, source_stride, taps_of(y_fraction), out, out_stride, rows);
    return;
  }
  alignas(16) std::uint8_t across[22 * 16];
  filter_rows<kWidth>(source - 2 * source_stride, source_stride, 1, taps_of(x_fraction), across, 16,
                      rows + 5);
  filter_rows<kWidth>(across + 32, 16, 16, taps_of(y_fraction), out, out_stride, rows);
}

}  // namespace

void add_sixtap(EncoderKernels& table) {
  table.sixtap_16 = sixtap<16>;
  table.sixtap_8 = sixtap<8>;
  table.sixtap_4 = sixtap<4>;
}

}  // namespace skirret::codec::SKIRRET_VECTOR_SET
