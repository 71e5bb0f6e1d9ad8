// Intra predictors.
#include <array>

#include "codec/kernels/reconstruction_avx2.hh"
#include "codec/kernels/vector_memory.hh"
#include "codec/kernels/vector_set.hh"

namespace skirret::codec::SKIRRET_VECTOR_SET {
namespace {

template <int N>
SKIRRET_AVX2_INLINE __m128i load_row(const std::uint8_t* from) {
  return N == 16 ? load16(from) : load8(from);
}
template <int N>
SKIRRET_AVX2_INLINE void store_row(std::uint8_t* to, __m128i row) {
  N == 16 ? store16(to, row) : store8(to, row);
}

template <int N>
SKIRRET_AVX2_INLINE void predict_flat(__m128i row, std::uint8_t* to, std::ptrdiff_t stride) {
  for (int y = 0; y < N; ++y) store_row<N>(to + y * stride, row);
}

template <int N>
SKIRRET_AVX2_INLINE int mean(const IntraEdges& edges) {
  int sum = 0, count = 0;
  if (edges.inside_above) {
    const __m128i sums = _mm_sad_epu8(load_row<N>(edges.above), _mm_setzero_si128());
    sum = _mm_cvtsi128_si32(_mm_add_epi32(sums, _mm_unpackhi_epi64(sums, sums)));
    count = N;
  }
  if (edges.inside_left) {
    for (int y = 0; y < N; ++y) sum += edges.left[y * edges.left_stride];
    count += N;
  }
  return count == 0 ? 128 : (sum + count / 2) >> (count == 8 ? 3 : count == 16 ? 4 : 5);
}

// Both kinds of true motion add a line's left sample to its row above less the corner.
SKIRRET_AVX2_INLINE void true_motion_16(const IntraEdges& edges, std::uint8_t* to, std::ptrdiff_t stride) {
  const __m256i slope =
      _mm256_sub_epi16(_mm256_cvtepu8_epi16(load16(edges.above)), _mm256_set1_epi16(edges.corner));
  for (int y = 0; y < 16; ++y) {
    const __m256i row = _mm256_add_epi16(slope, _mm256_set1_epi16(edges.left[y * edges.left_stride]));
    store16(to + y * stride, _mm_packus_epi16(_mm256_castsi256_si128(row), _mm256_extracti128_si256(row, 1)));
  }
}

SKIRRET_AVX2_INLINE void true_motion_8(const IntraEdges& edges, std::uint8_t* to, std::ptrdiff_t stride) {
  const __m128i slope = _mm_sub_epi16(_mm_cvtepu8_epi16(load8(edges.above)), _mm_set1_epi16(edges.corner));
  for (int y = 0; y < 8; y += 2) {
    const std::uint8_t* left = edges.left + y * edges.left_stride;
    const __m128i two = _mm_packus_epi16(_mm_add_epi16(slope, _mm_set1_epi16(left[0])),
                                         _mm_add_epi16(slope, _mm_set1_epi16(left[edges.left_stride])));
    store8(to + y * stride, two);
    store8(to + (y + 1) * stride, _mm_unpackhi_epi64(two, two));
  }
}

template <int N>
SKIRRET_AVX2_INLINE void predict(const IntraEdges& edges, ChromaMode mode, std::uint8_t* to,
                                 std::ptrdiff_t stride) {
  switch (mode) {
    case ChromaMode::kVertical:
      predict_flat<N>(load_row<N>(edges.above), to, stride);
      break;
    case ChromaMode::kHorizontal:
      for (int y = 0; y < N; ++y)
        store_row<N>(to + y * stride, _mm_set1_epi8(static_cast<char>(edges.left[y * edges.left_stride])));
      break;
    case ChromaMode::kTrueMotion:
      N == 16 ? true_motion_16(edges, to, stride) : true_motion_8(edges, to, stride);
      break;
    default:
      predict_flat<N>(_mm_set1_epi8(static_cast<char>(mean<N>(edges))), to, stride);
  }
}

// A 4x4 mode along a direction takes each of its samples from one of two lines: means of two and of three
// neighbours along the edge. Which ones, as byte shuffles of both; 0x80 gives 0.
struct Picks {
  alignas(16) std::array<std::uint8_t, 16> of_threes, of_twos;
};

// i: samples right of the corner (negative: down the left), as a mean's middle resp. first sample.
constexpr std::uint8_t three(int i) {
  return static_cast<std::uint8_t>(i + 5);  // from -5, the lowest sample itself, to 8
}
constexpr std::uint8_t two(int i) {
  return static_cast<std::uint8_t>(0x40 | (i + 6));
}

constexpr std::uint8_t pick(SubblockMode mode, int x, int y) {
  switch (mode) {
    case SubblockMode::kVertical:
      return three(1 + x);
    case SubblockMode::kHorizontal:
      return three(-1 - y);
    case SubblockMode::kLeftDown:
      return three(2 + x + y);
    case SubblockMode::kRightDown:
      return three(x - y);
    case SubblockMode::kVerticalRight:
      if (y < 2) return y == 0 ? two(x) : three(x);
      if (x == 0) return three(1 - y);
      return y == 2 ? two(x - 1) : three(x - 1);
    case SubblockMode::kVerticalLeft:
      if (y < 2) return y == 0 ? two(1 + x) : three(2 + x);
      if (x == 3) return three(4 + y);  // breaks the pattern in the format itself
      return y == 2 ? two(2 + x) : three(3 + x);
    case SubblockMode::kHorizontalDown: {
      const int step = 2 * (3 - y) + x;
      if (step >= 8) return three(step - 7);
      return step % 2 == 0 ? two(-4 + step / 2) : three(-3 + step / 2);
    }
    default: {  // kHorizontalUp
      const int step = 2 * y + x;
      if (step >= 6) return three(-5);
      return step % 2 == 0 ? two(-2 - step / 2) : three(-2 - step / 2);
    }
  }
}

constexpr std::array<Picks, kSubblockModeCount> kPicks = [] {
  std::array<Picks, kSubblockModeCount> picks{};
  for (std::size_t mode = 2; mode < picks.size(); ++mode) {
    for (std::size_t i = 0; i < 16; ++i) {
      const std::uint8_t from =
          pick(static_cast<SubblockMode>(mode), static_cast<int>(i % 4), static_cast<int>(i / 4));
      const bool of_twos = (from & 0x40) != 0;
      picks[mode].of_threes[i] = of_twos ? 0x80 : from;
      picks[mode].of_twos[i] = of_twos ? from & 0x0f : 0x80;
    }
  }
  return picks;
}();

// An edge line and its means.
struct Lines {
  __m128i edge, twos, threes;
};

SKIRRET_AVX2_INLINE Lines lines_of(const SubblockEdge& edge) {
  const __m128i line = _mm_set_epi64x(static_cast<long long>(edge.last), static_cast<long long>(edge.first));
  // The ends repeated: once more above right, twice at the bottom left.
  const __m128i a = _mm_shuffle_epi8(line, _mm_setr_epi8(0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 12));
  const __m128i b = _mm_srli_si128(a, 1), c = _mm_srli_si128(a, 2);
  const __m128i odd = _mm_and_si128(_mm_xor_si128(a, c), _mm_set1_epi8(1));
  return {line, _mm_avg_epu8(a, b), _mm_avg_epu8(b, _mm_sub_epi8(_mm_avg_epu8(a, c), odd))};
}

SKIRRET_AVX2_INLINE __m128i dc_of(const Lines& lines) {
  const __m128i around =
      _mm_and_si128(lines.edge, _mm_setr_epi8(-1, -1, -1, -1, 0, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0));
  const __m128i sums = _mm_sad_epu8(around, _mm_setzero_si128());
  const int sum = _mm_cvtsi128_si32(_mm_add_epi32(sums, _mm_unpackhi_epi64(sums, sums)));
  return _mm_set1_epi8(static_cast<char>((sum + 4) >> 3));
}

SKIRRET_AVX2_INLINE __m128i true_motion_of(const Lines& lines) {
  constexpr char z = -128;
  const __m128i above =
      _mm_shuffle_epi8(lines.edge, _mm_setr_epi8(5, z, 6, z, 7, z, 8, z, 5, z, 6, z, 7, z, 8, z));
  const __m128i corner =
      _mm_shuffle_epi8(lines.edge, _mm_setr_epi8(4, z, 4, z, 4, z, 4, z, 4, z, 4, z, 4, z, 4, z));
  const __m128i upper =
      _mm_shuffle_epi8(lines.edge, _mm_setr_epi8(3, z, 3, z, 3, z, 3, z, 2, z, 2, z, 2, z, 2, z));
  const __m128i lower =
      _mm_shuffle_epi8(lines.edge, _mm_setr_epi8(1, z, 1, z, 1, z, 1, z, 0, z, 0, z, 0, z, 0, z));
  const __m128i slope = _mm_sub_epi16(above, corner);
  return _mm_packus_epi16(_mm_add_epi16(slope, upper), _mm_add_epi16(slope, lower));
}

SKIRRET_AVX2_INLINE __m128i along(const Lines& lines, std::size_t mode) {
  const Picks& picks = kPicks[mode];
  return _mm_or_si128(_mm_shuffle_epi8(lines.threes, load16(picks.of_threes.data())),
                      _mm_shuffle_epi8(lines.twos, load16(picks.of_twos.data())));
}

}  // namespace

SKIRRET_AVX2 void intra_16x16(const IntraEdges& edges, ChromaMode mode, std::uint8_t* to,
                              std::ptrdiff_t stride) {
  predict<16>(edges, mode, to, stride);
}

SKIRRET_AVX2 void intra_8x8(const IntraEdges& edges, ChromaMode mode, std::uint8_t* to,
                            std::ptrdiff_t stride) {
  predict<8>(edges, mode, to, stride);
}

SKIRRET_AVX2 void intra_4x4(const SubblockEdge& edge, SubblockMode mode, std::uint8_t* to,
                            std::ptrdiff_t stride) {
  const Lines lines = lines_of(edge);
  const __m128i block = mode == SubblockMode::kDc           ? dc_of(lines)
                        : mode == SubblockMode::kTrueMotion ? true_motion_of(lines)
                                                            : along(lines, static_cast<std::size_t>(mode));
  store4(to, block);
  store4(to + stride, _mm_srli_si128(block, 4));
  store4(to + 2 * stride, _mm_srli_si128(block, 8));
  store4(to + 3 * stride, _mm_srli_si128(block, 12));
}

SKIRRET_AVX2 void all_intra_4x4(const SubblockEdge& edge, std::uint8_t* to) {
  const Lines lines = lines_of(edge);
  store16(to, dc_of(lines));
  store16(to + 16, true_motion_of(lines));
  for (std::size_t mode = 2; mode < kPicks.size(); ++mode) store16(to + 16 * mode, along(lines, mode));
}

}  // namespace skirret::codec::SKIRRET_VECTOR_SET
