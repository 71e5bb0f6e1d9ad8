#include "codec/encoder/golden_policy.hh"

#include <gtest/gtest.h>

#include "tests/codec/encoder/coded_call.hh"
#include "tests/codec/encoder/staged_scene.hh"
#include "tests/support/random.hh"

namespace skirret::test {
namespace {

constexpr codec::Dimensions kSize{256, 192};

TEST(GoldenPolicy, RefreshesByAge) {
  const Texture wall(seed_or(70)), face(seed_or(70) + 1);
  const codec::Picture picture = staged_picture(kSize, wall, face, {128, 96}, 40);
  CodedCall call(40, {3});
  for (int frame = 0; frame < 60; ++frame) {
    const codec::FrameHeader header = call.next(picture).candidate.header;
    if (header.key_frame) continue;
    EXPECT_EQ(header.references.refresh_golden, frame == 25 || frame == 50) << frame;
    EXPECT_EQ(header.references.copy_to_altref, header.references.refresh_golden ? 2 : 0) << frame;
  }
}

// Somebody leans to the left for longer than golden and the golden before it last, then sits up: the wall
// behind comes back. How many bytes that takes, from the frame in which the head moves on.
std::size_t bytes_uncovering(const codec::GoldenPolicy& policy, bool older_references) {
  const Texture wall(seed_or(71), 80, 80), face(seed_or(71) + 1);
  CodedCall call(40, {3}, policy);
  std::size_t bytes = 0;
  for (int frame = 0; frame < 110; ++frame) {
    const int left = frame < 5 ? frame * 24 : frame < 100 ? 120 : frame < 105 ? (105 - frame) * 24 : 0;
    const auto coded =
        call.next(staged_picture(kSize, wall, face, {190 - left, 96}, 44),
                  [&](codec::FramePlan& plan) { plan.use_golden = plan.use_altref = older_references; });
    if (frame >= 100) bytes += coded.candidate.bytes.size();
  }
  return bytes;
}

TEST(GoldenPolicy, UncoveredBackgroundIsRemembered) {
  const std::size_t kept = bytes_uncovering({}, true);
  const std::size_t by_age = bytes_uncovering({.keep_covered = false}, true);
  const std::size_t without = bytes_uncovering({}, false);
  RecordProperty("kept", static_cast<int>(kept));
  RecordProperty("by_age", static_cast<int>(by_age));
  RecordProperty("without", static_cast<int>(without));
  EXPECT_LT(kept * 10, by_age * 8);
  EXPECT_LT(kept * 10, without * 8);
}

// From any state that was saved, with what is known beside it: the plan, and so the frame, is the same.
TEST(GoldenPolicy, ASavedStatePlansAlike) {
  const Texture wall(seed_or(72)), face(seed_or(72) + 1);
  CodedCall call(40, {3});
  for (int frame = 0; frame < 55; ++frame) {
    const codec::Picture next = staged_picture(kSize, wall, face, {60 + 2 * frame, 96}, 40);
    if (frame > 0) {
      const auto loaded = codec::load(codec::save(call.state()));
      ASSERT_TRUE(loaded.has_value());
      const auto plan = codec::plan_interframe({}, call.state(), call.hints(), next);
      const auto again = codec::plan_interframe({}, *loaded, call.hints(), next);
      EXPECT_EQ(again.refresh_golden, plan.refresh_golden);
      EXPECT_EQ(again.copy_to_altref, plan.copy_to_altref);
    }
    call.next(next);
  }
}

}  // namespace
}  // namespace skirret::test
