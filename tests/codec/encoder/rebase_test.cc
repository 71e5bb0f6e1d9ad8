#include "codec/encoder/rebase.hh"

#include <gtest/gtest.h>

#include "codec/decoder/decoder.hh"
#include "tests/codec/encoder/random_scenes.hh"
#include "tests/support/random_writer.hh"

namespace skirret::test {
namespace {

using codec::Candidate;
using codec::RebaseOptions;
using codec::State;

// A stream of random frames (every mode, reference, segment, sign bias, vectors far outside).
State random_state(Random& random, const WriterTemper& temper, int frames) {
  State state;
  for (int i = 0; i < frames; ++i) {
    const auto decoded = codec::decode(state, random_frame(random, temper, state).bytes);
    EXPECT_TRUE(decoded.has_value());
    if (decoded) state = decoded->next;
  }
  return state;
}

WriterTemper one_size(Random& random) {
  WriterTemper temper = random_temper(random);
  temper.fixed_size = random_dimensions(random, 80);
  temper.profile = random.between(0, 3);
  return temper;
}

codec::ParsedFrame random_interframe(Random& random, WriterTemper temper, const State& from) {
  temper.key_percent = 0;
  auto parsed = codec::parse(from, random_frame(random, temper, from).bytes);
  EXPECT_TRUE(parsed.has_value());
  return std::move(*parsed);
}

// Where a macroblock's modes and vectors are kept, whatever becomes of its levels.
void expect_same_modes(const codec::ParsedFrame& kept, const codec::ParsedFrame& made) {
  ASSERT_EQ(kept.modes.size(), made.modes.size());
  for (std::size_t i = 0; i < kept.modes.size(); ++i) {
    codec::MacroblockModes a = kept.modes[i], b = made.modes[i];
    a.skip_coefficients = b.skip_coefficients = false;
    if (!kept.header.segmentation.enabled) a.segment = b.segment;  // then each is its state's map's
    ASSERT_TRUE(a == b) << "macroblock " << i;
  }
}

TEST(Rebase, AnyFrameOntoAnyStateDecodesAsItWasFinished) {
  const std::uint64_t seed = seed_or(40);
  for (std::uint64_t stream = 0; stream < 400; ++stream) {
    SCOPED_TRACE(testing::Message() << "seed " << seed << " stream " << stream);
    Random random(seed * 1000003 + stream);
    const WriterTemper temper = one_size(random);
    const State own = random_state(random, temper, random.between(1, 4));
    const State to = random_state(random, temper, random.between(1, 4));
    const codec::ParsedFrame frame = random_interframe(random, temper, own);
    RandomScene scene(random, own.dimensions);
    const codec::Picture target = scene.picture(random);
    RebaseOptions options;
    options.improve = random.chance(1, 2);
    if (random.chance(1, 2)) options.own = &own;
    if (random.chance(1, 2)) options.quantizer = random.between(0, 127);
    options.trust_prices = random.chance(1, 2);
    const auto rebased = codec::rebase(to, target, frame, options);
    ASSERT_TRUE(rebased.has_value()) << rebased.error().message;
    const auto decoded = codec::decode(to, rebased->bytes);
    ASSERT_TRUE(decoded.has_value()) << decoded.error().message;
    ASSERT_FALSE(decoded->truncated);
    ASSERT_TRUE(decoded->next == codec::finish(to, *rebased));
    const auto parsed = codec::parse(to, rebased->bytes);
    ASSERT_TRUE(parsed.has_value());
    expect_same_modes(frame, *parsed);
    ASSERT_EQ(parsed->header.references, frame.header.references);
    ASSERT_EQ(codec::rebase(to, target, frame, options)->bytes, rebased->bytes);
  }
}

// With the state that the frame was coded from at hand, its quantizers and filter levels hold.
TEST(Rebase, WhatAFrameInheritedIsSentAgain) {
  const std::uint64_t seed = seed_or(41);
  int differing = 0;
  for (std::uint64_t stream = 0; stream < 100; ++stream) {
    SCOPED_TRACE(testing::Message() << "seed " << seed << " stream " << stream);
    Random random(seed * 1000003 + stream);
    const WriterTemper temper = one_size(random);
    const State own = random_state(random, temper, 3), to = random_state(random, temper, 3);
    const codec::ParsedFrame frame = random_interframe(random, temper, own);
    if (!frame.header.segmentation.enabled && !frame.header.filter.deltas.enabled) continue;
    RandomScene scene(random, own.dimensions);
    RebaseOptions options;
    options.own = &own;
    const auto rebased = codec::rebase(to, scene.picture(random), frame, options);
    ASSERT_TRUE(rebased.has_value());
    const State next = codec::finish(to, *rebased), expected = codec::reconstruct(own, frame).next;
    if (frame.header.segmentation.enabled) {
      ASSERT_EQ(next.segmentation, expected.segmentation);
      for (std::size_t i = 0; i < frame.modes.size(); ++i)
        ASSERT_EQ(next.segment_at(i), expected.segment_at(i));
    }
    if (frame.header.filter.deltas.enabled) {
      ASSERT_EQ(next.filter_deltas, expected.filter_deltas);
    }
    differing += own.segmentation != to.segmentation || own.filter_deltas != to.filter_deltas ? 1 : 0;
  }
  EXPECT_GE(differing, 20);
}

TEST(Rebase, RefusesWhatItCannotDo) {
  Random random(seed_or(42));
  WriterTemper temper = one_size(random);
  const State state = random_state(random, temper, 2);
  RandomScene scene(random, state.dimensions);
  const codec::Picture target = scene.picture(random);
  const codec::ParsedFrame frame = random_interframe(random, temper, state);
  EXPECT_FALSE(codec::rebase(State{}, target, frame).has_value());

  const auto key = codec::parse(State{}, random_frame(random, temper, State{}).bytes);
  ASSERT_TRUE(key.has_value());
  const auto refused = codec::rebase(state, target, *key);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalid);

  const codec::Dimensions larger{state.dimensions.width + 16, state.dimensions.height};
  RandomScene other(random, larger);
  EXPECT_FALSE(codec::rebase(state, other.picture(random), frame).has_value());
  temper.fixed_size = larger;
  EXPECT_FALSE(codec::rebase(random_state(random, temper, 1), target, frame).has_value());
}

}  // namespace
}  // namespace skirret::test
