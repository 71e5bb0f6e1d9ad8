#include "transport/wire/data_packet.hh"

#include <gtest/gtest.h>

#include "tests/support/random.hh"

namespace skirret::transport {
namespace {

using test::Random;

SenderNotes random_notes(Random& random) {
  SenderNotes notes;
  notes.sent.ticks = static_cast<std::uint32_t>(random.next());
  notes.train_first = random.chance(1, 2);
  notes.train_last = random.chance(1, 2);
  notes.paused_before = random.chance(1, 2);
  notes.app_limited = random.chance(1, 2);
  notes.oldest_needed = random.next() >> (30 + random.below(34));
  notes.oldest_unsettled = random.next() >> (24 + random.below(40));
  return notes;
}

// A packet as a sender makes it; `bytes` borrows from `frame`.
DataPacket random_packet(Random& random, const ByteVector& frame) {
  DataPacket packet;
  packet.notes = random_notes(random);
  packet.frame = 1 + (random.next() >> (30 + random.below(34)));
  packet.source = random.chance(1, 4) ? 0 : random.below(packet.frame);
  packet.fragments = static_cast<std::uint32_t>(1 + random.below(std::min<std::size_t>(frame.size(), 40)));
  packet.fragment = static_cast<std::uint32_t>(random.below(packet.fragments));
  packet.frame_bytes = static_cast<std::uint32_t>(frame.size());
  if (random.chance(1, 4)) {  // a parity row; what its bytes are is no matter here
    packet.fragment = packet.fragments + static_cast<std::uint32_t>(random.below(kMaxParityRows));
    packet.bytes = Bytes(frame).first(longest_fragment(frame.size(), packet.fragments));
    return packet;
  }
  const std::size_t begin = fragment_begin(frame.size(), packet.fragment, packet.fragments);
  const std::size_t end = fragment_begin(frame.size(), packet.fragment + 1u, packet.fragments);
  packet.bytes = Bytes(frame).subspan(begin, end - begin);
  return packet;
}

void expect_equal(const DataPacket& a, const DataPacket& b) {
  EXPECT_EQ(a.notes, b.notes);
  EXPECT_EQ(a.frame, b.frame);
  EXPECT_EQ(a.source, b.source);
  EXPECT_EQ(a.fragment, b.fragment);
  EXPECT_EQ(a.fragments, b.fragments);
  EXPECT_EQ(a.frame_bytes, b.frame_bytes);
  EXPECT_EQ(ByteVector(a.bytes.begin(), a.bytes.end()), ByteVector(b.bytes.begin(), b.bytes.end()));
}

TEST(DataPacket, ComesBackAsItWasWritten) {
  const std::uint64_t seed = test::seed_or(1);
  SCOPED_TRACE(seed);
  Random random(seed);
  for (int i = 0; i < 2000; ++i) {
    const ByteVector frame = random.bytes(1 + random.below(5000));
    const DataPacket packet = random_packet(random, frame);
    const ByteVector written = write_data(packet);
    EXPECT_LE(written.size(), packet.bytes.size() + kMaxDataOverhead);
    const auto read = parse_data(written);
    ASSERT_TRUE(read) << read.error().message;
    expect_equal(packet, *read);
  }
}

TEST(DataPacket, EveryTruncationAndExtensionIsRefused) {
  Random random(2);
  const ByteVector frame = random.bytes(300);
  ByteVector written = write_data(random_packet(random, frame));
  for (std::size_t size = 0; size < written.size(); ++size)
    EXPECT_FALSE(parse_data(Bytes(written).first(size))) << size;
  written.push_back(0);
  EXPECT_FALSE(parse_data(written));
}

TEST(DataPacket, FragmentsCoverTheFrameWithoutGapOrOverlap) {
  for (const std::size_t bytes : {1u, 2u, 7u, 100u, 1141u, 99'999u}) {
    for (const std::size_t n : {1u, 2u, 3u, 7u, 88u}) {
      if (n > bytes) continue;
      std::size_t at = 0;
      for (std::size_t k = 0; k < n; ++k) {
        EXPECT_EQ(fragment_begin(bytes, k, n), at);
        EXPECT_GT(fragment_begin(bytes, k + 1, n), at);
        at = fragment_begin(bytes, k + 1, n);
      }
      EXPECT_EQ(at, bytes);
    }
  }
}

// What an authenticated stranger might send: each field just outside its range.
ByteVector header(std::uint64_t frame, std::uint64_t distance, std::uint64_t k, std::uint64_t last,
                  std::uint64_t bytes, std::size_t payload) {
  ByteWriter to;
  to.u8(static_cast<std::uint8_t>(MessageType::kData));
  write_notes(to, {});
  for (const std::uint64_t value : {frame, distance, k, last, bytes}) to.varint(value);
  to.bytes(ByteVector(payload));
  return std::move(to).take();
}

TEST(DataPacket, FieldsOutOfRangeAreRefused) {
  EXPECT_TRUE(parse_data(header(5, 1, 0, 0, 10, 10)));
  EXPECT_FALSE(parse_data(header(0, 0, 0, 0, 10, 10)));                      // no frame 0
  EXPECT_FALSE(parse_data(header(kMaxFrameNumber + 1, 1, 0, 0, 10, 10)));    //
  EXPECT_FALSE(parse_data(header(5, 5, 0, 0, 10, 10)));                      // source would be 0
  EXPECT_FALSE(parse_data(header(5, 6, 0, 0, 10, 10)));                      // … or below
  EXPECT_TRUE(parse_data(header(5, 1, 1, 0, 10, 10)));                       // row 0 of one fragment
  EXPECT_TRUE(parse_data(header(5, 1, 2, 1, 11, 6)));                        // as long as the longest
  EXPECT_FALSE(parse_data(header(5, 1, 2, 1, 11, 5)));                       //
  EXPECT_TRUE(parse_data(header(5, 1, 32, 0, 10, 10)));                      // the last row …
  EXPECT_FALSE(parse_data(header(5, 1, 33, 0, 10, 10)));                     // … and one more
  EXPECT_TRUE(parse_data(header(5, 1, 192, 191, 192, 1)));                   //
  EXPECT_FALSE(parse_data(header(5, 1, 193, 192, 193, 1)));                  // too many for parity
  EXPECT_FALSE(parse_data(header(5, 1, 0, kMaxFragments, 1'000'000, 244)));  //
  EXPECT_FALSE(parse_data(header(5, 1, 0, 0, 0, 0)));                        // empty frame
  EXPECT_FALSE(parse_data(header(5, 1, 0, 10, 10, 0)));                      // more fragments than bytes
  EXPECT_FALSE(parse_data(header(5, 1, 0, 0, kMaxFrameBytes + 1u, kMaxFrameBytes + 1u)));
}

TEST(SenderNotes, UnknownFlagsAreRefused) {
  ByteWriter to;
  to.u32be(0);
  to.u8(16);
  to.varint(0);
  to.varint(0);
  ByteReader from(to.view());
  EXPECT_FALSE(read_notes(from));
}

}  // namespace
}  // namespace skirret::transport
