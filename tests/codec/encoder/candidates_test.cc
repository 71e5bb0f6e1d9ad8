#include <algorithm>
#include <array>

#include <gtest/gtest.h>

#include "codec/decoder/decoder.hh"
#include "codec/encoder/encoder.hh"
#include "codec/encoder/filter_level.hh"
#include "codec/quality/quality.hh"
#include "tests/codec/encoder/random_scenes.hh"
#include "tests/codec/encoder/shuffling_executor.hh"

namespace skirret::test {
namespace {

using codec::Candidate;
using codec::State;

// Whatever the plan, the effort and the distance of the quantizers: each decodes to what finish makes of it,
// and neither threads nor order change a byte.
TEST(CodeEach, DecodesToItsStateWhateverTheThreads) {
  const std::uint64_t seed = seed_or(60);
  int followers = 0;
  for (std::uint64_t stream = 0; stream < 30; ++stream) {
    SCOPED_TRACE(testing::Message() << "seed " << seed << " stream " << stream);
    Random random(seed * 1000003 + stream);
    RandomScene scene(random, random_dimensions(random, 80));
    State state;
    for (int frame = 0; frame < 4; ++frame) {
      const auto plan = random_plan(random, frame == 0);
      const codec::Picture target = scene.picture(random);
      const codec::Quantizer middle = random.between(0, 127);
      const std::array<codec::Quantizer, 4> quantizers = {middle, random.between(0, 127),
                                                          std::min(middle + random.between(1, 12), 127),
                                                          std::max(middle - random.between(1, 12), 0)};
      const auto analysis = codec::analyse(state, target, plan, {middle, middle}, {}, {random.between(0, 5)});
      codec::InlineExecutor alone;
      const auto made = codec::code_each(state, target, analysis, quantizers, alone);
      ASSERT_EQ(made.size(), quantizers.size());
      EXPECT_EQ(made[0].bytes, codec::code(state, target, analysis, middle).bytes);
      ShufflingExecutor threads(3, stream);
      const auto again = codec::code_each(state, target, analysis, quantizers, threads);
      for (std::size_t i = 0; i < made.size(); ++i) {
        ASSERT_EQ(made[i].quantizer, quantizers[i]);
        ASSERT_EQ(made[i].bytes, again[i].bytes) << i;
        const auto decoded = codec::decode(state, made[i].bytes);
        ASSERT_TRUE(decoded) << decoded.error().message;
        ASSERT_TRUE(decoded->next == codec::finish(state, made[i])) << i;
        ++followers;
      }
      state = codec::finish(state, made.back());
    }
  }
  EXPECT_EQ(followers, 30 * 4 * 4);
}

// A follower is about as good as a coding of its own: no more than a tenth larger and a tenth worse, over
// all.
TEST(CodeEach, FollowersCostLittle) {
  Random random(seed_or(61));
  std::uint64_t own_bytes = 0, own_error = 0, bytes = 0, error = 0;
  for (int round = 0; round < 12; ++round) {
    RandomScene scene(random, {176, 144});
    codec::FramePlan key;
    key.kind = codec::FrameKind::kKey;
    const State empty;
    const codec::Picture first = scene.picture(random), second = scene.picture(random);
    const State state =
        codec::finish(empty, codec::code(empty, first, codec::analyse(empty, first, key, {}, {}, {}), 40));
    const auto analysis = codec::analyse(state, second, {}, {30, 50}, {}, {});
    codec::InlineExecutor executor;
    const std::array<codec::Quantizer, 3> quantizers = {40, 30, 50};
    const auto made = codec::code_each(state, second, analysis, quantizers, executor);
    for (std::size_t i = 1; i < made.size(); ++i) {
      const Candidate own = codec::code(state, second, analysis, quantizers[i]);
      own_bytes += own.bytes.size();
      own_error += own.distortion;
      bytes += made[i].bytes.size();
      error += made[i].distortion;
    }
  }
  RecordProperty("bytes_permille", static_cast<int>(bytes * 1000 / own_bytes));
  RecordProperty("error_permille", static_cast<int>(error * 1000 / own_error));
  EXPECT_LE(bytes, own_bytes * 11 / 10);
  EXPECT_LE(error, own_error * 11 / 10);
}

// What a trial found for the lead's filter holds for followers, moved along with the quantizer: without it
// they would be farther from the picture.
TEST(CodeEach, FollowersTakeTheFilterAlong) {
  std::uint64_t moved = 0, by_quantizer = 0;
  int different = 0;
  for (std::uint64_t i = 0; i < 20; ++i) {
    Random random(seed_or(64) * 1000003 + i);
    RandomScene scene(random, {160, 128});
    const codec::Picture target = scene.picture(random);
    codec::FramePlan key;
    key.kind = codec::FrameKind::kKey;
    const int middle = random.between(30, 100);
    const auto analysis = codec::analyse({}, target, key, {middle, middle}, {}, codec::Effort{4});
    const std::array<codec::Quantizer, 3> quantizers = {middle, middle + 12, middle - 12};
    codec::InlineExecutor executor;
    auto made = codec::code_each({}, target, analysis, quantizers, executor);
    for (std::size_t one = 1; one < made.size(); ++one) {
      const auto error = [&] {
        return codec::squared_error(target.plane(codec::PlaneName::kY),
                                    codec::finish({}, made[one]).last.plane(codec::PlaneName::kY));
      };
      moved += error();
      const codec::FilterFields plain = codec::filter_fields(quantizers[one], {});
      different += made[one].header.filter.level != plain.level;
      made[one].header.filter = plain;
      by_quantizer += error();
    }
  }
  EXPECT_GT(different, 0);
  EXPECT_LT(moved, by_quantizer);
}

// Frames of interesting sizes, key frames among them: never above the limit, and near it.
TEST(CodeBelow, IsNearTheLimitAndNeverAbove) {
  Random random(seed_or(62));
  int frames = 0, near = 0;
  for (int round = 0; round < 12; ++round) {
    RandomScene scene(random, {176, 144});
    State state;
    codec::Quantizer last = 40;
    for (int frame = 0; frame < 4; ++frame) {
      codec::FramePlan plan;
      if (frame == 0) plan.kind = codec::FrameKind::kKey;
      const codec::Picture target = scene.picture(random);
      const auto analysis = codec::analyse(state, target, plan, {20, 80}, {}, {1});
      const std::size_t finest = codec::code(state, target, analysis, 0).bytes.size();
      const std::size_t limit = finest * static_cast<std::size_t>(random.between(10, 90)) / 100;
      const Candidate made = codec::code_below(state, target, analysis, limit, last);
      ASSERT_LE(made.bytes.size(), limit) << "finest " << finest;
      ++frames;
      near += made.bytes.size() * 100 >= limit * 85;
      const auto decoded = codec::decode(state, made.bytes);
      ASSERT_TRUE(decoded) << decoded.error().message;
      state = codec::finish(state, made);
      ASSERT_TRUE(decoded->next == state);
      last = made.quantizer;
    }
  }
  EXPECT_EQ(frames, 48);
  EXPECT_GE(near, 46);  // 85 % of the limit for 95 % of the frames
}

TEST(CodeBelow, RoomToSpareIsTheFinest) {
  Random random(seed_or(63));
  RandomScene scene(random, {64, 48});
  codec::FramePlan key;
  key.kind = codec::FrameKind::kKey;
  const codec::Picture target = scene.picture(random);
  const auto analysis = codec::analyse({}, target, key, {}, {}, {});
  const Candidate made = codec::code_below({}, target, analysis, 1'000'000, 80);
  EXPECT_EQ(made.quantizer, 0);
  EXPECT_EQ(made.shrink_level, 0);
}

}  // namespace
}  // namespace skirret::test
