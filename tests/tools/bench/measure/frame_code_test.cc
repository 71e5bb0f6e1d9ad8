#include "tools/bench/measure/frame_code.hh"

#include <cstdio>
#include <set>

#include <gtest/gtest.h>

#include "codec/decoder/decoder.hh"
#include "codec/encoder/encoder.hh"
#include "codec/quality/quality.hh"
#include "tests/support/random.hh"
#include "tools/bench/measure/moving_scene.hh"
#include "tools/bench/vpx/vpx_encoder.hh"

namespace skirret::bench {
namespace {

using codec::Dimensions;
using codec::PlaneName;

FrameCode code_for(Dimensions size) {
  auto code = FrameCode::fit(size);
  EXPECT_TRUE(code) << code.error().message;
  return *code;
}

codec::PlaneView luma_of(const codec::Picture& picture) {
  return picture.display_plane(PlaneName::kY);
}

TEST(FrameCode, EveryNumberReadsBack) {
  const FrameCode code = code_for({320, 176});
  const auto blank = codec::Picture::solid({320, 176}, 100, 90, 160);
  for (std::uint64_t frame = 0; frame < FrameCode::kPeriod; ++frame) {
    codec::MutablePicture picture = blank.copy();
    code.draw(picture, frame);
    ASSERT_EQ(code.read(picture.display_plane(PlaneName::kY)), frame);
  }
}

TEST(FrameCode, FourCellsChangeWithEachFrameAndAnyTwoCodesDifferInFour) {
  const auto distance = [](std::uint64_t a, std::uint64_t b) {
    const auto one = FrameCode::cells_of(a);
    const auto other = FrameCode::cells_of(b);
    int different = 0;
    for (std::size_t i = 0; i < one.size(); ++i) different += one[i] != other[i] ? 1 : 0;
    return different;
  };
  for (std::uint64_t frame = 0; frame + 1 < FrameCode::kPeriod; ++frame)
    ASSERT_EQ(distance(frame, frame + 1), 4) << frame;
  // The code is linear: the distance of two numbers is that of one word to the code's zero.
  for (std::uint64_t frame = 1; frame < FrameCode::kPeriod; ++frame) ASSERT_GE(distance(0, frame), 4);
}

TEST(FrameCode, FlatAndStrangePicturesAreUnreadable) {
  const FrameCode code = code_for({640, 360});
  for (const int level : {0, 16, 64, 128, 192, 235, 255}) {
    const auto value = static_cast<std::uint8_t>(level);
    EXPECT_FALSE(code.read(luma_of(codec::Picture::solid({640, 360}, value, 128, 128)))) << level;
  }
  const auto numbered = code.drawn(codec::Picture::solid({640, 360}, 100, 128, 128), 77);
  codec::MutablePicture broken = numbered.copy();
  const auto luma = broken.display_plane(PlaneName::kY);
  for (int y = 0; y < 16; ++y)
    for (int x = 32; x < 48; ++x) luma.row(y)[x] = static_cast<std::uint8_t>(256 - luma.row(y)[x]);
  EXPECT_FALSE(code.read(luma));
}

TEST(FrameCode, LeavesTheRestOfThePictureAlone) {
  const auto original = moving_scene({650, 366}, 4)(2);
  const FrameCode code = code_for({650, 366});
  const auto drawn = code.drawn(original, 1234);
  EXPECT_EQ(codec::squared_error(code.outside(luma_of(drawn)), code.outside(luma_of(original))), 0u);
  EXPECT_NE(codec::squared_error(luma_of(drawn), luma_of(original)), 0u);
}

TEST(FrameCode, NeedsRoom) {
  EXPECT_FALSE(FrameCode::fit({319, 240}));
  EXPECT_FALSE(FrameCode::fit({640, 48}));
  EXPECT_EQ(code_for({320, 176}).cell(), 16);
  EXPECT_EQ(code_for({640, 360}).cell(), 16);
  EXPECT_EQ(code_for({1280, 720}).cell(), 32);
  EXPECT_EQ(code_for({1920, 1080}).cell(), 48);
}

TEST(FrameCode, NumbersGoOnBeyondThePeriod) {
  EXPECT_EQ(unwrapped(5, 7), 5u);
  EXPECT_EQ(unwrapped(7, 7), 7u);
  EXPECT_EQ(unwrapped(8, 7), std::nullopt);
  EXPECT_EQ(unwrapped(3, FrameCode::kPeriod + 2), 3u);
  EXPECT_EQ(unwrapped(3, FrameCode::kPeriod + 3), FrameCode::kPeriod + 3);
  EXPECT_EQ(unwrapped(FrameCode::kPeriod - 1, 2 * FrameCode::kPeriod), 2 * FrameCode::kPeriod - 1);
}

// The picture as a browser shows it that asked for fewer samples: means of squares of `by` samples.
codec::MutablePicture shrunk(const codec::Picture& picture, int by) {
  codec::MutablePicture small({picture.dimensions().width / by, picture.dimensions().height / by});
  small.fill(128, 128, 128);
  const auto from = luma_of(picture);
  const auto to = small.display_plane(PlaneName::kY);
  for (int y = 0; y < to.height; ++y) {
    for (int x = 0; x < to.width; ++x) {
      int sum = 0;
      for (int i = 0; i < by * by; ++i) sum += *from.at(x * by + i % by, y * by + i / by);
      to.row(y)[x] = static_cast<std::uint8_t>(sum / (by * by));
    }
  }
  return small;
}

TEST(FrameCode, IsReadFromASmallerPicture) {
  const auto source = moving_scene({1280, 720}, 8);
  const FrameCode code = code_for({1280, 720});
  for (const int by : {2, 4}) {
    for (std::uint64_t frame = 100; frame < 104; ++frame) {
      auto small = shrunk(code.drawn(source(frame), frame), by);
      EXPECT_EQ(code.read(small.display_plane(PlaneName::kY)), frame) << by;
    }
  }
}

struct Lowest {
  Dimensions size;
  int frames;
};

class AtTheLowestQuality : public testing::TestWithParam<Lowest> {};

// Frames that start with a number whose low bits all turn over soon.
constexpr std::uint64_t kFirst = 1000;

TEST_P(AtTheLowestQuality, OurEncoder) {
  const FrameCode code = code_for(GetParam().size);
  const auto source = moving_scene(GetParam().size, 8);
  codec::State state;
  codec::FramePlan plan;
  plan.kind = codec::FrameKind::kKey;
  plan.refresh_golden = plan.refresh_altref = true;
  for (int i = 0; i < GetParam().frames; ++i) {
    const std::uint64_t frame = kFirst + static_cast<std::uint64_t>(i);
    const auto target = code.drawn(source(frame), frame);
    const auto analysis = codec::analyse(state, target, plan, {127, 127}, {}, {0});
    const auto candidate = codec::code(state, target, analysis, 127);
    const auto decoded = codec::decode(state, candidate.bytes);
    ASSERT_TRUE(decoded);
    ASSERT_EQ(code.read(luma_of(decoded->shown)), frame);
    state = decoded->next;
    plan = {};
  }
}

TEST_P(AtTheLowestQuality, Libvpx) {
  const FrameCode code = code_for(GetParam().size);
  const auto source = moving_scene(GetParam().size, 8);
  VpxSettings settings = conferencing(GetParam().size, {30, 1}, 50);
  settings.target = VpxAtRate{.kbps = 50, .min_quantizer = 63, .max_quantizer = 63};
  auto encoder = VpxEncoder::open(settings);
  ASSERT_TRUE(encoder) << encoder.error().message;
  codec::State state;
  for (int i = 0; i < GetParam().frames; ++i) {
    const std::uint64_t frame = kFirst + static_cast<std::uint64_t>(i);
    auto coded = encoder->encode(code.drawn(source(frame), frame), i, i == 0);
    ASSERT_TRUE(coded) << coded.error().message;
    ASSERT_EQ(coded->quantizer, 127);
    const auto decoded = codec::decode(state, coded->bytes);
    ASSERT_TRUE(decoded);
    ASSERT_EQ(code.read(luma_of(decoded->shown)), frame);
    state = decoded->next;
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, AtTheLowestQuality,
                         testing::Values(Lowest{{320, 176}, 60}, Lowest{{640, 360}, 30},
                                         Lowest{{1280, 720}, 12}),
                         [](const auto& of) {
                           return std::to_string(of.param.size.width) + "x" +
                                  std::to_string(of.param.size.height);
                         });

// A frame pressed far below the coarsest quantizer's size may keep the old picture where the code was: then
// it is unreadable, or reads as the frame that it still shows there; never as any other.
TEST(FrameCode, APressedFrameIsNeverMisread) {
  const Dimensions size{320, 176};
  const FrameCode code = code_for(size);
  const auto source = moving_scene(size, 8);
  codec::State state;
  codec::FramePlan plan;
  plan.kind = codec::FrameKind::kKey;
  plan.refresh_golden = plan.refresh_altref = true;
  int current = 0;
  int behind = 0;
  int unreadable = 0;
  std::set<std::uint64_t> read_before;
  constexpr int kFrames = 120;
  for (int i = 0; i < kFrames; ++i) {
    const std::uint64_t frame = static_cast<std::uint64_t>(i);
    const auto target = code.drawn(source(frame), frame);
    const auto analysis = codec::analyse(state, target, plan, {127, 127}, {}, {0});
    const std::size_t most = i == 0 ? 2000 : 20 + static_cast<std::size_t>(i);
    const auto candidate = codec::code_within(state, target, analysis, most);
    const auto decoded = codec::decode(state, candidate.bytes);
    ASSERT_TRUE(decoded);
    const auto read = code.read(luma_of(decoded->shown));
    if (read) {
      ASSERT_TRUE(read == frame || read_before.contains(*read)) << *read << " of frame " << frame;
      read_before.insert(*read);
    }
    behind += read && read != frame ? 1 : 0;
    current += read == frame ? 1 : 0;
    unreadable += read ? 0 : 1;
    state = decoded->next;
    plan = {};
  }
  std::printf("of %d pressed frames of 21 … 139 bytes: %d read, %d still bear an older code, %d unreadable\n",
              kFrames, current, behind, unreadable);
  EXPECT_GT(current, kFrames / 2);
}

}  // namespace
}  // namespace skirret::bench
