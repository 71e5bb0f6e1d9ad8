// Interpolation with AVX2. Across: both halves of a register hold 8 outputs of one row (width 16) or of two
// rows; each tap pair is one byte shuffle. Down: the rows stand in 16 bytes, halves for columns 0..7
// and 8..15.
#include <cstring>

#include "codec/bitstream/tables/filter_tables.hh"
#include "codec/kernels/reconstruction_avx2.hh"
#include "codec/kernels/vector_set.hh"

namespace skirret::codec::SKIRRET_VECTOR_SET {
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
// (sum + 64) >> 7
SKIRRET_AVX2_INLINE __m256i scaled(__m256i sum) {
  return _mm256_mulhrs_epi16(sum, _mm256_set1_epi16(256));
}

// Odd phases have no outer taps; to branch on that costs more than to multiply by 0.
SKIRRET_AVX2_INLINE __m256i six_weighted(__m256i s12, __m256i s34, __m256i s05, const SixTaps& t) {
  const __m256i sum = _mm256_adds_epi16(_mm256_maddubs_epi16(s12, t.t12), _mm256_maddubs_epi16(s34, t.t34));
  return scaled(_mm256_adds_epi16(sum, _mm256_maddubs_epi16(s05, t.t05)));
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

SKIRRET_AVX2_INLINE __m256i six_across_one(__m256i samples, const Shuffles& by, const SixTaps& taps) {
  return six_weighted(_mm256_shuffle_epi8(samples, by.s12), _mm256_shuffle_epi8(samples, by.s34),
                      _mm256_shuffle_epi8(samples, by.s05), taps);
}

template <int Width>
SKIRRET_AVX2_INLINE __m128i around(const std::uint8_t* p) {
  return Width == 8 ? around8(p) : around4(p);
}

// 16 sums to samples.
SKIRRET_AVX2_INLINE __m128i packed(__m256i sums) {
  return _mm_packus_epi16(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
}

template <int Width>
SKIRRET_AVX2_INLINE void six_across(const std::uint8_t* from, std::ptrdiff_t from_stride, int phase,
                                    int height, std::uint8_t* to, std::ptrdiff_t stride) {
  const SixTaps taps = six_taps(phase);
  if constexpr (Width == 16) {
    const Shuffles by = shuffles(3);  // the upper half starts with the 6th sample, 3 further on than it needs
    for (int y = 0; y < height; ++y, from += from_stride, to += stride)
      store<16>(to, packed(six_across_one(both(load16(from - 2), load16(from + 3)), by, taps)));
  } else {
    const Shuffles by = shuffles(0);
    int y = 0;
    for (; y + 2 <= height; y += 2, from += 2 * from_stride, to += 2 * stride) {
      const __m128i samples =
          packed(six_across_one(both(around<Width>(from), around<Width>(from + from_stride)), by, taps));
      store<Width>(to, samples);
      store<Width>(to + stride, _mm_unpackhi_epi64(samples, samples));
    }
    if (y < height) {
      const __m256i sums = six_across_one(_mm256_castsi128_si256(around<Width>(from)), by, taps);
      store<Width>(to, packed(sums));
    }
  }
}

// A row of 16 ready to be interleaved with another: columns 0..7 in the lower half, 8..15 in the upper one.
SKIRRET_AVX2_INLINE __m256i spread(__m128i row) {
  return _mm256_permute4x64_epi64(_mm256_castsi128_si256(row), 0x10);
}

// Six taps down over rows of 16 samples: `load_row(y)` gives a row as spread() has it, `store_row(y,
// samples)` takes one.
template <class LoadRow, class StoreRow>
SKIRRET_AVX2_INLINE void six_down_rows(int phase, int height, LoadRow load_row, StoreRow store_row) {
  const SixTaps taps = six_taps(phase);
  __m256i row[6], pairs[5];  // pairs[i]: rows i and i + 1
  for (int i = 0; i < 5; ++i) row[i] = load_row(i - 2);
  for (int i = 0; i < 4; ++i) pairs[i] = _mm256_unpacklo_epi8(row[i], row[i + 1]);
  for (int y = 0; y < height; ++y) {
    row[5] = load_row(y + 3);
    pairs[4] = _mm256_unpacklo_epi8(row[4], row[5]);
    store_row(y, packed(six_weighted(pairs[1], pairs[3], _mm256_unpacklo_epi8(row[0], row[5]), taps)));
    for (int i = 0; i < 5; ++i) row[i] = row[i + 1];
    for (int i = 0; i < 4; ++i) pairs[i] = pairs[i + 1];
  }
}

// Narrow blocks: two rows at a time, one in each half; the height of a block is even.
template <int Width>
SKIRRET_AVX2_INLINE void six_down_narrow(const std::uint8_t* from, std::ptrdiff_t from_stride, int phase,
                                         int height, std::uint8_t* to, std::ptrdiff_t stride) {
  const SixTaps taps = six_taps(phase);
  __m128i row[7], pairs[6];
  for (int i = 0; i < 5; ++i) row[i] = load<Width>(from + (i - 2) * from_stride);
  for (int i = 0; i < 4; ++i) pairs[i] = _mm_unpacklo_epi8(row[i], row[i + 1]);
  for (int y = 0; y < height; y += 2, to += 2 * stride) {
    row[5] = load<Width>(from + (y + 3) * from_stride);
    row[6] = load<Width>(from + (y + 4) * from_stride);
    pairs[4] = _mm_unpacklo_epi8(row[4], row[5]);
    pairs[5] = _mm_unpacklo_epi8(row[5], row[6]);
    const __m256i outer = both(_mm_unpacklo_epi8(row[0], row[5]), _mm_unpacklo_epi8(row[1], row[6]));
    const __m128i samples =
        packed(six_weighted(both(pairs[1], pairs[2]), both(pairs[3], pairs[4]), outer, taps));
    store<Width>(to, samples);
    store<Width>(to + stride, _mm_unpackhi_epi64(samples, samples));
    for (int i = 0; i < 5; ++i) row[i] = row[i + 2];
    for (int i = 0; i < 4; ++i) pairs[i] = pairs[i + 2];
  }
}

template <int Width>
SKIRRET_AVX2_INLINE void six_down(const std::uint8_t* from, std::ptrdiff_t from_stride, int phase, int height,
                                  std::uint8_t* to, std::ptrdiff_t stride) {
  if constexpr (Width == 16) {
    six_down_rows(
        phase, height, [=](int y) SKIRRET_AVX2_LAMBDA { return spread(load16(from + y * from_stride)); },
        [=](int y, __m128i samples) SKIRRET_AVX2_LAMBDA { store<16>(to + y * stride, samples); });
  } else {
    six_down_narrow<Width>(from, from_stride, phase, height, to, stride);
  }
}

// Both directions, width 16: a row's sums across, packed within their halves, are as spread() has them, so
// they go on downwards without passing through memory.
SKIRRET_AVX2_INLINE void six_both16(const std::uint8_t* from, std::ptrdiff_t from_stride,
                                    const SubpelBlock& block, std::uint8_t* to, std::ptrdiff_t stride) {
  const SixTaps taps = six_taps(block.x_phase);
  const Shuffles by = shuffles(3);  // as in six_across
  six_down_rows(
      block.y_phase, block.height,
      [&](int y) SKIRRET_AVX2_LAMBDA {
        const std::uint8_t* row = from + y * from_stride;
        const __m256i sums = six_across_one(both(load16(row - 2), load16(row + 3)), by, taps);
        return _mm256_packus_epi16(sums, sums);
      },
      [=](int y, __m128i samples) SKIRRET_AVX2_LAMBDA { store<16>(to + y * stride, samples); });
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
  if constexpr (Width == 16) return six_both16(from, from_stride, block, to, stride);
  alignas(16) std::uint8_t across[(kMaxBlock + 5) * kMaxBlock];
  six_across<Width>(from - 2 * from_stride, from_stride, block.x_phase, block.height + 5, across, kMaxBlock);
  six_down<Width>(across + 2 * kMaxBlock, kMaxBlock, block.y_phase, block.height, to, stride);
}

// Both chroma planes at once, U in the lower half of each register and V in the upper one.
struct ChromaRows {
  const std::uint8_t* u;
  const std::uint8_t* v;
  std::ptrdiff_t stride;
};

template <int Width>
SKIRRET_AVX2_INLINE __m256i load_chroma(const ChromaRows& from, int y) {
  return both(load<Width>(from.u + y * from.stride), load<Width>(from.v + y * from.stride));
}
template <int Width>
SKIRRET_AVX2_INLINE void store_chroma(const ChromaTarget& to, int y, __m128i samples) {
  store<Width>(to.u + y * to.stride, samples);
  store<Width>(to.v + y * to.stride, _mm_unpackhi_epi64(samples, samples));
}

template <int Width>
SKIRRET_AVX2 void sixtap_chroma_of(const ChromaRows& from, const SubpelBlock& block, const ChromaTarget& to) {
  if (block.x_phase == 0) {
    if (block.y_phase == 0) {
      copy<Width>(from.u, from.stride, block.height, to.u, to.stride);
      copy<Width>(from.v, from.stride, block.height, to.v, to.stride);
      return;
    }
    six_down_rows(
        block.y_phase, block.height, [&](int y) SKIRRET_AVX2_LAMBDA { return load_chroma<Width>(from, y); },
        [&](int y, __m128i samples) SKIRRET_AVX2_LAMBDA { store_chroma<Width>(to, y, samples); });
    return;
  }
  const SixTaps taps = six_taps(block.x_phase);
  const Shuffles by = shuffles(0);
  const auto sums_across = [&](int y) SKIRRET_AVX2_LAMBDA {
    const __m256i samples =
        both(around<Width>(from.u + y * from.stride), around<Width>(from.v + y * from.stride));
    return six_across_one(samples, by, taps);
  };
  if (block.y_phase == 0) {
    for (int y = 0; y < block.height; ++y) store_chroma<Width>(to, y, packed(sums_across(y)));
    return;
  }
  six_down_rows(
      block.y_phase, block.height,
      [&](int y) SKIRRET_AVX2_LAMBDA {
        const __m256i sums = sums_across(y);
        return _mm256_packus_epi16(sums, sums);
      },
      [&](int y, __m128i samples) SKIRRET_AVX2_LAMBDA { store_chroma<Width>(to, y, samples); });
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
      store<16>(to, packed(sums));
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

SKIRRET_AVX2 void sixtap_chroma(const std::uint8_t* from_u, const std::uint8_t* from_v,
                                std::ptrdiff_t from_stride, const SubpelBlock& block,
                                const ChromaTarget& to) {
  if (block.width == 8) return sixtap_chroma_of<8>({from_u, from_v, from_stride}, block, to);
  sixtap_chroma_of<4>({from_u, from_v, from_stride}, block, to);
}

SKIRRET_AVX2 void bilinear_chroma(const std::uint8_t* from_u, const std::uint8_t* from_v,
                                  std::ptrdiff_t from_stride, const SubpelBlock& block,
                                  const ChromaTarget& to) {
  bilinear(from_u, from_stride, block, to.u, to.stride);
  bilinear(from_v, from_stride, block, to.v, to.stride);
}

SKIRRET_AVX2 void bilinear(const std::uint8_t* from, std::ptrdiff_t from_stride, const SubpelBlock& block,
                           std::uint8_t* to, std::ptrdiff_t stride) {
  if (block.width == 16) return bilinear_of<16>(from, from_stride, block, to, stride);
  if (block.width == 8) return bilinear_of<8>(from, from_stride, block, to, stride);
  bilinear_of<4>(from, from_stride, block, to, stride);
}

}  // namespace skirret::codec::SKIRRET_VECTOR_SET
