// Damaged frames: ours accepts and refuses exactly what libvpx's decoder does, and where both accept, all
// pictures are the same. A refusal leaves the caller's state as it was.
#include <cstdlib>

#include <gtest/gtest.h>

#include "tests/codec/oracle/moving_picture.hh"
#include "tests/support/libvpx_encoder.hh"
#include "tests/support/libvpx_lockstep.hh"
#include "tests/support/random_writer.hh"
#include "tests/support/random_writer_mutation.hh"

namespace skirret::test {
namespace {

constexpr codec::Limits kSmall{.max_pixels = 256 * 256};

std::vector<ByteVector> valid_stream(Random& random) {
  if (random.chance(1, 3)) {
    const codec::Dimensions size{random.between(16, 80), random.between(16, 80)};
    LibvpxSettings settings = random_settings(random, size);
    settings.two_pass = settings.auto_altref = false;
    settings.lag = 0;
    return encode_with_libvpx(settings, moving_pictures(random, size, 5));
  }
  const WriterTemper temper = random_temper(random);
  std::vector<ByteVector> frames;
  codec::State state;
  for (int i = 0; i < 5; ++i) {
    frames.push_back(random_frame(random, temper, state).bytes);
    state = codec::decode(state, frames.back()).value().next;
  }
  return frames;
}

TEST(MutatedFrames, VerdictsAndPicturesAreLibvpxs) {
  Random seeds(seed_or(5001));
  const int streams = std::getenv("SKIRRET_LONG") != nullptr ? 20000 : 500;
  LibvpxLockstep::Counts totals;
  int mutations = 0;
  for (int stream = 0; stream < streams; ++stream) {
    const std::uint64_t seed = seeds.next();
    Random random(seed);
    const auto frames = valid_stream(random);
    LibvpxLockstep lockstep(kSmall);
    for (int i = 0; i < 14; ++i) {
      // The first frame is good; later ones are damaged, from anywhere in the stream.
      const ByteVector& origin =
          i == 0 ? frames[0] : frames[static_cast<std::size_t>(random.below(frames.size()))];
      const bool damage = i > 0 && random.chance(4, 5);
      const ByteVector frame = damage ? mutated(random, origin) : origin;
      mutations += damage ? 1 : 0;
      const codec::State before = lockstep.state();
      const auto difference = lockstep.feed(frame);
      ASSERT_FALSE(difference) << "stream " << stream << " (seed " << seed << "), frame " << i << ", "
                               << frame.size() << " bytes: " << *difference;
      ASSERT_TRUE(lockstep.accepted_last() || before == lockstep.state()) << "a refusal changed the state";
    }
    totals += lockstep.counts();
  }
  EXPECT_GT(mutations, streams * 9);
  EXPECT_GT(totals.refused, streams) << "some damage must be noticed";
  EXPECT_GT(totals.accepted, streams * 4) << "some damage must get through";
  EXPECT_GT(totals.truncated, streams / 2);
}

// Every prefix of a frame, and every single flipped bit of its first bytes.
TEST(MutatedFrames, PrefixesAndHeaderBits) {
  Random random(seed_or(5002));
  WriterTemper temper;
  temper.max_size = 40;
  codec::State state;
  LibvpxLockstep::Counts totals;
  std::vector<ByteVector> good;
  for (int i = 0; i < 3; ++i) {
    good.push_back(random_frame(random, temper, state).bytes);
    state = codec::decode(state, good.back()).value().next;
  }
  const auto feed_last = [&](Bytes frame, std::size_t after) {
    LibvpxLockstep lockstep(kSmall);
    for (std::size_t i = 0; i < after; ++i) ASSERT_FALSE(lockstep.feed(good[i]));
    const auto difference = lockstep.feed(frame);
    ASSERT_FALSE(difference) << *difference;
    totals += lockstep.counts();
  };
  for (std::size_t which = 0; which < good.size(); ++which) {
    const ByteVector& frame = good[which];
    for (std::size_t size = 0; size < frame.size(); size += size < 64 ? 1 : 7) {
      SCOPED_TRACE("frame " + std::to_string(which) + " cut to " + std::to_string(size));
      ASSERT_NO_FATAL_FAILURE(feed_last(Bytes(frame).first(size), which));
    }
    for (std::size_t bit = 0; bit < 8 * std::min<std::size_t>(frame.size(), 40); ++bit) {
      SCOPED_TRACE("frame " + std::to_string(which) + " bit " + std::to_string(bit));
      ByteVector flipped = frame;
      flipped[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
      ASSERT_NO_FATAL_FAILURE(feed_last(flipped, which));
    }
  }
  EXPECT_GT(totals.refused, 50);
  EXPECT_GT(totals.truncated, 50);
}

// Above the caller's limit a key frame is refused before anything of its size is allocated.
TEST(MutatedFrames, SizesAboveTheLimitAreRefused) {
  Random random(seed_or(5003));
  WriterTemper temper;
  temper.fixed_size = codec::Dimensions{64, 48};
  ByteVector frame = random_frame(random, temper, {}).bytes;
  ASSERT_TRUE(codec::decode({}, frame, {.max_pixels = 64 * 48}));
  const auto refused = codec::decode({}, frame, {.max_pixels = 64 * 48 - 1});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kLimit);
  frame[6] = frame[8] = 0xff;
  frame[7] = frame[9] = 0x3f;
  const auto huge = codec::decode({}, frame);
  ASSERT_FALSE(huge);
  EXPECT_EQ(huge.error().code, ErrorCode::kLimit);
}

}  // namespace
}  // namespace skirret::test
