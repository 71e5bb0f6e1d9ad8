#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

#include "codec/bitstream/tables/coefficient_tables.hh"
#include "codec/bitstream/tables/filter_tables.hh"
#include "codec/bitstream/tables/mode_tables.hh"
#include "codec/bitstream/tables/quantizer_tables.hh"

namespace skirret::test {
namespace {

using namespace codec::tables;

TEST(Tables, ZigzagIsAPermutation) {
  auto sorted = kZigzag;
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 0; i < sorted.size(); ++i) EXPECT_EQ(sorted[i], i);
}

TEST(Tables, InterpolationKeepsFlatAreasAndMirrors) {
  for (std::size_t phase = 0; phase < 8; ++phase) {
    EXPECT_EQ(std::accumulate(kSixtap[phase].begin(), kSixtap[phase].end(), 0), 128);
    EXPECT_EQ(kBilinear[phase][0] + kBilinear[phase][1], 128);
    if (phase == 0) continue;
    auto mirrored = kSixtap[8 - phase];
    std::reverse(mirrored.begin(), mirrored.end());
    EXPECT_EQ(mirrored, kSixtap[phase]);
  }
}

TEST(Tables, QuantizerStepsGrow) {
  EXPECT_TRUE(std::is_sorted(kDcSteps.begin(), kDcSteps.end()));
  EXPECT_TRUE(std::is_sorted(kAcSteps.begin(), kAcSteps.end()));
  EXPECT_EQ(kDcSteps[127], 157);
  EXPECT_EQ(kAcSteps[127], 284);
}

TEST(Tables, SplitPartsBeginWhereTheLayoutSays) {
  for (std::size_t kind = 0; kind < 4; ++kind) {
    for (std::size_t part = 0; part < kSplitParts[kind]; ++part) {
      const auto& layout = kSplitLayout[kind];
      const auto first = std::find(layout.begin(), layout.end(), part);
      ASSERT_NE(first, layout.end());
      EXPECT_EQ(first - layout.begin(), kSplitFirst[kind][part]);
    }
  }
}

TEST(Tables, NoProbabilityIsZero) {
  for (const auto& type : kDefaultCoefficientProbabilities)
    for (const auto& band : type)
      for (const auto& context : band)
        for (const auto p : context) EXPECT_GT(p, 0);
  for (const auto& above : kKeySubblockModeProbabilities)
    for (const auto& left : above)
      for (const auto p : left) EXPECT_GT(p, 0);
}

}  // namespace
}  // namespace skirret::test
