// Interpolation with AVX2. Across: both halves of a register hold 8 outputs of one row (width 16) or of two
// rows; each tap pair is one byte shuffle. Down: the rows stand in 16 bytes, halves for columns 0..7
// and 8..15.
#include "codec/kernels/reconstruction_avx2.hh"

#if defined(__x86_64__)

#include <cstring>

#include <immintrin.h>

#include "codec/bitstream/tables/filter_tables.hh"

#define SKIRRET_AVX2 __attribute__((target("avx2")))
#define SKIRRET_AVX2_INLINE __attribute__((target("avx2"), always_inline)) inline

namespace skirret::codec::avx2 {
namespace {

constexpr int kMaxBlock = 16;

SKIRRET_AVX2_INLINE __m128i load8(const std::uint8_t* p) {
  return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p));
}
SKIRRET_AVX2_INLINE __m128i load16(const std::uint8_t* p) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
}
SKIRRET_AVX2_INLINE __m128i load4(const std::uint8_t* p) {
  int word;
  std::memcpy(&word, p, 4);
  return _mm_cvtsi32_si128(word);
}
SKIRRET_AVX2_INLINE __m256i both(__m128i low, __m128i high) {
  return _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
}

// `Width` samples of a row; only those are touched in memory.
template <int Width>
SKIRRET_AVX2_INLINE __m128i load(const std::uint8_t* p) {
  if constexpr (Width == 16) return load16(p);
  if constexpr (Width == 8) return load8(p);
  if constexpr (Width == 4) return load4(p);
}
template <int Width>
SKIRRET_AVX2_INLINE void store(std::uint8_t* p, __m128i v) {
  if constexpr (Width == 16) _mm_storeu_si128(reinterpret_cast<__m128i*>(p), v);
  if constexpr (Width == 8) _mm_storel_epi64(reinterpret_cast<__m128i*>(p), v);
  if constexpr (Width == 4) {
    const int word = _mm_cvtsi128_si32(v);
    std::memcpy(p, &word, 4);
  }
}

// Two taps as a pair of signed bytes, for multiplying interleaved samples.
SKIRRET_AVX2_INLINE __m256i pair(int first, int second) {
  return _mm256_set1_epi16(
      static_cast<short>((first & 0xff) | static_cast<int>(static_cast<unsigned>(second) << 8)));
}

// The middle pairs' sum may saturate at 32767: then the outer pair, never negative, cannot bring the
// result below 255 any more.
struct SixTaps {
  __m256i t12, t34, t05;
};
SKIRRET_AVX2_INLINE SixTaps six_taps(int phase) {
  const auto& t = tables::kSixtap[static_cast<std::size_t>(phase)];
  return {pair(t[1], t[2]), pair(t[3], t[4]), pair(t[0], t[5])};
}
// Odd phases have no outer taps.
SKIRRET_AVX2_INLINE bool has_outer_taps(int phase) {
  return (phase & 1) == 0;
}

// (sum + 64) >> 7
SKIRRET_AVX2_INLINE __m256i scaled(__m256i sum) {
  return _mm256_mulhrs_epi16(sum, _mm256_set1_epi16(256));
}

template <bool Outer>
SKIRRET_AVX2_INLINE __m256i six_weighted(__m256i s12, __m256i s34, __m256i s05, const SixTaps& t) {
  __m256i sum = _mm256_adds_epi16(_mm256_maddubs_epi16(s12, t.t12), _mm256_maddubs_epi16(s34, t.t34));
  if constexpr (Outer) sum = _mm256_adds_epi16(sum, _mm256_maddubs_epi16(s05, t.t05));
  return scaled(sum);
}

// The 13 samples that 8 outputs are made of, from two before the first on, in bytes 0..12; the 9 of 4
// outputs.
SKIRRET_AVX2_INLINE __m128i around8(const std::uint8_t* p) {
  const __m128i first = load8(p - 2), second = load8(p + 3);  // bytes 0..7 and 5..12
  return _mm_or_si128(first, _mm_slli_si128(second, 5));      // they agree where they overlap
}
SKIRRET_AVX2_INLINE __m128i around4(const std::uint8_t* p) {
  return _mm_or_si128(load8(p - 2), _mm_slli_si128(load4(p + 3), 5));
}

// Neighbours `from` and `to` of each of 8 outputs, for both halves; `shift` of the upper half's first sample.
SKIRRET_AVX2_INLINE __m256i neighbours(int from, int to, int shift) {
  const __m256i steps = _mm256_setr_epi8(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 0, 0, 1, 1, 2, 2, 3,
                                         3, 4, 4, 5, 5, 6, 6, 7, 7);
  const auto word = [](int a, int b) { return static_cast<short>(a | b << 8); };
  const __m256i offsets =
      both(_mm_set1_epi16(word(from, to)), _mm_set1_epi16(word(from + shift, to + shift)));
  return _mm256_add_epi8(steps, offsets);
}

struct Shuffles {
  __m256i s12, s34, s05;
};
SKIRRET_AVX2_INLINE Shuffles shuffles(int shift) {
  return {neighbours(1, 2, shift), neighbours(3, 4, shift), neighbours(0, 5, shift)};
}

template <bool Outer>
SKIRRET_AVX2_INLINE __m256i six_across_one(__m256i samples, const Shuffles& by, const SixTaps& taps) {
  return six_weighted<Outer>(_mm256_shuffle_epi8(samples, by.s12), _mm256_shuffle_epi8(samples, by.s34),
                             _mm256_shuffle_epi8(samples, by.s05), taps);
}

template <int Width, bool Outer>
SKIRRET_AVX2_INLINE void six_across_taps(const std::uint8_t* from, std::ptrdiff_t from_stride, int phase,
                                         int height, std::uint8_t* to, std::ptrdiff_t stride) {
  const SixTaps taps = six_taps(phase);
  if constexpr (Width == 16) {
    const Shuffles by = shuffles(3);  // the upper half starts with the 6th sample, 3 further on than it needs
    for (int y = 0; y < height; ++y, from += from_stride, to += stride) {
      const __m256i sums = six_across_one<Outer>(both(load16(from - 2), load16(from + 3)), by, taps);
      store<16>(to, _mm_packus_epi16(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1)));
    }
  } else {
    const Shuffles by = shuffles(0);
    const auto around = [](const std::uint8_t* p) __attribute__((target("avx2"), always_inline)) {
      return Width == 8 ? around8(p) : around4(p);
    };
    int y = 0;
    for (; y + 2 <= height; y += 2, from += 2 * from_stride, to += 2 * stride) {
      const __m256i sums = six_across_one<Outer>(both(around(from), around(from + from_stride)), by, taps);
      const __m256i samples = _mm256_packus_epi16(sums, sums);
      store<Width>(to, _mm256_castsi256_si128(samples));
      store<Width>(to + stride, _mm256_extracti128_si256(samples, 1));
    }
    if (y < height) {
      const __m256i sums = six_across_one<Outer>(_mm256_castsi128_si256(around(from)), by, taps);
      const __m128i low = _mm256_castsi256_si128(sums);
      store<Width>(to, _mm_packus_epi16(low, low));
    }
  }
}

template <int Width>
SKIRRET_AVX2_INLINE void six_across(const std::uint8_t* from, std::ptrdiff_t from_stride, int phase,
                                    int height, std::uint8_t* to, std::ptrdiff_t stride) {
  if (has_outer_taps(phase)) {
    six_across_taps<Width, true>(from, from_stride, phase, height, to, stride);
  } else {
    six_across_taps<Width, false>(from, from_stride, phase, height, to, stride);
  }
}

// A row ready to be interleaved with another: columns 0..7 in the lower half, 8..15 in the upper one.
// Narrower blocks pair each row with the next one: row y below, row y + 1 above.
SKIRRET_AVX2_INLINE __m256i spread(__m128i row) {
  return _mm256_permute4x64_epi64(_mm256_castsi128_si256(row), 0x10);
}

template <bool Outer>
SKIRRET_AVX2_INLINE void six_down_16(const std::uint8_t* from, std::ptrdiff_t from_stride, int phase,
                                     int height, std::uint8_t* to, std::ptrdiff_t stride) {
  const SixTaps taps = six_taps(phase);
  __m256i row[6], pairs[5];  // pairs[i]: rows i and i + 1
  for (int i = 0; i < 5; ++i) row[i] = spread(load16(from + (i - 2) * from_stride));
  for (int i = 0; i < 4; ++i) pairs[i] = _mm256_unpacklo_epi8(row[i], row[i + 1]);
  for (int y = 0; y < height; ++y, to += stride) {
    row[5] = spread(load16(from + (y + 3) * from_stride));
    pairs[4] = _mm256_unpacklo_epi8(row[4], row[5]);
    const __m256i sums =
        six_weighted<Outer>(pairs[1], pairs[3], Outer ? _mm256_unpacklo_epi8(row[0], row[5]) : row[0], taps);
    store<16>(to, _mm_packus_epi16(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1)));
    for (int i = 0; i < 5; ++i) row[i] = row[i + 1];
    for (int i = 0; i < 4; ++i) pairs[i] = pairs[i + 1];
  }
}

// Two rows at a time; the height of a block is even.
template <int Width, bool Outer>
SKIRRET_AVX2_INLINE void six_down_narrow(const std::uint8_t* from, std::ptrdiff_t from_stride, int phase,
                                         int height, std::uint8_t* to, std::ptrdiff_t stride) {
  const SixTaps taps = six_taps(phase);
  __m128i row[7];
  for (int i = 0; i < 5; ++i) row[i] = load<Width>(from + (i - 2) * from_stride);
  for (int y = 0; y < height; y += 2, to += 2 * stride) {
    row[5] = load<Width>(from + (y + 3) * from_stride);
    row[6] = load<Width>(from + (y + 4) * from_stride);
    const auto two = [&](int a, int b) __attribute__((target("avx2"), always_inline)) {
      return both(_mm_unpacklo_epi8(row[a], row[b]), _mm_unpacklo_epi8(row[a + 1], row[b + 1]));
    };
    const __m256i sums = six_weighted<Outer>(two(1, 2), two(3, 4), Outer ? two(0, 5) : two(0, 1), taps);
    const __m256i samples = _mm256_packus_epi16(sums, sums);
    store<Width>(to, _mm256_castsi256_si128(samples));
    store<Width>(to + stride, _mm256_extracti128_si256(samples, 1));
    for (int i = 0; i < 5; ++i) row[i] = row[i + 2];
  }
}

template <int Width, bool Outer>
SKIRRET_AVX2_INLINE void six_down_taps(const std::uint8_t* from, std::ptrdiff_t from_stride, int phase,
                                       int height, std::uint8_t* to, std::ptrdiff_t stride) {
  if constexpr (Width == 16) {
    six_down_16<Outer>(from, from_stride, phase, height, to, stride);
  } else {
    six_down_narrow<Width, Outer>(from, from_stride, phase, height, to, stride);
  }
}

template <int Width>
SKIRRET_AVX2_INLINE void six_down(const std::uint8_t* from, std::ptrdiff_t from_stride, int phase, int height,
                                  std::uint8_t* to, std::ptrdiff_t stride) {
  if (has_outer_taps(phase)) {
    six_down_taps<Width, true>(from, from_stride, phase, height, to, stride);
  } else {
    six_down_taps<Width, false>(from, from_stride, phase, height, to, stride);
  }
}

template <int Width>
SKIRRET_AVX2_INLINE void copy(const std::uint8_t* from, std::ptrdiff_t from_stride, int height,
                              std::uint8_t* to, std::ptrdiff_t stride) {
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
  // Without outer taps down, the first two rows and the last one are not looked at.
  const int before = has_outer_taps(block.y_phase) ? 2 : 1;
  const int rows = block.height + (has_outer_taps(block.y_phase) ? 5 : 3);
  six_across<Width>(from - before * from_stride, from_stride, block.x_phase, rows,
                    across + (2 - before) * kMaxBlock, kMaxBlock);
  six_down<Width>(across + 2 * kMaxBlock, kMaxBlock, block.y_phase, block.height, to, stride);
}

// Weighs each sample with the one `step` after it.
template <int Width>
SKIRRET_AVX2_INLINE void two_taps(const std::uint8_t* from, std::ptrdiff_t from_stride, std::ptrdiff_t step,
                                  int phase, int height, std::uint8_t* to, std::ptrdiff_t stride) {
  const auto& t = tables::kBilinear[static_cast<std::size_t>(phase)];
  const __m256i taps = pair(t[0], t[1]);
  for (int y = 0; y < height; ++y, from += from_stride, to += stride) {
    const __m128i a = load<Width>(from), b = load<Width>(from + step);
    if constexpr (Width == 16) {
      const __m256i sums = scaled(_mm256_maddubs_epi16(_mm256_unpacklo_epi8(spread(a), spread(b)), taps));
      store<16>(to, _mm_packus_epi16(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1)));
    } else {
      const __m128i sums = _mm256_castsi256_si128(
          scaled(_mm256_maddubs_epi16(_mm256_castsi128_si256(_mm_unpacklo_epi8(a, b)), taps)));
      store<Width>(to, _mm_packus_epi16(sums, sums));
    }
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

}  // namespace skirret::codec::avx2

#endif  // __x86_64__
