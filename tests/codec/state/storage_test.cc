#include <gtest/gtest.h>

#include "codec/state/canonical.hh"
#include "codec/state/state.hh"
#include "tests/codec/state/random_state.hh"

namespace skirret::test {
namespace {

using namespace codec;

TEST(StateStorage, RandomStatesComeBack) {
  const auto seed = seed_or(42);
  SCOPED_TRACE(seed);
  Random random(seed);
  for (int round = 0; round < 50; ++round) {
    const State state = random_state(random, {random.between(1, 90), random.between(1, 90)});
    const auto loaded = load(save(state));
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
    EXPECT_EQ(*loaded, state);
    EXPECT_EQ(loaded->id(), state.id());
    EXPECT_EQ(loaded->golden.shares_storage(loaded->last), state.golden == state.last);
  }
}

TEST(StateStorage, AFreshStateComesBack) {
  const auto loaded = load(save(State{}));
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  EXPECT_EQ(*loaded, State{});
}

TEST(StateStorage, SharedPicturesAreStoredOnce) {
  Random random(seed_or(43));
  State state = random_state(random, {64, 64});
  state.golden = state.altref = state.last;
  const std::size_t shared = save(state).size();
  state.golden = random_picture(random, {64, 64});
  EXPECT_GT(save(state).size(), shared + 5000);  // noise does not compress
}

TEST(StateStorage, EveryTruncationIsRefused) {
  Random random(seed_or(44));
  const ByteVector blob = save(random_state(random, {33, 17}));
  for (std::size_t size = 0; size < blob.size(); ++size)
    ASSERT_FALSE(load(Bytes(blob).first(size)).has_value()) << size << " of " << blob.size();
}

TEST(StateStorage, EveryChangedByteIsRefused) {
  Random random(seed_or(45));
  const State state = random_state(random, {20, 20});
  const ByteVector blob = save(state);
  int refused = 0;
  for (std::size_t at = 0; at < blob.size(); ++at) {
    ByteVector damaged = blob;
    damaged[at] ^= static_cast<std::uint8_t>(1u << random.below(8));
    const auto loaded = load(damaged);
    if (loaded) {
      ASSERT_EQ(*loaded, state) << "byte " << at;  // a bit that zstd itself does not look at
    } else {
      ++refused;
    }
  }
  EXPECT_GT(refused, static_cast<int>(blob.size()) - 8);
}

TEST(StateStorage, SizesAreCheckedBeforeAnythingIsAllocated) {
  Random random(seed_or(46));
  State state = random_state(random, {16, 16});
  const auto refused = load(save(state), 255);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kLimit);

  // A blob that claims 16383x16383 samples but brings those of 16x16.
  ByteVector blob = save(state);
  const std::size_t fields = 8;
  blob[fields] = blob[fields + 2] = 0xff;
  blob[fields + 1] = blob[fields + 3] = 0x3f;
  EXPECT_EQ(load(blob).error().code, ErrorCode::kLimit);
  EXPECT_EQ(load(blob, ~std::uint64_t{0}).error().code, ErrorCode::kMalformed);
}

TEST(StateStorage, CanonicalFieldsHaveTheirStatedSize) {
  ByteWriter writer;
  write_canonical_fields(State{}, writer);
  EXPECT_EQ(writer.size(), kCanonicalFieldBytes);
}

}  // namespace
}  // namespace skirret::test
