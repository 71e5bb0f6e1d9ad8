#include "codec/encoder/rebased_quality.hh"

#include <algorithm>

#include <gtest/gtest.h>

#include "codec/encoder/rebase.hh"
#include "codec/quality/quality.hh"
#include "tests/codec/encoder/random_scenes.hh"

namespace skirret::test {
namespace {

using codec::ActivityMask;
using codec::FramePlan;
using codec::Picture;
using codec::State;

Picture with_noise(Random& random, const Picture& picture, int most) {
  codec::MutablePicture noisy(picture.dimensions());
  for (const auto name : {codec::PlaneName::kY, codec::PlaneName::kU, codec::PlaneName::kV}) {
    const codec::PlaneView from = picture.plane(name);
    const codec::MutablePlaneView to = noisy.plane(name);
    for (int y = 0; y < to.height; ++y)
      for (int x = 0; x < to.width; ++x)
        *to.at(x, y) =
            static_cast<std::uint8_t>(std::clamp(*from.at(x, y) + random.between(-most, most), 0, 255));
  }
  return Picture(std::move(noisy));
}

// A key frame and an interframe of one scene; the second picture.
struct Coded {
  State before;
  codec::Candidate frame;
  Picture target, previous;
};

Coded coded_pair(Random& random, codec::Quantizer quantizer) {
  RandomScene scene(random, {160, 96});
  Coded coded;
  coded.previous = scene.picture(random);
  coded.target = scene.picture(random);
  FramePlan key;
  key.kind = codec::FrameKind::kKey;
  const auto code = [&](const Picture& picture, const FramePlan& plan) {
    const auto analysis = codec::analyse(coded.before, picture, plan, {quantizer, quantizer}, {}, {4});
    return codec::code(coded.before, picture, analysis, quantizer);
  };
  coded.before = codec::finish(coded.before, code(coded.previous, key));
  coded.frame = code(coded.target, FramePlan{});
  return coded;
}

TEST(StructuralLoss, GrowsAsSsimFalls) {
  Random random(seed_or(45));
  const Picture picture = RandomScene(random, {160, 96}).picture(random);
  const ActivityMask mask(picture);
  EXPECT_EQ(codec::structural_loss(picture, picture, mask), 0u);
  std::uint64_t last = 0;
  double last_ssim = 1;
  for (const int noise : {2, 5, 12, 30}) {
    const Picture noisy = with_noise(random, picture, noise);
    const std::uint64_t loss = codec::structural_loss(noisy, picture, mask);
    const double ssim = codec::measure_luma(noisy, picture).ssim[0];
    EXPECT_GT(loss, last);
    EXPECT_LT(ssim, last_ssim);
    last = loss;
    last_ssim = ssim;
  }
}

TEST(QuantizerForLoss, MovesTowardsWhatIsWanted) {
  EXPECT_EQ(codec::quantizer_for_loss(60, 100'000, 100'000), 60);
  EXPECT_EQ(codec::quantizer_for_loss(60, 101'000, 100'000), 60) << "near enough";
  EXPECT_LT(codec::quantizer_for_loss(60, 150'000, 100'000), 60);
  EXPECT_GT(codec::quantizer_for_loss(60, 100'000, 150'000), 60);
  EXPECT_GE(codec::quantizer_for_loss(60, 100'000'000, 1), 50) << "some steps at most";
  EXPECT_EQ(codec::quantizer_for_loss(0, 100'000, 1), 0);
  EXPECT_EQ(codec::quantizer_for_loss(127, 1, 100'000), 127);
}

// The state that the frame is put onto is much worse than its own.
TEST(RebasedQuality, ComesNearerToWhatTheFrameWas) {
  int moved = 0;
  for (std::uint64_t seed = seed_or(46), end = seed + 8; seed < end; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Coded coded = coded_pair(random, 20);
    const State own_next = codec::finish(coded.before, coded.frame);
    State worse = coded.before;
    worse.last = worse.golden = worse.altref = with_noise(random, worse.last, 24);
    const auto parsed = codec::parse(coded.before, coded.frame.bytes);
    ASSERT_TRUE(parsed.has_value());
    codec::RebaseOptions options;
    options.own = &coded.before;
    const auto loss_of = [&] {
      const auto candidate = codec::rebase(worse, coded.target, *parsed, options);
      return codec::structural_loss(codec::finish(worse, *candidate).last, coded.target,
                                    ActivityMask(coded.target));
    };
    const auto wanted = codec::structural_loss(own_next.last, coded.target, ActivityMask(coded.target));
    const auto without = loss_of();
    options.as_good_as = &own_next.last;
    const auto held = loss_of();
    const auto off = [&](std::uint64_t loss) { return loss > wanted ? loss - wanted : wanted - loss; };
    if (off(without) > wanted / 8) {
      EXPECT_LT(off(held), off(without)) << held << " without " << without << " wanted " << wanted;
      ++moved;
    }
    options.quantizer = 20;
    EXPECT_EQ(loss_of(), without) << "a quantizer that is asked for stays";
  }
  EXPECT_GE(moved, 2);
}

// A filter that served where the frame was coded need not serve where it goes.
TEST(RebasedFilter, IsFoundByTrial) {
  Random random(seed_or(47));
  const Coded coded = coded_pair(random, 12);
  auto parsed = codec::parse(coded.before, coded.frame.bytes);
  ASSERT_TRUE(parsed.has_value());
  parsed->header.filter.level = 63;
  const auto error = [&](const codec::RebaseOptions& options) {
    const auto candidate = codec::rebase(coded.before, coded.target, *parsed, options);
    return codec::measure_luma(codec::finish(coded.before, *candidate).last, coded.target).squared_error[0];
  };
  codec::RebaseOptions plain, helpful;
  plain.improve = false;
  EXPECT_LT(error(helpful), error(plain) / 2);
}

}  // namespace
}  // namespace skirret::test
