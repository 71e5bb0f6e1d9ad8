#include "transport/session/sealed_channel.hh"

#include <algorithm>
#include <utility>

#include <gtest/gtest.h>

#include "tests/support/random.hh"
#include "transport/crypto/cipher.hh"

namespace skirret::test {
namespace {

using namespace skirret::transport;

struct Keys {
  SessionKeys left;
  SessionKeys right;
};

Keys make_keys(std::uint64_t seed) {
  Random random(seed);
  Keys keys;
  keys.left.send = keys.right.receive = SecretBytes<32>(random.bytes(32));
  keys.left.receive = keys.right.send = SecretBytes<32>(random.bytes(32));
  keys.left.session_id = keys.right.session_id = static_cast<SessionId>(random.next());
  return keys;
}

struct Ends {
  SealedChannel left;
  SealedChannel right;
};

Ends make_ends(std::uint64_t seed) {
  Keys keys = make_keys(seed);
  return {SealedChannel(std::move(keys.left)), SealedChannel(std::move(keys.right))};
}

static_assert(!std::is_copy_constructible_v<SealedChannel> && !std::is_copy_assignable_v<SealedChannel>);
static_assert(ReplayWindow::kSize >= 4096);
static_assert(kMaxDatagram + 48 < 1280);

TEST(SealedChannel, CarriesPayloadsOfAllSizesBothWays) {
  Random random(71);
  Ends ends = make_ends(72);
  for (std::size_t size = 0; size <= SealedChannel::kMaxPayload; ++size) {
    const ByteVector payload = random.bytes(size);
    SealedChannel& from = size % 2 == 0 ? ends.left : ends.right;
    SealedChannel& to = size % 2 == 0 ? ends.right : ends.left;
    const std::uint64_t number = from.next_packet_number();
    const ByteVector datagram = from.seal(payload);
    EXPECT_EQ(datagram.size(), size + SealedChannel::kOverhead);
    EXPECT_LE(datagram.size(), kLongestDatagram);
    const auto opened = to.open(datagram);
    ASSERT_TRUE(opened.has_value());
    EXPECT_EQ(opened->number, number);
    EXPECT_EQ(opened->payload, payload);
  }
}

TEST(SealedChannel, EachDirectionCountsFromZeroAndNeverTwice) {
  Ends ends = make_ends(73);
  const ByteVector same(40, 7);
  ByteVector before;
  for (std::uint64_t number = 0; number < 100; ++number) {
    ASSERT_EQ(ends.left.next_packet_number(), number);
    const ByteVector datagram = ends.left.seal(same);
    EXPECT_FALSE(std::ranges::equal(Bytes(datagram).subspan(9),
                                    Bytes(before).subspan(std::min<std::size_t>(9, before.size()))));
    before = datagram;
  }
  EXPECT_EQ(ends.right.next_packet_number(), 0u);
}

TEST(SealedChannel, EveryChangedBitAndEveryCutIsRefused) {
  Random random(74);
  Ends ends = make_ends(75);
  const ByteVector datagram = ends.left.seal(random.bytes(60));
  for (std::size_t bit = 0; bit < datagram.size() * 8; ++bit) {
    ByteVector changed = datagram;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    ASSERT_FALSE(ends.right.open(changed).has_value()) << bit;
  }
  for (std::size_t size = 0; size < datagram.size(); ++size) {
    const auto cut = ends.right.open(Bytes(datagram).first(size));
    ASSERT_FALSE(cut.has_value()) << size;
    EXPECT_EQ(cut.error().code, size < DataHeader::kSize ? ErrorCode::kTruncated : ErrorCode::kAuth);
  }
  ByteVector longer = datagram;
  longer.push_back(0);
  EXPECT_FALSE(ends.right.open(longer).has_value());
  EXPECT_EQ(ends.right.counters().failed, datagram.size() * 9 + 1);
  EXPECT_EQ(ends.right.counters().opened, 0u);
  EXPECT_TRUE(ends.right.open(datagram).has_value()) << "what was refused must not have counted";
}

TEST(SealedChannel, APacketReflectedOrOfAnotherSessionIsRefused) {
  Ends ends = make_ends(76);
  Ends others = make_ends(77);
  const ByteVector datagram = ends.left.seal(ByteVector(20));
  EXPECT_EQ(ends.left.open(datagram).error().code, ErrorCode::kAuth);
  EXPECT_EQ(others.right.open(datagram).error().code, ErrorCode::kMalformed);
  ByteVector forged = datagram;  // the right session id does not help
  std::ranges::copy(Bytes(others.left.seal({})).first(5), forged.begin());
  EXPECT_EQ(others.right.open(forged).error().code, ErrorCode::kAuth);
}

TEST(SealedChannel, ReorderedPacketsOpenOnceEach) {
  Random random(78);
  Ends ends = make_ends(79);
  std::vector<ByteVector> datagrams;
  for (int i = 0; i < 3000; ++i) datagrams.push_back(ends.left.seal(random.bytes(8)));
  for (std::size_t i = datagrams.size() - 1; i > 0; --i)
    std::swap(datagrams[i], datagrams[random.below(i + 1)]);
  for (const ByteVector& datagram : datagrams) ASSERT_TRUE(ends.right.open(datagram).has_value());
  for (const ByteVector& datagram : datagrams) {
    const auto again = ends.right.open(datagram);
    ASSERT_FALSE(again.has_value());
    EXPECT_EQ(again.error().code, ErrorCode::kAuth);
  }
  EXPECT_EQ(ends.right.counters().opened, datagrams.size());
  EXPECT_EQ(ends.right.counters().replayed, datagrams.size());
}

TEST(SealedChannel, WhatIsOlderThanTheWindowIsRefused) {
  Ends ends = make_ends(80);
  const ByteVector first = ends.left.seal({});
  const ByteVector second = ends.left.seal({});
  for (std::uint64_t i = 2; i < ReplayWindow::kSize; ++i) ends.left.seal({});
  ASSERT_TRUE(ends.right.open(ends.left.seal({})).has_value());  // number kSize
  EXPECT_FALSE(ends.right.open(first).has_value());
  EXPECT_TRUE(ends.right.open(second).has_value());
}

// A sender far into its session, made by hand.
ByteVector sealed_as(const SessionKeys& keys, std::uint64_t number, Bytes payload) {
  ByteVector datagram = DataHeader{keys.session_id, static_cast<std::uint32_t>(number)}.serialise();
  const ByteVector header = datagram;
  append_sealed(datagram, keys.send, number, header, payload);
  return datagram;
}

TEST(SealedChannel, FollowsTheNumberThroughEveryWrapUpToItsEnd) {
  const Keys keys = make_keys(81);
  SealedChannel channel(keys.right);
  const std::uint64_t stride = (std::uint64_t{1} << 31) - 1;
  for (std::uint64_t number = 0; number < SealedChannel::kMaxPackets; number += stride) {
    for (const std::uint64_t near : {number + 3, number, number + 1}) {  // late ones around the front
      const auto opened = channel.open(sealed_as(keys.left, near, {}));
      ASSERT_TRUE(opened.has_value()) << near;
      EXPECT_EQ(opened->number, near);
      EXPECT_FALSE(channel.open(sealed_as(keys.left, near, {})).has_value());
    }
  }
  const std::uint64_t last = SealedChannel::kMaxPackets - 1;
  EXPECT_TRUE(channel.open(sealed_as(keys.left, last, {})).has_value());
  EXPECT_EQ(channel.open(sealed_as(keys.left, last + 1, {})).error().code, ErrorCode::kAuth);
}

TEST(SealedChannel, AJumpOfMoreThan31BitsDoesNotAuthenticate) {
  const Keys keys = make_keys(82);
  SealedChannel channel(keys.right);
  EXPECT_FALSE(channel.open(sealed_as(keys.left, std::uint64_t{1} << 33, {})).has_value());
  EXPECT_TRUE(channel.open(sealed_as(keys.left, 5, {})).has_value());
}

TEST(SealedChannel, AFloodOfRandomDatagramsChangesNothing) {
  Random random(seed_or(83));
  Ends ends = make_ends(84);
  ASSERT_TRUE(ends.right.open(ends.left.seal({})).has_value());
  const ByteVector header = ends.left.seal({});
  for (int i = 0; i < 100'000; ++i) {
    ByteVector noise = random.bytes(random.below(kMaxDatagram + 1));
    const std::size_t right = std::min<std::size_t>(random.below(DataHeader::kSize + 1), noise.size());
    std::copy_n(header.begin(), right, noise.begin());
    ASSERT_FALSE(ends.right.open(noise).has_value());
  }
  EXPECT_EQ(ends.right.counters().failed, 100'000u);
  EXPECT_TRUE(ends.right.open(header).has_value());
  EXPECT_EQ(ends.right.open(ends.left.seal({}))->number, 2u);
}

}  // namespace
}  // namespace skirret::test
