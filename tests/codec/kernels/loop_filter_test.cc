#include "codec/kernels/loop_filter.hh"

#include <vector>

#include <gtest/gtest.h>

#include "codec/kernels/reconstruction_kernels.hh"
#include "tests/support/random.hh"

namespace skirret::test {
namespace {

using namespace codec;

// Left half `a`, right half `b`, the step at x = 16.
MutablePicture step_picture(std::uint8_t a, std::uint8_t b) {
  MutablePicture picture({32, 16});
  picture.fill(a, a, a);
  for (const PlaneName name : {PlaneName::kY, PlaneName::kU, PlaneName::kV}) {
    const auto plane = picture.plane(name);
    for (int y = 0; y < plane.height; ++y)
      for (int x = plane.width / 2; x < plane.width; ++x) *plane.at(x, y) = b;
  }
  return picture;
}

std::vector<int> luma_row(const MutablePicture& picture, int from, int to) {
  std::vector<int> row;
  for (int x = from; x < to; ++x) row.push_back(*picture.plane(PlaneName::kY).at(x, 5));
  return row;
}

TEST(LoopFilter, SpreadsAStepBetweenMacroblocksBySevenths) {
  auto picture = step_picture(100, 110);
  const std::vector<MacroblockFilter> row(2, {20, false});
  filter_row(picture, 0, row, {}, true);
  // The step of 10 gives clamp(clamp(-10) + 30) = 20: moves of (63 + 20*27) >> 7 = 4, 3 and 1.
  EXPECT_EQ(luma_row(picture, 12, 20), (std::vector<int>{100, 101, 103, 104, 106, 107, 109, 110}));
}

TEST(LoopFilter, LeavesARealEdgeAlone) {
  auto picture = step_picture(40, 200);
  const std::vector<MacroblockFilter> row(2, {63, true});
  filter_row(picture, 0, row, {}, true);
  EXPECT_EQ(luma_row(picture, 14, 18), (std::vector<int>{40, 40, 200, 200}));
}

TEST(LoopFilter, LevelZeroAndFirstColumnAreUntouched) {
  auto picture = step_picture(100, 110);
  filter_row(picture, 0, std::vector<MacroblockFilter>(2), {}, true);
  EXPECT_EQ(luma_row(picture, 14, 18), (std::vector<int>{100, 100, 110, 110}));
}

TEST(LoopFilter, SimpleFilterTouchesLumaOnlyAndTwoSamplesAtMost) {
  auto picture = step_picture(100, 110);
  FilterFields fields;
  fields.simple = true;
  filter_row(picture, 0, std::vector<MacroblockFilter>(2, {20, true}), fields, false);
  EXPECT_EQ(luma_row(picture, 13, 19), (std::vector<int>{100, 100, 102, 107, 110, 110}));
  EXPECT_EQ(*picture.plane(PlaneName::kU).at(7, 3), 100);
  EXPECT_EQ(*picture.plane(PlaneName::kU).at(8, 3), 110);
}

TEST(LoopFilter, SharpnessNarrowsWhatIsFiltered) {
  // A texture of +-4 beside the edge: filtered at sharpness 0, left alone at 7 (interior limit 2).
  for (const bool sharp : {false, true}) {
    auto picture = step_picture(100, 106);
    const auto plane = picture.plane(PlaneName::kY);
    for (int y = 0; y < 16; ++y) *plane.at(14, y) = 104;
    FilterFields fields;
    fields.sharpness = sharp ? 7 : 0;
    filter_row(picture, 0, std::vector<MacroblockFilter>(2, {12, false}), fields, false);
    EXPECT_EQ(*plane.at(16, 5) == 106, sharp);
  }
}

}  // namespace
}  // namespace skirret::test
