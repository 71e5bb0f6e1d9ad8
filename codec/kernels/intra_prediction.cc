#include "codec/kernels/intra_prediction.hh"

#include <algorithm>
#include <cstring>

#include "codec/base/check.hh"

namespace skirret::codec {
namespace {

constexpr std::uint8_t kAboveOutside = 127;
constexpr std::uint8_t kLeftOutside = 129;

template <int N>
struct BlockEdge {
  std::array<std::uint8_t, N> above;
  std::array<std::uint8_t, N> left;
  std::uint8_t corner;
};

template <int N>
BlockEdge<N> block_edge(PlaneView plane, int x, int y) {
  BlockEdge<N> edge;
  if (y > 0) {
    std::memcpy(edge.above.data(), plane.at(x, y - 1), N);
  } else {
    edge.above.fill(kAboveOutside);
  }
  if (x > 0) {
    for (int i = 0; i < N; ++i) edge.left[static_cast<std::size_t>(i)] = *plane.at(x - 1, y + i);
  } else {
    edge.left.fill(kLeftOutside);
  }
  edge.corner = y == 0 ? kAboveOutside : x == 0 ? kLeftOutside : *plane.at(x - 1, y - 1);
  return edge;
}

template <int N>
void fill(std::uint8_t* to, std::ptrdiff_t stride, int value) {
  for (int y = 0; y < N; ++y) std::memset(to + y * stride, value, N);
}

// The mean of those edges that lie inside the picture; 128 without any.
template <int N>
int mean(const BlockEdge<N>& edge, bool has_above, bool has_left) {
  int sum = 0, count = 0;
  if (has_above) {
    for (const auto sample : edge.above) sum += sample;
    count += N;
  }
  if (has_left) {
    for (const auto sample : edge.left) sum += sample;
    count += N;
  }
  return count == 0 ? 128 : (sum + count / 2) / count;
}

template <int N>
void predict_true_motion(const BlockEdge<N>& edge, std::uint8_t* to, std::ptrdiff_t stride) {
  for (int y = 0; y < N; ++y) {
    const int slope = edge.left[static_cast<std::size_t>(y)] - edge.corner;
    for (int x = 0; x < N; ++x)
      to[y * stride + x] =
          static_cast<std::uint8_t>(std::clamp(edge.above[static_cast<std::size_t>(x)] + slope, 0, 255));
  }
}

template <int N>
void predict_block(PlaneView plane, int x, int y, ChromaMode mode, std::uint8_t* to, std::ptrdiff_t stride) {
  const auto edge = block_edge<N>(plane, x, y);
  switch (mode) {
    case ChromaMode::kDc:
      fill<N>(to, stride, mean(edge, y > 0, x > 0));
      break;
    case ChromaMode::kVertical:
      for (int i = 0; i < N; ++i) std::memcpy(to + i * stride, edge.above.data(), N);
      break;
    case ChromaMode::kHorizontal:
      for (int i = 0; i < N; ++i) std::memset(to + i * stride, edge.left[static_cast<std::size_t>(i)], N);
      break;
    case ChromaMode::kTrueMotion:
      predict_true_motion(edge, to, stride);
      break;
  }
}

// Luma's whole-block modes have the numbers of chroma's.
ChromaMode whole_block_mode(LumaMode mode) {
  SKIRRET_CHECK(mode <= LumaMode::kTrueMotion);
  return static_cast<ChromaMode>(mode);
}

constexpr unsigned average(unsigned a, unsigned b, unsigned c) {
  return (a + 2 * b + c + 2) >> 2;
}

__extension__ using Word128 = unsigned __int128;

// Bytewise means of two lines: rounded up, rounded down.
constexpr Word128 in_all_bytes(std::uint64_t eight) {
  return static_cast<Word128>(eight) << 64 | eight;
}
constexpr Word128 kLowSeven = in_all_bytes(0x7f7f7f7f7f7f7f7f);
constexpr Word128 mean_up(Word128 a, Word128 b) {
  return (a | b) - ((a ^ b) >> 1 & kLowSeven);
}
constexpr Word128 mean_down(Word128 a, Word128 b) {
  return (a & b) + ((a ^ b) >> 1 & kLowSeven);
}

// Four samples, the lowest byte on the left.
constexpr std::uint32_t four_of(unsigned sample) {
  return sample * 0x01010101u;
}
// Four bytes with gaps between them.
constexpr std::uint64_t spaced(std::uint32_t four) {
  std::uint64_t wide = four;
  wide = (wide | wide << 16) & 0x0000ffff0000ffff;
  return (wide | wide << 8) & 0x00ff00ff00ff00ff;
}

struct FourRows {
  std::uint32_t row[4];
};

// Modes read along the edge line, where i is i samples right of the corner (negative: down the left).
class EdgeLine {
 public:
  explicit EdgeLine(const SubblockEdge& edge)
      : edge_(static_cast<Word128>(edge.last | (edge.last >> 32 & 0xff) << 40) << 64 | edge.first),
        twos_(mean_up(edge_, edge_ >> 8)),
        threes_(mean_up(edge_ >> 8, mean_down(edge_, edge_ >> 16))) {}  // its end repeated: three(8) exists

  unsigned operator()(int i) const { return static_cast<std::uint8_t>(edge_ >> (8 * (4 + i))); }
  // The mean of i and i + 1, and of four such pairs from i on; the same of three samples around i.
  unsigned two(int i) const { return static_cast<std::uint8_t>(twos(i)); }
  unsigned three(int i) const { return static_cast<std::uint8_t>(threes(i)); }
  std::uint32_t twos(int i) const { return static_cast<std::uint32_t>(twos_ >> (8 * (4 + i))); }
  std::uint32_t threes(int i) const { return static_cast<std::uint32_t>(threes_ >> (8 * (3 + i))); }
  std::uint32_t four(int i) const { return static_cast<std::uint32_t>(edge_ >> (8 * (4 + i))); }
  unsigned lowest_three() const { return average((*this)(-3), (*this)(-4), (*this)(-4)); }

 private:
  Word128 edge_, twos_, threes_;
};

FourRows predict_vertical_right(const EdgeLine& e) {
  const std::uint32_t first = e.twos(0), second = e.threes(0);
  return {{first, second, first << 8 | e.three(-1), second << 8 | e.three(-2)}};
}

FourRows predict_vertical_left(const EdgeLine& e) {
  const std::uint32_t first = e.twos(1), second = e.threes(2);
  // The last samples of the lower rows break the pattern in the format itself.
  return {{first, second, first >> 8 | e.three(6) << 24, second >> 8 | e.three(7) << 24}};
}

FourRows predict_horizontal_down(const EdgeLine& e) {
  const std::uint64_t steps = spaced(e.twos(-4)) | spaced(e.threes(-3)) << 8;
  return {{static_cast<std::uint32_t>(steps >> 48) | e.threes(1) << 16,
           static_cast<std::uint32_t>(steps >> 32), static_cast<std::uint32_t>(steps >> 16),
           static_cast<std::uint32_t>(steps)}};
}

FourRows predict_horizontal_up(const EdgeLine& e) {
  const std::uint32_t last = four_of(e(-4));
  const std::uint64_t low = e.two(-2) | e.three(-2) << 8 | e.two(-3) << 16 | e.three(-3) << 24;
  const std::uint64_t steps =
      low | static_cast<std::uint64_t>(e.two(-4) | e.lowest_three() << 8 | (last & 0xffff0000)) << 32;
  return {{static_cast<std::uint32_t>(steps), static_cast<std::uint32_t>(steps >> 16),
           static_cast<std::uint32_t>(steps >> 32), last}};
}

FourRows predict_subblock_dc(const EdgeLine& e) {
  unsigned sum = 4;
  for (int i = 1; i <= 4; ++i) sum += e(i) + e(-i);
  const std::uint32_t row = four_of(sum >> 3);
  return {{row, row, row, row}};
}

FourRows predict_subblock_true_motion(const EdgeLine& e) {
  FourRows rows;
  for (int y = 0; y < 4; ++y) {
    const int slope = static_cast<int>(e(-1 - y)) - static_cast<int>(e(0));
    std::uint32_t row = 0;
    for (int x = 0; x < 4; ++x)
      row |= static_cast<std::uint32_t>(std::clamp(static_cast<int>(e(1 + x)) + slope, 0, 255)) << (8 * x);
    rows.row[y] = row;
  }
  return rows;
}

FourRows predicted_rows(const EdgeLine& e, SubblockMode mode) {
  switch (mode) {
    case SubblockMode::kTrueMotion:
      return predict_subblock_true_motion(e);
    case SubblockMode::kVertical:
      return {{e.threes(1), e.threes(1), e.threes(1), e.threes(1)}};
    case SubblockMode::kHorizontal:
      return {{four_of(e.three(-1)), four_of(e.three(-2)), four_of(e.three(-3)), four_of(e.lowest_three())}};
    case SubblockMode::kLeftDown:
      return {{e.threes(2), e.threes(3), e.threes(4), e.threes(5)}};
    case SubblockMode::kRightDown:
      return {{e.threes(0), e.threes(-1), e.threes(-2), e.threes(-3)}};
    case SubblockMode::kVerticalRight:
      return predict_vertical_right(e);
    case SubblockMode::kVerticalLeft:
      return predict_vertical_left(e);
    case SubblockMode::kHorizontalDown:
      return predict_horizontal_down(e);
    case SubblockMode::kHorizontalUp:
      return predict_horizontal_up(e);
    default:
      return predict_subblock_dc(e);
  }
}

std::uint32_t load_four(const std::uint8_t* from) {
  std::uint32_t four;
  std::memcpy(&four, from, 4);
  return four;
}

// From its parts: left from the bottom up, corner, above, above right.
SubblockEdge joined(std::uint32_t left, std::uint8_t corner, std::uint32_t above, std::uint32_t above_right) {
  return {left | static_cast<std::uint64_t>(corner) << 32 | static_cast<std::uint64_t>(above) << 40,
          above >> 24 | static_cast<std::uint64_t>(above_right) << 8};
}

}  // namespace

void predict_luma(MutablePlaneView plane, int x, int y, LumaMode mode) {
  predict_block<16>(plane, x, y, whole_block_mode(mode), plane.at(x, y), plane.stride);
}

void predict_chroma(MutablePlaneView plane, int x, int y, ChromaMode mode) {
  predict_block<8>(plane, x, y, mode, plane.at(x, y), plane.stride);
}

void predict_luma_into(PlaneView plane, int x, int y, LumaMode mode, std::uint8_t* to,
                       std::ptrdiff_t stride) {
  predict_block<16>(plane, x, y, whole_block_mode(mode), to, stride);
}

void predict_chroma_into(PlaneView plane, int x, int y, ChromaMode mode, std::uint8_t* to,
                         std::ptrdiff_t stride) {
  predict_block<8>(plane, x, y, mode, to, stride);
}

std::array<std::uint8_t, 4> macroblock_above_right(PlaneView luma, int mb_x, int mb_y) {
  std::array<std::uint8_t, 4> samples;
  if (mb_y == 0) {
    samples.fill(kAboveOutside);
  } else if (mb_x + 16 >= luma.width) {
    samples.fill(*luma.at(mb_x + 15, mb_y - 1));
  } else {
    std::memcpy(samples.data(), luma.at(mb_x + 16, mb_y - 1), 4);
  }
  return samples;
}

SubblockEdge edge_of(const std::array<std::uint8_t, 13>& samples) {
  SubblockEdge edge;
  for (std::size_t i = 0; i < 8; ++i) edge.first |= static_cast<std::uint64_t>(samples[i]) << (8 * i);
  for (std::size_t i = 8; i < 13; ++i) edge.last |= static_cast<std::uint64_t>(samples[i]) << (8 * (i - 8));
  return edge;
}

SubblockEdge subblock_edge(PlaneView luma, int mb_x, int mb_y, int block,
                           const std::array<std::uint8_t, 4>& above_right) {
  const int x = mb_x + block % 4 * 4, y = mb_y + block / 4 * 4;
  std::uint32_t left = four_of(kLeftOutside);
  if (x > 0) {
    const std::uint8_t* from = luma.at(x - 1, y);
    left = static_cast<std::uint32_t>(from[0]) << 24 | static_cast<std::uint32_t>(from[luma.stride]) << 16 |
           static_cast<std::uint32_t>(from[2 * luma.stride]) << 8 | from[3 * luma.stride];
  }
  const std::uint8_t corner = y == 0 ? kAboveOutside : x == 0 ? kLeftOutside : *luma.at(x - 1, y - 1);
  const std::uint32_t outside = four_of(kAboveOutside);
  const std::uint32_t right = block % 4 == 3 ? load_four(above_right.data())
                              : y > 0        ? load_four(luma.at(x + 4, y - 1))
                                             : outside;
  return joined(left, corner, y > 0 ? load_four(luma.at(x, y - 1)) : outside, right);
}

void predict_subblock(const SubblockEdge& edge, SubblockMode mode, std::uint8_t* to, std::ptrdiff_t stride) {
  const FourRows rows = predicted_rows(EdgeLine(edge), mode);
  for (int y = 0; y < 4; ++y) std::memcpy(to + y * stride, &rows.row[y], 4);
}

}  // namespace skirret::codec
