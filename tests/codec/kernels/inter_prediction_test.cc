#include "codec/kernels/inter_prediction.hh"

#include <algorithm>
#include <array>
#include <vector>

#include <gtest/gtest.h>

#include "codec/bitstream/tables/filter_tables.hh"
#include "tests/support/random.hh"

namespace skirret::test {
namespace {

using namespace codec;

// A plane without end: its nearest edge sample stands for everything outside.
int sample(PlaneView plane, int x, int y) {
  return *plane.at(std::clamp(x, 0, plane.width - 1), std::clamp(y, 0, plane.height - 1));
}

int rounded(int sum) {
  return std::clamp((sum + 64) >> 7, 0, 255);
}

// Both passes always, one sample at a time.
int expected(PlaneView plane, int x, int y, EighthVector vector, SubpelFilter filter) {
  const int sx = x + (vector.col >> 3), sy = y + (vector.row >> 3);
  const auto fx = static_cast<std::size_t>(vector.col & 7), fy = static_cast<std::size_t>(vector.row & 7);
  if (filter == SubpelFilter::kSixtap) {
    int sum = 0;
    for (int j = 0; j < 6; ++j) {
      int across = 0;
      for (int i = 0; i < 6; ++i)
        across += tables::kSixtap[fx][static_cast<std::size_t>(i)] * sample(plane, sx + i - 2, sy + j - 2);
      sum += tables::kSixtap[fy][static_cast<std::size_t>(j)] * rounded(across);
    }
    return rounded(sum);
  }
  int sum = 0;
  for (int j = 0; j < 2; ++j) {
    int across = 0;
    for (int i = 0; i < 2; ++i)
      across += tables::kBilinear[fx][static_cast<std::size_t>(i)] * sample(plane, sx + i, sy + j);
    sum += tables::kBilinear[fy][static_cast<std::size_t>(j)] * rounded(across);
  }
  return rounded(sum);
}

TEST(InterPrediction, EqualsTheFormulaForAnyVectorAndPlace) {
  const auto seed = seed_or(35);
  SCOPED_TRACE(seed);
  Random random(seed);
  constexpr std::array<int, 3> kSizes = {4, 8, 16};
  for (int round = 0; round < 4000; ++round) {
    const int width = 16 * random.between(1, 4), height = 16 * random.between(1, 4);
    const ByteVector samples = random.bytes(static_cast<std::size_t>(width * height));
    const PlaneView plane{samples.data(), width, width, height};
    const int w = kSizes[random.below(3)], h = w == 16 ? 16 : kSizes[random.below(2)];
    const int x = 4 * random.between(0, (width - w) / 4), y = 4 * random.between(0, (height - h) / 4);
    const int reach = random.chance(1, 5) ? 32768 : random.chance(1, 2) ? 400 : 60;
    const EighthVector vector{random.between(-reach, reach), random.between(-reach, reach)};
    const auto filter = random.chance(1, 2) ? SubpelFilter::kSixtap : SubpelFilter::kBilinear;
    std::array<std::uint8_t, 16 * 20> to{};
    predict_inter(plane, x, y, w, h, vector, filter, to.data(), 20);
    for (int j = 0; j < h; ++j)
      for (int i = 0; i < w; ++i)
        ASSERT_EQ(to[static_cast<std::size_t>(20 * j + i)], expected(plane, x + i, y + j, vector, filter))
            << w << "x" << h << " at " << x << "," << y << " vector " << vector.row << "," << vector.col;
  }
}

TEST(InterPrediction, ChromaVectors) {
  const InterProfile plain = inter_profile(0), whole = inter_profile(3);
  EXPECT_EQ(whole_chroma_vector({-5, 7}, plain), (EighthVector{-5, 7}));
  EXPECT_EQ(whole_chroma_vector({-5, 7}, whole), (EighthVector{-8, 0}));
  MacroblockModes modes;
  modes.luma = LumaMode::kSplit;
  modes.vectors[0] = {1, -1};
  modes.vectors[1] = {2, -2};
  modes.vectors[4] = {3, -3};
  modes.vectors[5] = {4, -4};
  EXPECT_EQ(split_chroma_vector(modes, 0, 0, plain), (EighthVector{3, -3}));  // 10/4 away from zero
  modes.vectors[5] = {3, -3};
  EXPECT_EQ(split_chroma_vector(modes, 0, 0, plain), (EighthVector{2, -2}));  // 9/4
  EXPECT_EQ(split_chroma_vector(modes, 1, 1, plain), (EighthVector{0, 0}));
}

TEST(InterPrediction, ProfilesChooseFilters) {
  EXPECT_EQ(inter_profile(0).filter, SubpelFilter::kSixtap);
  for (const int version : {1, 2, 3}) EXPECT_EQ(inter_profile(version).filter, SubpelFilter::kBilinear);
  for (const int version : {4, 5, 6, 7}) EXPECT_EQ(inter_profile(version).filter, SubpelFilter::kSixtap);
  EXPECT_TRUE(inter_profile(3).full_pixel_chroma);
  EXPECT_FALSE(inter_profile(2).full_pixel_chroma);
}

// A split macroblock is the sum of its blocks, whatever size they are predicted in.
TEST(InterPrediction, SplitMacroblocksAreTheirBlocks) {
  const auto seed = seed_or(36);
  SCOPED_TRACE(seed);
  Random random(seed);
  MutablePicture drawn({64, 48});
  for (const PlaneName name : {PlaneName::kY, PlaneName::kU, PlaneName::kV}) {
    const auto plane = drawn.plane(name);
    for (int y = 0; y < plane.height; ++y)
      for (int x = 0; x < plane.width; ++x) *plane.at(x, y) = static_cast<std::uint8_t>(random.next());
  }
  const Picture reference(std::move(drawn));
  for (int round = 0; round < 400; ++round) {
    const int reach = random.chance(1, 2) ? 90 : 1;  // near ones often agree
    MacroblockModes modes;
    modes.reference = ReferenceFrame::kLast;
    modes.luma = LumaMode::kSplit;
    modes.split = static_cast<SplitKind>(round % 4);
    const int step = modes.split == SplitKind::kSixteenths ? 1 : 2;
    for (int by = 0; by < 4; by += step)
      for (int bx = 0; bx < 4; bx += step) {
        const MotionVector v{static_cast<std::int16_t>(random.between(-reach, reach)),
                             static_cast<std::int16_t>(random.between(0, reach))};
        for (int j = 0; j < step; ++j)
          for (int i = 0; i < step; ++i) modes.vectors[static_cast<std::size_t>(4 * (by + j) + bx + i)] = v;
      }
    const InterProfile profile = inter_profile(round % 4);
    MutablePicture to({64, 48});
    to.fill(0, 0, 0);
    predict_inter_macroblock(ReferencePlanes(reference), modes, 1, 1, profile, TargetPlanes(to));
    for (int y = 0; y < 16; ++y)
      for (int x = 0; x < 16; ++x) {
        const MotionVector v = modes.vectors[static_cast<std::size_t>(y / 4 * 4 + x / 4)];
        ASSERT_EQ(*to.plane(PlaneName::kY).at(16 + x, 16 + y),
                  expected(reference.plane(PlaneName::kY), 16 + x, 16 + y, luma_eighths(v), profile.filter));
      }
    for (int y = 0; y < 8; ++y)
      for (int x = 0; x < 8; ++x) {
        const EighthVector v = split_chroma_vector(modes, x / 4, y / 4, profile);
        ASSERT_EQ(*to.plane(PlaneName::kV).at(8 + x, 8 + y),
                  expected(reference.plane(PlaneName::kV), 8 + x, 8 + y, v, profile.filter));
      }
  }
}

}  // namespace
}  // namespace skirret::test
