#include <gtest/gtest.h>

#include "codec/encoder/coarse_motion.hh"
#include "codec/encoder/encoder.hh"
#include "codec/encoder/filter_level.hh"
#include "codec/quality/quality.hh"
#include "tests/codec/encoder/coded_call.hh"
#include "tests/codec/encoder/random_scenes.hh"
#include "tests/codec/encoder/staged_scene.hh"

namespace skirret::test {
namespace {

using codec::PlaneName;

// However fine the texture, and whatever the direction.
TEST(CoarseMotion, FindsWhereTheCameraTurned) {
  Random random(seed_or(50));
  const codec::Dimensions size{256, 192};
  for (std::uint64_t i = 0; i < 12; ++i) {
    const Texture wall(seed_or(50) + i, static_cast<int>(i % 3) * 30, 60);
    const int right = random.between(-14, 14) * 4, down = random.between(-14, 14) * 4;
    const codec::CoarseMotion motion(panned_picture(size, wall, {80, 80}),
                                     panned_picture(size, wall, {80 + right, 80 + down}));
    EXPECT_EQ(motion.global().col, right * 4);
    EXPECT_EQ(motion.global().row, down * 4);
  }
}

// A camera that turns by 40 samples a frame, and each time the other way after a while: neither the vectors
// of neighbours nor those of the frame before help where it begins.
std::size_t bytes_of_pans(int effort) {
  const Texture wall(seed_or(52), 60, 60);
  CodedCall call(50, {effort});
  std::size_t bytes = 0;
  int x = 0;
  for (int frame = 0; frame < 13; ++frame) {
    const int pace = frame % 12 < 3 ? 0 : frame % 6 < 3 ? 40 : -40;
    x += pace;
    const auto coded = call.next(panned_picture({320, 192}, wall, {x, 0}));
    if (frame > 0) bytes += coded.candidate.bytes.size();
  }
  return bytes;
}

TEST(CoarseMotion, PaysWhereTheCameraTurnsFast) {
  const std::size_t with = bytes_of_pans(3), without = bytes_of_pans(2);
  RecordProperty("with", static_cast<int>(with));
  RecordProperty("without", static_cast<int>(without));
  EXPECT_LT(with * 2, without);
}

TEST(FilterSearch, ComesNearerTheTargetThanTheQuantizersLevel) {
  const std::uint64_t seed = seed_or(51);
  std::uint64_t searched = 0, by_quantizer = 0;
  int different = 0;
  for (std::uint64_t i = 0; i < 30; ++i) {
    Random random(seed * 1000003 + i);
    RandomScene scene(random, {160, 128});
    const codec::Picture target = scene.picture(random);
    codec::FramePlan plan;
    plan.kind = codec::FrameKind::kKey;
    const int quantizer = random.between(20, 120);
    const auto analysis = codec::analyse({}, target, plan, {quantizer, quantizer}, {}, codec::Effort{4});
    codec::Candidate candidate = codec::code({}, target, analysis, quantizer);
    const auto error = [&] {
      return codec::squared_error(target.plane(PlaneName::kY),
                                  codec::finish({}, candidate).last.plane(PlaneName::kY));
    };
    searched += error();
    const codec::FilterFields plain = codec::filter_fields(quantizer, {});
    different += candidate.header.filter.level != plain.level;
    candidate.header.filter = plain;
    by_quantizer += error();
  }
  EXPECT_GT(different, 0);
  EXPECT_LT(searched, by_quantizer);
}

}  // namespace
}  // namespace skirret::test
