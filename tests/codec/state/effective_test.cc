#include "codec/state/effective.hh"

#include <gtest/gtest.h>

#include "tests/codec/state/random_state.hh"

namespace skirret::test {
namespace {

using namespace codec;

FrameHeader interframe() {
  FrameHeader header;
  header.references.refresh_golden = header.references.refresh_altref = false;
  return header;
}

FrameHeader key_frame(Dimensions dimensions) {
  FrameHeader header;
  header.key_frame = true;
  header.key.emplace().dimensions = dimensions;
  return header;
}

struct Scene {
  Random random{seed_or(47)};
  State state = random_state(random, {32, 32});
  Picture fresh = random_picture(random, {32, 32});
  Scene() {
    state.golden = random_picture(random, {32, 32});
    state.altref = random_picture(random, {32, 32});
  }
  State after(const FrameHeader& header) const {
    return advance(state, header, state.probabilities, kept_segment_map(state, header), fresh);
  }
};

TEST(Advance, CopiesAltrefFirstThenGoldenThenRefreshes) {
  const Scene scene;
  FrameHeader header = interframe();
  header.references.copy_to_altref = 2;
  header.references.copy_to_golden = 2;
  State next = scene.after(header);
  EXPECT_EQ(next.altref, scene.state.golden);
  EXPECT_EQ(next.golden, scene.state.golden);  // altref held golden already
  EXPECT_EQ(next.last, scene.fresh);

  header.references.copy_to_altref = 1;
  header.references.copy_to_golden = 1;
  next = scene.after(header);
  EXPECT_EQ(next.altref, scene.state.last);  // the last picture before this frame
  EXPECT_EQ(next.golden, scene.state.last);

  header.references.copy_to_altref = header.references.copy_to_golden = 3;  // reserved: nothing
  header.references.refresh_last = false;
  next = scene.after(header);
  EXPECT_EQ(next.last, scene.state.last);
  EXPECT_EQ(next.golden, scene.state.golden);
  EXPECT_EQ(next.altref, scene.state.altref);
}

TEST(Advance, AKeyFrameReplacesAllPicturesAndResetsWhatTheFormatResets) {
  const Scene scene;
  const State next = scene.after(key_frame({32, 32}));
  EXPECT_EQ(next.last, scene.fresh);
  EXPECT_EQ(next.golden, scene.fresh);
  EXPECT_EQ(next.altref, scene.fresh);
  EXPECT_EQ(next.segmentation, SegmentationState{});
  EXPECT_EQ(next.filter_deltas, FilterDeltaState{});
  EXPECT_EQ(next.segment_map, nullptr);
}

TEST(Advance, ProbabilitiesAreKeptOrRestored) {
  const Scene scene;
  Probabilities changed = scene.state.probabilities;
  changed.luma_modes[0] ^= 1;
  FrameHeader header = interframe();
  EXPECT_EQ(advance(scene.state, header, changed, nullptr, scene.fresh).probabilities, changed);
  header.refresh_entropy = false;
  EXPECT_EQ(advance(scene.state, header, changed, nullptr, scene.fresh).probabilities,
            scene.state.probabilities);
  FrameHeader key = key_frame({32, 32});
  key.refresh_entropy = false;
  EXPECT_EQ(advance(scene.state, key, changed, nullptr, scene.fresh).probabilities,
            Probabilities::defaults());
}

TEST(Effective, SegmentUpdatesSetUnsentEntriesToZero) {
  const Scene scene;
  FrameHeader header = interframe();
  EXPECT_EQ(effective_segmentation(scene.state, header), scene.state.segmentation);
  header.segmentation.enabled = true;
  auto& data = header.segmentation.update_data.emplace();
  data.absolute = true;
  data.quantizer[2] = -100;
  data.filter_level[0] = 63;
  const SegmentationState result = effective_segmentation(scene.state, header);
  EXPECT_EQ(result, (SegmentationState{true, {0, 0, -100, 0}, {63, 0, 0, 0}}));
}

TEST(Effective, FilterDeltasKeepWhatIsNotSent) {
  const Scene scene;
  FrameHeader header = interframe();
  header.filter.deltas.enabled = header.filter.deltas.update = true;
  header.filter.deltas.reference[1] = -7;
  header.filter.deltas.mode[3] = 9;
  const FilterDeltaState result = effective_filter_deltas(scene.state, header);
  FilterDeltaState expected = scene.state.filter_deltas;
  expected.reference[1] = -7;
  expected.mode[3] = 9;
  EXPECT_EQ(result, expected);
}

TEST(Effective, QuantizersAreClamped) {
  FrameHeader header = interframe();
  header.quantizer.y_ac = 100;
  const SegmentationState relative{false, {50, -120, 0, 5}, {}};
  EXPECT_EQ(effective_quantizer(header, relative, 0), 100);  // segmentation is off
  header.segmentation.enabled = true;
  EXPECT_EQ(effective_quantizer(header, relative, 0), 127);
  EXPECT_EQ(effective_quantizer(header, relative, 1), 0);
  EXPECT_EQ(effective_quantizer(header, relative, 3), 105);
  const SegmentationState absolute{true, {50, -120, 0, 5}, {}};
  EXPECT_EQ(effective_quantizer(header, absolute, 0), 50);
  EXPECT_EQ(effective_quantizer(header, absolute, 1), 0);
}

TEST(Effective, FilterLevels) {
  FrameHeader header = interframe();
  header.filter.level = 30;
  header.filter.deltas.enabled = true;
  const FilterDeltaState deltas{{10, -5, 0, 40}, {7, -30, 3, 1}};
  const FilterLevels levels(header, {}, deltas);
  MacroblockModes modes;
  EXPECT_EQ(levels.of(modes), 40);  // intra: its reference delta only
  modes.luma = LumaMode::kSubblocks;
  EXPECT_EQ(levels.of(modes), 47);
  modes.reference = ReferenceFrame::kLast;
  modes.luma = LumaMode::kZero;
  EXPECT_EQ(levels.of(modes), 0);  // 30 - 5 - 30, clamped
  modes.luma = LumaMode::kNew;
  EXPECT_EQ(levels.of(modes), 28);
  modes.reference = ReferenceFrame::kAltref;
  modes.luma = LumaMode::kSplit;
  EXPECT_EQ(levels.of(modes), 63);

  header.filter.level = 0;  // off for the whole frame, whatever deltas say
  EXPECT_EQ(FilterLevels(header, {}, deltas).of(modes), 0);
  header.filter.level = 30;
  header.filter.deltas.enabled = false;
  header.segmentation.enabled = true;
  const SegmentationState segmentation{false, {}, {0, 20, -40, 0}};
  modes.segment = 1;
  EXPECT_EQ(FilterLevels(header, segmentation, deltas).of(modes), 50);
  modes.segment = 2;
  EXPECT_EQ(FilterLevels(header, segmentation, deltas).of(modes), 0);
}

}  // namespace
}  // namespace skirret::test
