#include "cloudenc/functions/blobs.hh"

#include <gtest/gtest.h>

#include "codec/decoder/decoder.hh"
#include "tests/support/random_writer.hh"

namespace skirret::test {
namespace {

using codec::State;

State random_state(Random& random) {
  WriterTemper temper = random_temper(random);
  State state;
  for (int i = random.between(1, 5); i > 0; --i) {
    const auto decoded = codec::decode(state, random_frame(random, temper, state).bytes);
    EXPECT_TRUE(decoded.has_value());
    if (decoded) state = decoded->next;
  }
  return state;
}

TEST(StateBlobs, AreTheStateAgain) {
  const std::uint64_t seed = seed_or(90);
  for (std::uint64_t round = 0; round < 100; ++round) {
    SCOPED_TRACE(testing::Message() << "seed " << seed << " round " << round);
    Random random(seed * 1000003 + round);
    const State state = random_state(random);
    const auto blobs = cloudenc::state_blobs(state);
    const auto again = cloudenc::state_of(blobs);
    ASSERT_TRUE(again.has_value()) << again.error().message;
    ASSERT_TRUE(*again == state);
    ASSERT_EQ(again->id(), state.id());
    ASSERT_EQ(cloudenc::state_blobs(*again), blobs) << "canonical";
    // Enough to parse the next frame alike.
    const auto context = cloudenc::context_of(cloudenc::context_blob(state));
    ASSERT_TRUE(context.has_value());
    WriterTemper temper = random_temper(random);
    temper.fixed_size = state.dimensions;
    temper.key_percent = 0;
    const auto frame = random_frame(random, temper, state).bytes;
    const auto a = codec::parse(state, frame), b = codec::parse(*context, frame);
    ASSERT_TRUE(a.has_value() && b.has_value());
    ASSERT_EQ(a->modes, b->modes);
    for (std::size_t length = 0; length < blobs[0].size(); length += 37)
      ASSERT_FALSE(cloudenc::context_of(Bytes(blobs[0]).first(length)).has_value());
  }
}

TEST(StateBlobs, OnePictureIsKeptOnce) {
  Random random(seed_or(91));
  State state = random_state(random);
  state.golden = state.altref = state.last;
  EXPECT_EQ(cloudenc::state_blobs(state).size(), 2u);
  EXPECT_TRUE(*cloudenc::state_of(cloudenc::state_blobs(state)) == state);
}

TEST(StateBlobs, RefusesWhatDoesNotFit) {
  Random random(seed_or(92));
  const auto blobs = cloudenc::state_blobs(random_state(random));
  EXPECT_FALSE(cloudenc::state_of({}).has_value());
  auto other = blobs;
  other[1].pop_back();
  EXPECT_FALSE(cloudenc::state_of(other).has_value());
  other = blobs;
  other[1] = cloudenc::picture_blob(codec::Picture::solid({640, 16}, 1, 2, 3));
  EXPECT_FALSE(cloudenc::state_of(other).has_value());
}

TEST(IvfBlob, HoldsItsFrames) {
  Random random(seed_or(93));
  const std::vector<ByteVector> frames = {random.bytes(5), random.bytes(0), random.bytes(900)};
  EXPECT_EQ(*cloudenc::frames_of(cloudenc::ivf_blob({64, 48}, frames)), frames);
  EXPECT_FALSE(cloudenc::frames_of(ByteVector{1, 2, 3}).has_value());
}

// Such a state would hold pictures of no macroblocks.
TEST(StateBlobs, RefusesHalfASize) {
  ByteVector blob = cloudenc::context_blob({});
  EXPECT_TRUE(cloudenc::context_of(blob).has_value());
  blob[0] = 5;  // the width's low byte
  EXPECT_FALSE(cloudenc::context_of(blob).has_value());
}

}  // namespace
}  // namespace skirret::test
