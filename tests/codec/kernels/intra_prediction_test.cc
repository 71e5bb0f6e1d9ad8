#include "codec/kernels/intra_prediction.hh"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/random.hh"

namespace skirret::test {
namespace {

using namespace codec;

struct Plane {
  int width, height;
  std::vector<std::uint8_t> samples;
  Plane(int w, int h, Random& random) : width(w), height(h) {
    samples = random.bytes(static_cast<std::size_t>(w * h));
  }
  MutablePlaneView view() { return {samples.data(), width, width, height}; }
  // With what stands outside: 127 above (and at the corner of the first row), else 129 to the left.
  int at(int x, int y) const {
    if (y < 0) return 127;
    if (x < 0) return 129;
    return samples[static_cast<std::size_t>(y * width + x)];
  }
};

int expected_whole(const Plane& p, int x0, int y0, int size, ChromaMode mode, int x, int y) {
  switch (mode) {
    case ChromaMode::kVertical:
      return p.at(x0 + x, y0 - 1);
    case ChromaMode::kHorizontal:
      return p.at(x0 - 1, y0 + y);
    case ChromaMode::kTrueMotion:
      return std::clamp(p.at(x0 - 1, y0 + y) + p.at(x0 + x, y0 - 1) - p.at(x0 - 1, y0 - 1), 0, 255);
    case ChromaMode::kDc:
      break;
  }
  int sum = 0, count = 0;
  for (int i = 0; i < size; ++i) {
    if (y0 > 0) sum += p.at(x0 + i, y0 - 1), ++count;
    if (x0 > 0) sum += p.at(x0 - 1, y0 + i), ++count;
  }
  return count == 0 ? 128 : (sum + count / 2) / count;
}

TEST(IntraPrediction, WholeBlocksEverywhereInThePicture) {
  Random random(seed_or(33));
  for (const int size : {16, 8}) {
    for (int corner = 0; corner < 4; ++corner) {
      for (int m = 0; m < 4; ++m) {
        Plane plane(3 * size, 3 * size, random);
        const Plane before = plane;
        const int x0 = (corner & 1) * size, y0 = (corner >> 1) * size;
        const auto mode = static_cast<ChromaMode>(m);
        std::vector<std::uint8_t> apart(static_cast<std::size_t>(size * size));
        if (size == 16) {
          predict_luma_into(plane.view(), x0, y0, static_cast<LumaMode>(m), apart.data(), size);
          predict_luma(plane.view(), x0, y0, static_cast<LumaMode>(m));
        } else {
          predict_chroma_into(plane.view(), x0, y0, mode, apart.data(), size);
          predict_chroma(plane.view(), x0, y0, mode);
        }
        for (int y = 0; y < size; ++y)
          for (int x = 0; x < size; ++x) {
            const int expected = expected_whole(before, x0, y0, size, mode, x, y);
            ASSERT_EQ(plane.at(x0 + x, y0 + y), expected) << size << " " << corner << " mode " << m;
            ASSERT_EQ(apart[static_cast<std::size_t>(y * size + x)], expected);
          }
      }
    }
  }
}

// The line around a subblock, by the format's rules, from scratch.
SubblockEdge expected_edge(const Plane& p, int mb_x, int mb_y, int block) {
  const int x = mb_x + block % 4 * 4, y = mb_y + block / 4 * 4;
  std::array<std::uint8_t, 13> edge;
  for (int i = 0; i < 4; ++i)
    edge[static_cast<std::size_t>(3 - i)] = static_cast<std::uint8_t>(p.at(x - 1, y + i));
  edge[4] = static_cast<std::uint8_t>(p.at(x - 1, y - 1));
  for (int i = 0; i < 8; ++i) {
    int sx = x + i, sy = y - 1;
    if (block % 4 == 3 && i >= 4) sy = mb_y - 1;  // the row above the macroblock serves all its rows
    if (sx >= p.width) sx = p.width - 1;
    edge[static_cast<std::size_t>(5 + i)] = static_cast<std::uint8_t>(p.at(sx, sy));
  }
  return edge_of(edge);
}

TEST(IntraPrediction, SubblockEdgesFollowTheFormatsRules) {
  Random random(seed_or(34));
  Plane plane(48, 48, random);
  for (int mb_y = 0; mb_y < 48; mb_y += 16)
    for (int mb_x = 0; mb_x < 48; mb_x += 16)
      for (int block = 0; block < 16; ++block)
        ASSERT_EQ(
            subblock_edge(plane.view(), mb_x, mb_y, block, macroblock_above_right(plane.view(), mb_x, mb_y)),
            expected_edge(plane, mb_x, mb_y, block))
            << mb_x << " " << mb_y << " " << block;
}

std::array<std::uint8_t, 16> predicted(const SubblockEdge& edge, SubblockMode mode) {
  std::array<std::uint8_t, 16> block{};
  predict_subblock(edge, mode, block.data(), 4);
  return block;
}

TEST(IntraPrediction, SubblockModesOnARampRunAlongTheirDirection) {
  // On an edge that rises evenly from bottom left to above right, each direction's samples are known.
  std::array<std::uint8_t, 13> ramp;
  for (std::size_t i = 0; i < ramp.size(); ++i) ramp[i] = static_cast<std::uint8_t>(40 + 10 * i);
  const auto e = [](int i) { return 80 + 10 * i; };  // by distance from the corner
  const auto vertical = predicted(edge_of(ramp), SubblockMode::kVertical);
  const auto horizontal = predicted(edge_of(ramp), SubblockMode::kHorizontal);
  const auto right_down = predicted(edge_of(ramp), SubblockMode::kRightDown);
  const auto left_down = predicted(edge_of(ramp), SubblockMode::kLeftDown);
  const auto motion = predicted(edge_of(ramp), SubblockMode::kTrueMotion);
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 4; ++x) {
      const auto at = static_cast<std::size_t>(4 * y + x);
      EXPECT_EQ(vertical[at], e(x + 1));
      EXPECT_EQ(right_down[at], e(x - y));
      EXPECT_EQ(motion[at], e(x + 1) + e(-1 - y) - e(0));
      if (y < 3) {
        EXPECT_EQ(horizontal[at], e(-1 - y));
      }
      if (x + y < 6) {
        EXPECT_EQ(left_down[at], e(x + y + 2));
      }
    }
  }
  EXPECT_EQ(predicted(edge_of(ramp), SubblockMode::kVerticalRight)[0], e(0) + 5);
  EXPECT_EQ(predicted(edge_of(ramp), SubblockMode::kVerticalLeft)[0], e(1) + 5);
  EXPECT_EQ(predicted(edge_of(ramp), SubblockMode::kHorizontalDown)[0], e(-1) + 5);
  EXPECT_EQ(predicted(edge_of(ramp), SubblockMode::kHorizontalUp)[0], e(-2) + 5);
  EXPECT_EQ(predicted(edge_of(ramp), SubblockMode::kHorizontalUp)[15], e(-4));
}

TEST(IntraPrediction, EveryModeKeepsAFlatAreaFlat) {
  std::array<std::uint8_t, 13> flat;
  flat.fill(77);
  for (int mode = 0; mode < kSubblockModeCount; ++mode)
    for (const auto sample : predicted(edge_of(flat), static_cast<SubblockMode>(mode)))
      EXPECT_EQ(sample, 77) << mode;
}

}  // namespace
}  // namespace skirret::test
