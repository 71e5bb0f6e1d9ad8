#include <gtest/gtest.h>

#include "codec/encoder/coarse_motion.hh"
#include "codec/encoder/encoder.hh"
#include "codec/encoder/filter_level.hh"
#include "codec/quality/quality.hh"
#include "tests/codec/encoder/random_scenes.hh"

namespace skirret::test {
namespace {

using codec::PlaneName;

// Squares of 32 samples in random greys (the search walks downhill: structure finer than its steps misleads
// it), seen through a window that begins at (x, y).
codec::Picture window(const std::vector<std::uint8_t>& greys, int squares, codec::Dimensions size, int x,
                      int y) {
  codec::MutablePicture picture(size);
  picture.fill(0, 128, 128);
  const codec::MutablePlaneView luma = picture.plane(PlaneName::kY);
  for (int row = 0; row < luma.height; ++row)
    for (int col = 0; col < luma.width; ++col)
      *luma.at(col, row) = greys[static_cast<std::size_t>((row + y) / 32 * squares + (col + x) / 32)];
  return codec::Picture(std::move(picture));
}

TEST(CoarseMotion, FindsWhereTheCameraTurned) {
  Random random(seed_or(50));
  constexpr int kSquares = 60;
  std::vector<std::uint8_t> greys(kSquares * kSquares);
  for (std::uint8_t& grey : greys) grey = static_cast<std::uint8_t>(random.between(0, 255));
  const codec::Dimensions size{256, 192};
  for (int i = 0; i < 20; ++i) {
    const int right = random.between(-5, 5) * 4, down = random.between(-5, 5) * 4;
    const codec::CoarseMotion motion(window(greys, kSquares, size, 80, 80),
                                     window(greys, kSquares, size, 80 + right, 80 + down));
    EXPECT_EQ(motion.global().col, right * 4);
    EXPECT_EQ(motion.global().row, down * 4);
  }
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
