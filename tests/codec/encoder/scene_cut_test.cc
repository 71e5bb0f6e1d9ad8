#include "codec/encoder/scene_cut.hh"

#include <cmath>

#include <gtest/gtest.h>

#include "tests/codec/encoder/coded_call.hh"
#include "tests/codec/encoder/staged_scene.hh"
#include "tests/support/random.hh"

namespace skirret::test {
namespace {

constexpr codec::Dimensions kSize{320, 240};

TEST(SceneCut, IsNoMotionAndNoTurnOfTheCamera) {
  const std::uint64_t seed = seed_or(80);
  for (std::uint64_t i = 0; i < 8; ++i) {
    const Texture wall(seed + 10 * i), face(seed + 10 * i + 1), other(seed + 10 * i + 2);
    const codec::Picture one = staged_picture(kSize, wall, face, {150, 120}, 60);
    EXPECT_FALSE(codec::is_scene_cut(one, one));
    EXPECT_FALSE(codec::is_scene_cut(one, staged_picture(kSize, wall, face, {190, 110}, 60)));
    EXPECT_FALSE(
        codec::is_scene_cut(panned_picture(kSize, wall, {0, 0}), panned_picture(kSize, wall, {40, 8})));
    EXPECT_TRUE(codec::is_scene_cut(one, staged_picture(kSize, other, face, {150, 120}, 60)));
  }
}

TEST(SceneCut, IsNotWhatIsNoiseInEachFrame) {
  Random random(seed_or(81));
  for (const int amplitude : {20, 60, 128}) {
    const auto noisy = [&] {
      codec::MutablePicture made(kSize);
      made.fill(0, 128, 128);
      const codec::MutablePlaneView luma = made.plane(codec::PlaneName::kY);
      for (int y = 0; y < luma.height; ++y)
        for (int x = 0; x < luma.width; ++x)
          *luma.at(x, y) = static_cast<std::uint8_t>(128 + random.between(-amplitude, amplitude - 1));
      return codec::Picture(std::move(made));
    };
    const codec::Picture before = noisy(), now = noisy();
    EXPECT_FALSE(codec::is_scene_cut(before, now)) << amplitude;
  }
}

struct CutFigures {
  std::size_t cut_bytes = 0, bytes = 0;  // of the first frame of the new scene; of it and those after it
  double cut_psnr = 0, psnr = 0;         // likewise, mean
  codec::FrameHeader header;
  codec::State after;  // of the cut
};

// Ten frames of one scene, then twenty of another. What is handled may be coded coarser, to be compared in
// both size and quality.
CutFigures over_a_cut(std::uint64_t seed, bool handled) {
  const Texture wall(seed), face(seed + 1), other_wall(seed + 2), other_face(seed + 3);
  CodedCall call(handled ? 57 : 50, {3});
  CutFigures figures;
  for (int frame = 0; frame < 30; ++frame) {
    const bool second = frame >= 10;
    const codec::Picture target = staged_picture(kSize, second ? other_wall : wall,
                                                 second ? other_face : face, {120 + 2 * frame, 120}, 60);
    const auto coded = call.next(target, [&](codec::FramePlan& plan) {
      EXPECT_EQ(plan.scene_cut, frame == 10);
      if (!handled && plan.kind == codec::FrameKind::kInter) plan = {};
    });
    if (!second) continue;
    figures.bytes += coded.candidate.bytes.size();
    figures.psnr += coded.psnr / 20;
    if (frame > 10) continue;
    figures.cut_bytes = coded.candidate.bytes.size();
    figures.cut_psnr = coded.psnr;
    figures.header = coded.candidate.header;
    figures.after = call.state();
  }
  return figures;
}

TEST(SceneCut, IsCodedAsAKeyFrameWouldBeWithoutOne) {
  const CutFigures handled = over_a_cut(seed_or(81), true), plain = over_a_cut(seed_or(81), false);
  RecordProperty("handled", std::to_string(handled.cut_bytes) + " " + std::to_string(handled.bytes) +
                                " bytes, " + std::to_string(handled.cut_psnr) + " " +
                                std::to_string(handled.psnr) + " dB");
  RecordProperty("plain", std::to_string(plain.cut_bytes) + " " + std::to_string(plain.bytes) + " bytes, " +
                              std::to_string(plain.cut_psnr) + " " + std::to_string(plain.psnr) + " dB");
  EXPECT_FALSE(handled.header.key_frame);
  EXPECT_TRUE(handled.after.golden == handled.after.last);
  EXPECT_FALSE(handled.after.altref == handled.after.last);  // the scene before, to be cut back to
  EXPECT_GT(handled.psnr, plain.psnr);
  EXPECT_LT(handled.bytes, plain.bytes);
}

// Two speakers take turns: what altref holds of the first makes the cut back cheap.
TEST(SceneCut, BackToTheSceneBeforeIsCheap) {
  const std::uint64_t seed = seed_or(82);
  const Texture walls[2] = {Texture(seed), Texture(seed + 1)},
                faces[2] = {Texture(seed + 2), Texture(seed + 3)};
  CodedCall call(50, {3});
  std::size_t away = 0, back = 0;
  for (int frame = 0; frame < 30; ++frame) {
    const int scene = frame / 10 % 2;
    const auto bytes =
        call.next(staged_picture(kSize, walls[scene], faces[scene], {150, 120}, 60)).candidate.bytes.size();
    if (frame == 10) away = bytes;
    if (frame == 20) back = bytes;
  }
  EXPECT_LT(back * 10, away);
}

}  // namespace
}  // namespace skirret::test
