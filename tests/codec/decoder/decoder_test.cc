#include "codec/decoder/decoder.hh"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "codec/syntax/frame_header_coding.hh"
#include "codec/syntax/frame_layout.hh"
#include "tests/codec/decoder/thread_executor.hh"
#include "tests/support/random_writer.hh"

namespace skirret::test {
namespace {

using namespace codec;

WriterTemper small_temper() {
  WriterTemper temper;
  temper.fixed_size = Dimensions{48, 33};
  temper.key_percent = 10;
  return temper;
}

RandomFrame key_frame(Random& random) {
  return random_frame(random, small_temper(), State{});
}

State state_after(const RandomFrame& frame) {
  const auto decoded = decode(State{}, frame.bytes);
  SKIRRET_CHECK(decoded.has_value());
  return decoded->next;
}

TEST(Decoder, ParsingGivesBackWhatWasWritten) {
  const auto seed = seed_or(51);
  SCOPED_TRACE(seed);
  Random random(seed);
  for (int stream = 0; stream < 20; ++stream) {
    const WriterTemper temper = random_temper(random);
    State state;
    for (int i = 0; i < 8; ++i) {
      const RandomFrame frame = random_frame(random, temper, state);
      const auto parsed = parse(state, frame.bytes);
      ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
      EXPECT_EQ(parsed->header, frame.header);
      EXPECT_EQ(parsed->dimensions, frame.dimensions);
      EXPECT_EQ(parsed->modes, frame.modes);
      EXPECT_EQ(parsed->partition_bytes.size(), std::size_t{1} << frame.header.log2_partitions);
      EXPECT_FALSE(parsed->truncated);
      EXPECT_TRUE(parsed->lost.empty());
      const auto decoded = decode(state, frame.bytes);
      ASSERT_TRUE(decoded.has_value());
      EXPECT_EQ(reconstruct(state, *parsed).next, decoded->next);
      EXPECT_EQ(reconstruct(state, frame.header, frame.modes, frame.coefficients).next, decoded->next);
      EXPECT_EQ(decoded->show, frame.header.show);
      state = decoded->next;
    }
  }
}

void expect_same(const Result<Decoded>& a, const Result<Decoded>& b) {
  ASSERT_EQ(a.has_value(), b.has_value());
  if (!a) {
    ASSERT_EQ(a.error(), b.error());
    return;
  }
  ASSERT_EQ(a->next, b->next);
  ASSERT_EQ(a->next.id(), b->next.id());
  ASSERT_EQ(a->shown, b->shown);
  ASSERT_EQ(a->show, b->show);
  ASSERT_EQ(a->truncated, b->truncated);
}

// Any number of threads and a pool: the same values, from whole and from cut frames, with any number of
// partitions, and also where a stream cannot start.
TEST(Decoder, ThreadsAndPoolsMakeNoDifference) {
  const auto seed = seed_or(58);
  SCOPED_TRACE(seed);
  Random random(seed);
  const PicturePool pool;
  int cut_frames = 0;
  for (int stream = 0; stream < 30; ++stream) {
    WriterTemper temper = random_temper(random);
    if (stream % 2 == 0) temper.fixed_size = Dimensions{random.between(1, 200), random.between(1, 300)};
    ThreadExecutor threads(static_cast<std::size_t>(random.between(2, 4)));
    BackwardExecutor backward;
    State state;
    for (int i = 0; i < 6; ++i) {
      const RandomFrame frame = random_frame(random, temper, state);
      Bytes bytes = frame.bytes;
      const bool cut = random.chance(1, 3);
      if (cut) bytes = bytes.first(bytes.size() - random.below(bytes.size() / 2 + 1));
      const auto alone = decode(state, bytes);
      expect_same(alone, decode(state, bytes, {}, {&pool, &threads}));
      expect_same(alone, decode(state, bytes, {}, {&pool, &backward}));
      if (::testing::Test::HasFailure()) return;
      cut_frames += alone && alone->truncated ? 1 : 0;
      if (alone) state = decode(state, bytes, {}, {&pool, &threads})->next;
    }
  }
  EXPECT_GT(cut_frames, 10);
}

// One more state held costs at most its own new pictures: the states of a stream share what they have in
// common.
TEST(Decoder, AHeldStateCostsItsNewPicturesOnly) {
  Random random(seed_or(59));
  WriterTemper temper = small_temper();
  temper.key_percent = 0;
  const PicturePool pool(0);
  const RandomFrame key = key_frame(random);
  std::vector<State> held = {decode(State{}, key.bytes, {}, {&pool})->next};
  EXPECT_EQ(pool.counts().lent, 1u) << "a key frame's three references are one picture";
  std::size_t expected = 1, kept = 0;
  for (int i = 0; i < 40; ++i) {
    const RandomFrame frame = random_frame(random, temper, held.back());
    const ReferenceFields& references = frame.header.references;
    const bool refreshes = references.refresh_last || references.refresh_golden || references.refresh_altref;
    held.push_back(decode(held.back(), frame.bytes, {}, {&pool})->next);
    expected += refreshes ? 1 : 0;
    kept += refreshes ? 0 : 1;
    ASSERT_EQ(pool.counts().lent, expected);
  }
  EXPECT_GT(expected, 10u);
  EXPECT_GT(kept, 0u);
  held.clear();
  EXPECT_EQ(pool.counts().lent, 0u);
}

TEST(Decoder, IsAFunction) {
  Random random(seed_or(52));
  const RandomFrame frame = key_frame(random);
  const auto once = decode(State{}, frame.bytes), again = decode(State{}, frame.bytes);
  ASSERT_TRUE(once && again);
  EXPECT_EQ(once->next, again->next);
  EXPECT_EQ(once->next.id(), again->next.id());
}

// Every prefix and every single flipped bit: a value or an error, the caller's state as it was, and parse
// and decode of one mind.
TEST(Decoder, DamagedFramesLeaveTheStateAlone) {
  const auto seed = seed_or(53);
  SCOPED_TRACE(seed);
  Random random(seed);
  const State state = state_after(key_frame(random));
  const StateId before = state.id();
  ThreadExecutor threads(2);
  BackwardExecutor backward;
  int turn = 0;
  const auto expect_sound = [&](Bytes bytes) {
    const auto decoded = decode(state, bytes);
    // Others may help, without a difference.
    Executor& executor = ++turn % 8 == 0 ? static_cast<Executor&>(threads) : backward;
    expect_same(decoded, decode(state, bytes, {}, {nullptr, &executor}));
    const auto parsed = parse(state, bytes);
    ASSERT_EQ(decoded.has_value(), parsed.has_value());
    if (decoded) {
      ASSERT_EQ(reconstruct(state, *parsed).next, decoded->next);
      ASSERT_EQ(parsed->truncated, decoded->truncated);
    } else {
      ASSERT_EQ(decoded.error(), parsed.error());
      ASSERT_FALSE(decoded.error().message.empty());
    }
  };
  for (int i = 0; i < 4; ++i) {
    const RandomFrame frame = random_frame(random, small_temper(), state);
    const std::size_t step = frame.bytes.size() / 200 + 1;
    for (std::size_t size = 0; size < frame.bytes.size(); size += size < 20 ? 1 : step)
      expect_sound(Bytes(frame.bytes).first(size));
    for (int flip = 0; flip < 200; ++flip) {
      ByteVector damaged = frame.bytes;
      damaged[random.below(damaged.size())] ^= static_cast<std::uint8_t>(1u << random.below(8));
      expect_sound(damaged);
    }
  }
  EXPECT_EQ(state.id(), before);
}

TEST(Decoder, TruncatedFramesSayWhichMacroblocksTheyLost) {
  Random random(seed_or(54));
  const State state = state_after(key_frame(random));
  WriterTemper temper = small_temper();
  temper.key_percent = 0;
  temper.skip_percent = 0;
  RandomFrame frame = random_frame(random, temper, state);
  while (frame.header.log2_partitions != 0) frame = random_frame(random, temper, state);
  const auto whole = parse(state, frame.bytes);
  ASSERT_TRUE(whole.has_value());
  ASSERT_GT(whole->partition_bytes.back(), 40u);
  const std::size_t cut = frame.bytes.size() - whole->partition_bytes.back() + 1;
  const auto parsed = parse(state, Bytes(frame.bytes).first(cut));
  ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
  EXPECT_TRUE(parsed->truncated);
  EXPECT_FALSE(parsed->lost.empty());
  EXPECT_EQ(parsed->modes, whole->modes);
}

TEST(Decoder, RefusesWhatCannotStartAStream) {
  Random random(seed_or(55));
  const RandomFrame key = key_frame(random);
  const State state = state_after(key);
  WriterTemper temper = small_temper();
  temper.key_percent = 0;
  const RandomFrame inter = random_frame(random, temper, state);
  ASSERT_FALSE(inter.header.key_frame);
  EXPECT_EQ(decode(State{}, inter.bytes).error().code, ErrorCode::kMalformed);
  EXPECT_EQ(decode(State{}, Bytes(key.bytes).first(key.bytes.size() / 2)).error().code,
            ErrorCode::kTruncated);
  EXPECT_EQ(decode(state, Bytes{}).error().code, ErrorCode::kTruncated);
}

TEST(Decoder, LimitsHoldForKeyFramesAndForStates) {
  Random random(seed_or(56));
  const RandomFrame key = key_frame(random);
  const Limits exact{48 * 33}, below{48 * 33 - 1};
  EXPECT_TRUE(decode(State{}, key.bytes, exact).has_value());
  EXPECT_EQ(decode(State{}, key.bytes, below).error().code, ErrorCode::kLimit);
  const State state = state_after(key);
  WriterTemper temper = small_temper();
  temper.key_percent = 0;
  const RandomFrame inter = random_frame(random, temper, state);
  EXPECT_EQ(decode(state, inter.bytes, below).error().code, ErrorCode::kLimit);
  EXPECT_EQ(parse(state, inter.bytes, below).error().code, ErrorCode::kLimit);
}

long peak_kilobytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

TEST(Decoder, AShortFrameThatClaimsAHugePictureCostsNothing) {
  const ByteVector claim = {0x30, 0x00, 0x00, 0x9d, 0x01, 0x2a,
                            0x00, 0x10, 0x00, 0x10, 0xff, 0xff};  // 4096x4096
  const long before = peak_kilobytes();
  for (int i = 0; i < 100; ++i) ASSERT_EQ(decode(State{}, claim).error().code, ErrorCode::kTruncated);
  EXPECT_LT(peak_kilobytes() - before, 8 * 1024);
}

TEST(Decoder, AboveProfileThreeIsDecodedAsProfileZero) {
  Random random(seed_or(57));
  const State state = state_after(key_frame(random));
  WriterTemper temper = small_temper();
  temper.key_percent = 0;
  temper.profile = 0;
  RandomFrame frame = random_frame(random, temper, state);
  const auto plain = decode(state, frame.bytes);
  frame.bytes[0] = static_cast<std::uint8_t>((frame.bytes[0] & ~0x0e) | 5 << 1);
  const auto reserved = decode(state, frame.bytes);
  ASSERT_TRUE(plain && reserved);
  EXPECT_EQ(plain->shown, reserved->shown);
}

}  // namespace
}  // namespace skirret::test
