#include <algorithm>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "codec/encoder/encoder.hh"
#include "codec/encoder/frame_writer.hh"
#include "codec/encoder/intra_coder.hh"
#include "codec/syntax/near_vectors.hh"
#include "tests/support/data.hh"
#include "tools/bench/codec/budget_accuracy.hh"

namespace skirret::bench {
namespace {

constexpr codec::Dimensions k720p{1280, 720};

codec::FramePlan key_plan() {
  codec::FramePlan plan;
  plan.kind = codec::FrameKind::kKey;
  plan.refresh_golden = plan.refresh_altref = true;
  return plan;
}

std::size_t smallest_key_frame(codec::Dimensions dimensions) {
  const codec::Picture grey = codec::Picture::solid(dimensions, 128, 128, 128);
  const auto analysis = codec::analyse({}, grey, key_plan(), {127, 127}, {}, {0});
  return codec::code_within({}, grey, analysis, 0).bytes.size();
}

// A key frame of one mode throughout, nothing else coded.
std::size_t uniform_key_frame(codec::LumaMode luma, codec::ChromaMode chroma, codec::SubblockMode subblock) {
  codec::FrameHeader header;
  header.key_frame = true;
  header.key = codec::KeyFrameFields{.dimensions = k720p};
  header.skip_probability = codec::Probability{1};
  const auto count = static_cast<std::size_t>(k720p.mb_count());
  codec::MacroblockModes modes;
  modes.skip_coefficients = true;
  modes.luma = luma;
  modes.chroma = chroma;
  modes.subblock_modes.fill(luma == codec::LumaMode::kSubblocks ? subblock
                                                                : codec::implied_subblock_mode(luma));
  codec::CodedFrame frame;
  frame.modes.assign(count, modes);
  frame.level_index.assign(count, codec::CodedFrame::kNone);
  return codec::write_frame(header, k720p, codec::Probabilities::defaults(), frame).size();
}

// A key frame's modes are priced by constants of the format (RFC 6386 section 11.5): no choice of them brings
// 3,600 macroblocks below 1,000 bytes.
TEST(Budget, No720pKeyFrameFitsIn1000Bytes) {
  const codec::IntraModeCosts costs(true, codec::Probabilities::defaults());
  codec::Cost luma = std::numeric_limits<codec::Cost>::max(), subblock = luma, chroma = luma;
  for (int mode = 0; mode < 4; ++mode) {
    luma = std::min(luma, costs.luma(static_cast<codec::LumaMode>(mode)));
    chroma = std::min(chroma, costs.chroma(static_cast<codec::ChromaMode>(mode)));
  }
  for (int above = 0; above < codec::kSubblockModeCount; ++above)
    for (int left = 0; left < codec::kSubblockModeCount; ++left)
      for (int mode = 0; mode < codec::kSubblockModeCount; ++mode)
        subblock = std::min(subblock, costs.subblock(static_cast<codec::SubblockMode>(above),
                                                     static_cast<codec::SubblockMode>(left),
                                                     static_cast<codec::SubblockMode>(mode)));
  luma = std::min(luma, costs.luma(codec::LumaMode::kSubblocks) + 16 * subblock);
  const std::size_t least = std::size_t{luma + chroma} * 3600 / codec::kOneBit / 8;
  EXPECT_GT(least * 95 / 100, 1000u) << "with room for the coder's rounding";
  EXPECT_LE(smallest_key_frame(k720p), least + least / 50) << "the smallest form is within 2 % of it";
  RecordProperty("bytes", static_cast<int>(smallest_key_frame(k720p)));
}

TEST(Budget, TheSmallestKeyFrameHasTheCheapestModes) {
  const std::size_t smallest = smallest_key_frame(k720p);
  for (int luma = 0; luma < 5; ++luma)
    for (int chroma = 0; chroma < 4; ++chroma)
      for (int subblock = 0; subblock < (luma == 4 ? codec::kSubblockModeCount : 1); ++subblock)
        EXPECT_LE(smallest, uniform_key_frame(static_cast<codec::LumaMode>(luma),
                                              static_cast<codec::ChromaMode>(chroma),
                                              static_cast<codec::SubblockMode>(subblock)))
            << luma << " " << chroma << " " << subblock;
}

void expect_held(const Clip& clip, const std::vector<std::size_t>& limits) {
  for (const std::size_t limit : limits) {
    SCOPED_TRACE(testing::Message() << clip.name << ", " << limit << " bytes");
    const auto accuracy = measure_budget(clip, 1, limit);
    ASSERT_TRUE(accuracy.has_value()) << accuracy.error().message;
    EXPECT_EQ(accuracy->broken, 0u);
    EXPECT_EQ(accuracy->above, limit < smallest_key_frame(clip.info.dimensions) ? 1u : 0u);
    EXPECT_GE(accuracy->median_fill, 0.95);
    EXPECT_GE(accuracy->low_fill, 0.85);
  }
}

TEST(Budget, HoldsEveryFrameAndFillsIt) {
  const auto clip = load_clip("lavfi:testsrc2=size=176x144:rate=30:duration=1", 12);
  ASSERT_TRUE(clip.has_value()) << clip.error().message;
  expect_held(*clip, {300, 900, 2500});
}

TEST(Budget, Holds720p) {
  SKIRRET_DATA_FILE(path, "clips/talk-plants_1280x720_30.mkv");
  const auto clip = load_clip(path.string(), 4);
  ASSERT_TRUE(clip.has_value()) << clip.error().message;
  expect_held(*clip, {1000, 2500, 10'000});
}

}  // namespace
}  // namespace skirret::bench
