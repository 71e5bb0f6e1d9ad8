// Whole planes: measured and copied.
#include <algorithm>
#include <cstring>

#include "codec/kernels/plane_kernels.hh"
#include "codec/kernels/vector_memory.hh"
#include "codec/kernels/vector_set.hh"
#include "codec/kernels/vector_tables.hh"

#define SKIRRET_TEXT_OF(name) #name
#define SKIRRET_TEXT(name) SKIRRET_TEXT_OF(name)

namespace skirret::codec::SKIRRET_VECTOR_SET {
namespace {

using Pixels = PlaneKernels::Pixels;
using Stride = PlaneKernels::Stride;

SKIRRET_AVX2_INLINE __m256i wide(__m128i samples) {
  return _mm256_cvtepu8_epi16(samples);
}

SKIRRET_AVX2_INLINE std::uint64_t sum_of_words(__m256i v) {
  const __m256i zero = _mm256_setzero_si256();
  const __m256i longer = _mm256_add_epi64(_mm256_unpacklo_epi32(v, zero), _mm256_unpackhi_epi32(v, zero));
  const __m128i two = _mm_add_epi64(_mm256_castsi256_si128(longer), _mm256_extracti128_si256(longer, 1));
  return static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_add_epi64(two, _mm_unpackhi_epi64(two, two))));
}

SKIRRET_AVX2 std::uint64_t squared_error(Pixels a, Stride a_stride, Pixels b, Stride b_stride, int width,
                                         int height) {
  std::uint64_t total = 0;
  for (int y = 0; y < height; ++y, a += a_stride, b += b_stride) {
    // A lane gains at most 4 · 255² in each step: 16384 samples fit.
    __m256i sum = _mm256_setzero_si256();
    int x = 0;
    for (; x + 32 <= width; x += 32) {
      const __m256i first = _mm256_sub_epi16(wide(load16(a + x)), wide(load16(b + x)));
      const __m256i last = _mm256_sub_epi16(wide(load16(a + x + 16)), wide(load16(b + x + 16)));
      sum = _mm256_add_epi32(
          sum, _mm256_add_epi32(_mm256_madd_epi16(first, first), _mm256_madd_epi16(last, last)));
    }
    std::uint32_t rest = 0;
    for (; x < width; ++x) rest += static_cast<std::uint32_t>((a[x] - b[x]) * (a[x] - b[x]));
    total += sum_of_words(sum) + rest;
  }
  return total;
}

// What four rows of 16 columns add up to, in pairs of columns.
struct PairSums {
  __m256i a, b, squares, products;
};

SKIRRET_AVX2_INLINE PairSums pair_sums(Pixels a, Stride a_stride, Pixels b, Stride b_stride) {
  const __m256i zero = _mm256_setzero_si256();
  PairSums sums = {zero, zero, zero, zero};
  for (int y = 0; y < 4; ++y) {
    const __m256i va = wide(load16(a + y * a_stride)), vb = wide(load16(b + y * b_stride));
    sums.a = _mm256_add_epi16(sums.a, va);
    sums.b = _mm256_add_epi16(sums.b, vb);
    sums.squares = _mm256_add_epi32(sums.squares,
                                    _mm256_add_epi32(_mm256_madd_epi16(va, va), _mm256_madd_epi16(vb, vb)));
    sums.products = _mm256_add_epi32(sums.products, _mm256_madd_epi16(va, vb));
  }
  const __m256i one = _mm256_set1_epi16(1);
  sums.a = _mm256_madd_epi16(sums.a, one);
  sums.b = _mm256_madd_epi16(sums.b, one);
  return sums;
}

SKIRRET_AVX2_INLINE void store_sums(std::int32_t* first, std::int32_t* second, __m256i a, __m256i b) {
  const __m256i both = _mm256_permute4x64_epi64(_mm256_hadd_epi32(a, b), 0xd8);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(first), _mm256_castsi256_si128(both));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(second), _mm256_extracti128_si256(both, 1));
}

SKIRRET_AVX2 void block_sums(Pixels a, Stride a_stride, Pixels b, Stride b_stride, int blocks,
                             const BlockSums& into) {
  int block = 0;
  for (; block + 4 <= blocks; block += 4) {
    const PairSums sums = pair_sums(a + 4 * block, a_stride, b + 4 * block, b_stride);
    store_sums(into.a + block, into.b + block, sums.a, sums.b);
    store_sums(into.squares + block, into.products + block, sums.squares, sums.products);
  }
  if (block == blocks) return;
  const BlockSums rest = {into.a + block, into.b + block, into.squares + block, into.products + block};
  scalar_plane_kernels().block_sums(a + 4 * block, a_stride, b + 4 * block, b_stride, blocks - block, rest);
}

SKIRRET_AVX2_INLINE void fill(std::uint8_t* to, int count, std::uint8_t sample) {
  const __m256i samples = _mm256_set1_epi8(static_cast<char>(sample));
  int x = 0;
  for (; x + 32 <= count; x += 32) store32(to + x, samples);
  for (; x < count; ++x) to[x] = sample;
}

SKIRRET_AVX2_INLINE void copy(const std::uint8_t* from, int count, std::uint8_t* to) {
  int x = 0;
  for (; x + 32 <= count; x += 32) store32(to + x, load32(from + x));
  if (count >= 32) {
    store32(to + count - 32, load32(from + count - 32));
  } else {
    std::memcpy(to, from, static_cast<std::size_t>(count));
  }
}

SKIRRET_AVX2_INLINE void copy_row(const std::uint8_t* row, int width, int margin, std::uint8_t* line) {
  fill(line - margin, margin, row[0]);
  copy(row, width, line);
  fill(line + width, margin, row[width - 1]);
}

SKIRRET_AVX2 void copy_with_margin(PlaneView from, int margin, std::uint8_t* to, Stride stride) {
  for (int y = -margin; y < from.height + margin; ++y)
    copy_row(from.row(std::clamp(y, 0, from.height - 1)), from.width, margin, to + y * stride);
}

// 16 clamped columns of a row: a load that stays inside it, and which of its bytes they are.
struct ClampedColumns {
  int from;
  __m128i which;
};

SKIRRET_AVX2_INLINE ClampedColumns clamped_columns(int left, int width) {
  const int from = std::clamp(left, 0, width - 16);
  const __m128i offset = _mm_set1_epi8(static_cast<char>(std::clamp(left - from, -16, 16)));
  const __m128i columns =
      _mm_add_epi8(offset, _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
  return {from, _mm_min_epi8(_mm_max_epi8(columns, _mm_setzero_si128()), _mm_set1_epi8(15))};
}

SKIRRET_AVX2 void copy_clamped(PlaneView from, int left, int top, int width, int height, std::uint8_t* to) {
  if (from.width < 16) return scalar_plane_kernels().copy_clamped(from, left, top, width, height, to);
  const ClampedColumns first = clamped_columns(left, from.width);
  const ClampedColumns last = clamped_columns(left + 16, from.width);
  for (int y = 0; y < height; ++y, to += kPatchStride) {
    const std::uint8_t* row = from.row(std::clamp(top + y, 0, from.height - 1));
    store16(to, _mm_shuffle_epi8(load16(row + first.from), first.which));
    store16(to + 16, _mm_shuffle_epi8(load16(row + last.from), last.which));
  }
}

}  // namespace

const PlaneKernels& plane_table() {
  static constexpr PlaneKernels kTable = {
      .name = SKIRRET_TEXT(SKIRRET_VECTOR_SET),
      .squared_error = squared_error,
      .block_sums = block_sums,
      .copy_with_margin = copy_with_margin,
      .copy_clamped = copy_clamped,
  };
  return kTable;
}

}  // namespace skirret::codec::SKIRRET_VECTOR_SET
