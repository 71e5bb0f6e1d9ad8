#include <gtest/gtest.h>

#include "codec/decoder/decoder.hh"
#include "codec/encoder/encoder.hh"
#include "tests/codec/encoder/random_scenes.hh"

namespace skirret::test {
namespace {

using codec::Analysis;
using codec::Candidate;
using codec::State;

// States reached by random plans, with golden and altref that differ, at random quantizers and efforts:
// finishing a candidate is decoding it, and doing all of it again gives the same bytes.
TEST(Coding, FinishIsDecodeAndBytesRepeat) {
  const std::uint64_t seed = seed_or(20);
  int coded = 0;
  const codec::PicturePool pool;
  for (std::uint64_t stream = 0; stream < 150; ++stream) {
    SCOPED_TRACE(testing::Message() << "seed " << seed << " stream " << stream);
    Random random(seed * 1000003 + stream);
    const codec::Dimensions dimensions = random_dimensions(random, 80);
    RandomScene scene(random, dimensions);
    State state;
    codec::Picture previous;
    Candidate before;
    for (int frame = 0; frame < 7; ++frame) {
      const auto plan = random_plan(random, frame == 0 || random.chance(1, 20));
      const codec::Effort effort{random.between(0, 5)};
      const codec::Quantizer quantizer = random.between(0, 127);
      const codec::QuantizerRange expected{std::max(0, quantizer - 10), std::min(127, quantizer + 20)};
      const codec::Picture target = scene.picture(random);
      const codec::Hints hints = frame == 0 ? codec::Hints{} : random_hints(random, target, previous, before);
      const Analysis analysis = codec::analyse(state, target, plan, expected, hints, effort);
      const Candidate candidate = codec::code(state, target, analysis, quantizer);
      const State finished = codec::finish(state, candidate, frame % 2 == 0 ? &pool : nullptr);
      const auto decoded = codec::decode(state, candidate.bytes);
      ASSERT_TRUE(decoded.has_value()) << decoded.error().message;
      ASSERT_FALSE(decoded->truncated);
      ASSERT_EQ(decoded->show, plan.show);
      ASSERT_TRUE(decoded->next == finished) << "frame " << frame << " quantizer " << quantizer;
      ASSERT_EQ(decoded->next.id(), finished.id());
      if (frame % 3 == 0) {
        const Analysis again = codec::analyse(state, target, plan, expected, hints, effort);
        ASSERT_EQ(codec::code(state, target, again, quantizer).bytes, candidate.bytes);
      }
      previous = target;
      before = candidate;
      state = finished;
      ++coded;
    }
  }
  EXPECT_GE(coded, 1000);
}

TEST(Coding, FinerQuantizersGiveMoreBytesAndLessDistortion) {
  Random random(seed_or(21));
  RandomScene scene(random, {160, 96});
  State state;
  codec::FramePlan key;
  key.kind = codec::FrameKind::kKey;
  const codec::Picture first = scene.picture(random), second = scene.picture(random);
  state = codec::finish(state, codec::code(state, first, codec::analyse(state, first, key, {}, {}, {}), 30));
  const Analysis analysis = codec::analyse(state, second, {}, {10, 127}, {}, {});
  const Candidate fine = codec::code(state, second, analysis, 10);
  const Candidate middle = codec::code(state, second, analysis, 60);
  const Candidate coarse = codec::code(state, second, analysis, 127);
  EXPECT_GT(fine.bytes.size(), middle.bytes.size());
  EXPECT_GT(middle.bytes.size(), coarse.bytes.size());
  EXPECT_LT(fine.distortion, middle.distortion);
  EXPECT_LT(middle.distortion, coarse.distortion);
}

}  // namespace
}  // namespace skirret::test
