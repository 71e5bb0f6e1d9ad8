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

constexpr std::uint8_t average(int a, int b) {
  return static_cast<std::uint8_t>((a + b + 1) >> 1);
}
constexpr std::uint8_t average(int a, int b, int c) {
  return static_cast<std::uint8_t>((a + 2 * b + c + 2) >> 2);
}

// Addresses of a 4x4 block's samples.
struct Block4 {
  std::uint8_t* to;
  std::ptrdiff_t stride;
  std::uint8_t& operator()(int x, int y) const { return to[y * stride + x]; }
};

// Diagonal modes read along the edge line: e(i) is i samples right of the corner (negative: down the left).
struct EdgeLine {
  const SubblockEdge& edge;
  int operator()(int i) const { return edge[static_cast<std::size_t>(4 + i)]; }
  std::uint8_t two(int i) const { return average((*this)(i), (*this)(i + 1)); }                    // i, i+1
  std::uint8_t three(int i) const { return average((*this)(i - 1), (*this)(i), (*this)(i + 1)); }  // around i
};

void predict_left_down(EdgeLine e, Block4 b) {
  for (int y = 0; y < 4; ++y)
    for (int x = 0; x < 4; ++x) b(x, y) = x + y < 6 ? e.three(x + y + 2) : average(e(7), e(8), e(8));
}

void predict_right_down(EdgeLine e, Block4 b) {
  for (int y = 0; y < 4; ++y)
    for (int x = 0; x < 4; ++x) b(x, y) = e.three(x - y);
}

void predict_vertical_right(EdgeLine e, Block4 b) {
  b(0, 3) = e.three(-2);
  b(0, 2) = e.three(-1);
  b(0, 1) = b(1, 3) = e.three(0);
  b(1, 1) = b(2, 3) = e.three(1);
  b(2, 1) = b(3, 3) = e.three(2);
  b(3, 1) = e.three(3);
  b(0, 0) = b(1, 2) = e.two(0);
  b(1, 0) = b(2, 2) = e.two(1);
  b(2, 0) = b(3, 2) = e.two(2);
  b(3, 0) = e.two(3);
}

void predict_vertical_left(EdgeLine e, Block4 b) {
  b(0, 0) = e.two(1);
  b(1, 0) = b(0, 2) = e.two(2);
  b(2, 0) = b(1, 2) = e.two(3);
  b(3, 0) = b(2, 2) = e.two(4);
  b(0, 1) = e.three(2);
  b(1, 1) = b(0, 3) = e.three(3);
  b(2, 1) = b(1, 3) = e.three(4);
  b(3, 1) = b(2, 3) = e.three(5);
  b(3, 2) = e.three(6);  // these two break the pattern in the format itself
  b(3, 3) = e.three(7);
}

void predict_horizontal_down(EdgeLine e, Block4 b) {
  b(0, 0) = b(2, 1) = e.two(-1);
  b(0, 1) = b(2, 2) = e.two(-2);
  b(0, 2) = b(2, 3) = e.two(-3);
  b(0, 3) = e.two(-4);
  b(1, 0) = b(3, 1) = e.three(0);
  b(1, 1) = b(3, 2) = e.three(-1);
  b(1, 2) = b(3, 3) = e.three(-2);
  b(1, 3) = e.three(-3);
  b(2, 0) = e.three(1);
  b(3, 0) = e.three(2);
}

void predict_horizontal_up(EdgeLine e, Block4 b) {
  b(0, 0) = e.two(-2);
  b(1, 0) = e.three(-2);
  b(2, 0) = b(0, 1) = e.two(-3);
  b(3, 0) = b(1, 1) = e.three(-3);
  b(2, 1) = b(0, 2) = e.two(-4);
  b(3, 1) = b(1, 2) = average(e(-3), e(-4), e(-4));
  b(2, 2) = b(3, 2) = b(0, 3) = b(1, 3) = b(2, 3) = b(3, 3) = static_cast<std::uint8_t>(e(-4));
}

void predict_subblock_dc(EdgeLine e, Block4 b) {
  int sum = 4;
  for (int i = 1; i <= 4; ++i) sum += e(i) + e(-i);
  fill<4>(b.to, b.stride, sum >> 3);
}

void predict_subblock_true_motion(EdgeLine e, Block4 b) {
  for (int y = 0; y < 4; ++y)
    for (int x = 0; x < 4; ++x)
      b(x, y) = static_cast<std::uint8_t>(std::clamp(e(-1 - y) + e(1 + x) - e(0), 0, 255));
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

SubblockEdge subblock_edge(PlaneView luma, int mb_x, int mb_y, int block,
                           const std::array<std::uint8_t, 4>& above_right) {
  const int x = mb_x + block % 4 * 4, y = mb_y + block / 4 * 4;
  SubblockEdge edge;
  if (x > 0) {
    for (int i = 0; i < 4; ++i) edge[static_cast<std::size_t>(3 - i)] = *luma.at(x - 1, y + i);
  } else {
    std::fill_n(edge.begin(), 4, kLeftOutside);
  }
  edge[4] = y == 0 ? kAboveOutside : x == 0 ? kLeftOutside : *luma.at(x - 1, y - 1);
  if (y > 0) {
    std::memcpy(edge.data() + 5, luma.at(x, y - 1), 4);
  } else {
    std::fill_n(edge.begin() + 5, 4, kAboveOutside);
  }
  if (block % 4 == 3) {
    std::copy(above_right.begin(), above_right.end(), edge.begin() + 9);
  } else if (y > 0) {
    std::memcpy(edge.data() + 9, luma.at(x + 4, y - 1), 4);
  } else {
    std::fill_n(edge.begin() + 9, 4, kAboveOutside);
  }
  return edge;
}

void predict_subblock(const SubblockEdge& edge, SubblockMode mode, std::uint8_t* to, std::ptrdiff_t stride) {
  const EdgeLine e{edge};
  const Block4 b{to, stride};
  switch (mode) {
    case SubblockMode::kDc:
      return predict_subblock_dc(e, b);
    case SubblockMode::kTrueMotion:
      return predict_subblock_true_motion(e, b);
    case SubblockMode::kVertical:
      for (int y = 0; y < 4; ++y)
        for (int x = 0; x < 4; ++x) b(x, y) = e.three(x + 1);
      return;
    case SubblockMode::kHorizontal:
      for (int y = 0; y < 3; ++y) std::memset(to + y * stride, e.three(-1 - y), 4);
      std::memset(to + 3 * stride, average(e(-3), e(-4), e(-4)), 4);
      return;
    case SubblockMode::kLeftDown:
      return predict_left_down(e, b);
    case SubblockMode::kRightDown:
      return predict_right_down(e, b);
    case SubblockMode::kVerticalRight:
      return predict_vertical_right(e, b);
    case SubblockMode::kVerticalLeft:
      return predict_vertical_left(e, b);
    case SubblockMode::kHorizontalDown:
      return predict_horizontal_down(e, b);
    case SubblockMode::kHorizontalUp:
      return predict_horizontal_up(e, b);
  }
}

}  // namespace skirret::codec
