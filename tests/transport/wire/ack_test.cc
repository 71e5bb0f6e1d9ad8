#include "transport/wire/ack.hh"

#include <algorithm>

#include <gtest/gtest.h>

#include "codec/base/byte_writer.hh"
#include "tests/support/random.hh"

namespace skirret::transport {
namespace {

using test::Random;

Ack random_ack(Random& random) {
  Ack ack;
  ack.serial = random.next() >> random.below(64);
  ack.hold = static_cast<Duration::rep>(random.below(5000)) * kWireTick;
  ack.newest_arrival.ticks = static_cast<std::uint32_t>(random.next());
  PacketNumber at = 1'000'000 + random.below(1000);
  std::uint64_t packets = 0;
  const std::size_t ranges = 1 + random.below(kMaxAckRanges);
  for (std::size_t i = 0; i < ranges; ++i) {
    const PacketNumber last = at;
    const PacketNumber first = last - random.below(20);
    ack.ranges.push_back({first, last});
    packets += last - first + 1;
    at = first - 2 - random.below(300);
  }
  ack.floor = ack.ranges.back().first - random.below(50);
  const std::size_t arrivals = random.below(std::min<std::uint64_t>(packets, kMaxAckArrivals));
  for (std::size_t i = 0; i < arrivals; ++i)
    ack.earlier.push_back(static_cast<std::int32_t>(random.next()) >> random.below(32));
  ack.max_states = static_cast<std::uint32_t>(random.below(100));
  ack.max_megabytes = static_cast<std::uint32_t>(random.below(1000));
  FrameNumber frame = 100'000;
  for (std::size_t i = random.below(kMaxAckFrames + 1); i > 0; --i) {
    AckedFrame acked;
    acked.number = frame;
    acked.held = random.chance(2, 3);
    acked.refused = !acked.held && random.chance(1, 2);
    if (random.chance(1, 2)) acked.id = StateId{random.next()};
    ack.frames.push_back(acked);
    frame -= 1 + random.below(3);
  }
  return ack;
}

TEST(Ack, ComesBackAsItWasWritten) {
  const std::uint64_t seed = test::seed_or(3);
  SCOPED_TRACE(seed);
  Random random(seed);
  for (int i = 0; i < 1000; ++i) {
    const Ack ack = random_ack(random);
    const auto read = parse_ack(write_ack(ack));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(ack, *read);
  }
}

TEST(Ack, EveryTruncationAndExtensionIsRefused) {
  Random random(4);
  for (int i = 0; i < 20; ++i) {
    ByteVector written = write_ack(random_ack(random));
    for (std::size_t size = 0; size < written.size(); ++size)
      ASSERT_FALSE(parse_ack(Bytes(written).first(size))) << size;
    written.push_back(0);
    ASSERT_FALSE(parse_ack(written));
  }
}

TEST(Ack, ChangedBytesNeverGiveRangesThatRunBackwards) {
  Random random(5);
  int accepted = 0;
  for (int i = 0; i < 20'000; ++i) {
    ByteVector written = write_ack(random_ack(random));
    written[random.below(std::min<std::size_t>(written.size(), 40))] =
        static_cast<std::uint8_t>(random.next());
    const auto read = parse_ack(written);
    if (!read) continue;
    ++accepted;
    ASSERT_FALSE(read->ranges.empty());
    ASSERT_LE(read->ranges.size(), kMaxAckRanges);
    ASSERT_LT(read->earlier.size(), kMaxAckArrivals);
    ASSERT_LE(read->frames.size(), kMaxAckFrames);
    for (std::size_t k = 0; k < read->ranges.size(); ++k) {
      ASSERT_LE(read->ranges[k].first, read->ranges[k].last);
      if (k > 0) {
        ASSERT_LT(read->ranges[k].last + 1, read->ranges[k - 1].first);
      }
    }
    ASSERT_LE(read->floor, read->ranges.back().first);
  }
  EXPECT_GT(accepted, 100);
}

TEST(Ack, AFullOneOfManyPacketsFitsADatagram) {
  Ack ack;
  ack.ranges = {{1000, 1299}};
  ack.floor = 1000;
  ack.earlier.assign(299, 12);
  for (FrameNumber frame = 64; frame > 0; --frame) ack.frames.push_back({frame, true, false, StateId{frame}});
  EXPECT_LT(write_ack(ack).size(), 1175u);
}

}  // namespace
}  // namespace skirret::transport
