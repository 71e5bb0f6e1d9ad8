#include "transport/wire/handshake_messages.hh"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/random.hh"

namespace skirret::test {
namespace {

using namespace skirret::transport;

ByteVector hello_bytes(Random& random, std::size_t noise = Hello::kNoiseSize) {
  ByteVector bytes = Hello::without_mac(random.bytes(noise));
  const ByteVector mac = random.bytes(Hello::kMacSize);
  bytes.insert(bytes.end(), mac.begin(), mac.end());
  return bytes;
}

TEST(Hello, FillsAFullDatagramAndOutweighsEveryReply) {
  Random random(51);
  EXPECT_GE(hello_bytes(random).size(), 1200u);
  EXPECT_LT(Reply::kSize, Hello::kSize);
  EXPECT_LT(Reply::kSize, hello_bytes(random, Hello::kShortNoiseSize).size());
}

TEST(Hello, ViewsCoverTheDatagram) {
  Random random(52);
  const ByteVector bytes = hello_bytes(random);
  const auto hello = Hello::parse(bytes);
  ASSERT_TRUE(hello.has_value());
  EXPECT_EQ(hello->noise.size(), Hello::kNoiseSize);
  EXPECT_EQ(hello->mac.size(), Hello::kMacSize);
  EXPECT_EQ(hello->covered.size() + hello->mac.size(), bytes.size());
  EXPECT_EQ(hello->noise.data(), bytes.data() + 1);
  EXPECT_EQ(hello->mac.data(), hello->covered.data() + hello->covered.size());
  EXPECT_TRUE(std::ranges::equal(hello->ephemeral(), Bytes(bytes).subspan(1, 32)));
}

template <class Message>
void expect_one_size_only(ByteVector bytes) {
  ASSERT_TRUE(Message::parse(bytes).has_value());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto cut = Message::parse(Bytes(bytes).first(size));
    ASSERT_FALSE(cut.has_value());
    EXPECT_EQ(cut.error().code, ErrorCode::kTruncated) << size;
  }
  bytes.push_back(0);
  EXPECT_EQ(Message::parse(bytes).error().code, ErrorCode::kLimit);
  bytes.pop_back();
  const std::uint8_t right = bytes[0];
  for (int first = 0; first < 256; ++first) {
    bytes[0] = static_cast<std::uint8_t>(first);
    const auto other = Message::parse(bytes);
    EXPECT_EQ(other.has_value(), bytes[0] == right);
    if (other) continue;
    const bool other_length =
        std::same_as<Message, Hello> && kind_of(bytes) && right != bytes[0] &&
        (kind_of(bytes) == DatagramKind::kHello || kind_of(bytes) == DatagramKind::kShortHello);
    EXPECT_EQ(other.error().code == ErrorCode::kMalformed, !other_length) << first;
  }
}

TEST(Hello, HasOneSizeAndOneFirstByte) {
  Random random(53);
  expect_one_size_only<Hello>(hello_bytes(random));
}

TEST(Hello, TheShortOneHasAnotherSizeAndFirstByte) {
  Random random(56);
  const ByteVector bytes = hello_bytes(random, Hello::kShortNoiseSize);
  EXPECT_EQ(bytes.size(), Hello::kShortSize);
  expect_one_size_only<Hello>(bytes);
  const auto hello = Hello::parse(bytes);
  ASSERT_TRUE(hello.has_value());
  EXPECT_EQ(hello->noise.size(), Hello::kShortNoiseSize);
  EXPECT_EQ(hello->covered.size() + hello->mac.size(), bytes.size());
}

TEST(Reply, HasOneSizeAndOneFirstByte) {
  Random random(54);
  const ByteVector noise = random.bytes(Reply::kNoiseSize);
  const ByteVector bytes = Reply{0x0a0b0c0d, noise}.serialise();
  expect_one_size_only<Reply>(bytes);
  const auto reply = Reply::parse(bytes);
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->answers, 0x0a0b0c0du);
  EXPECT_TRUE(std::ranges::equal(reply->noise, noise));
}

TEST(HelloPayload, RoundTripsWithAndWithoutAToken) {
  Random random(55);
  EXPECT_EQ(*HelloPayload::parse(HelloPayload{}.serialise()), HelloPayload{});
  HelloPayload named;
  std::ranges::copy(random.bytes(32), named.held.emplace().begin());
  const ByteVector bytes = named.serialise();
  EXPECT_EQ(bytes.size(), HelloPayload::kSize);
  EXPECT_EQ(*HelloPayload::parse(bytes), named);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto cut = HelloPayload::parse(Bytes(bytes).first(size));
    if (size == HelloPayload::kShortSize) {
      EXPECT_EQ(cut.value(), named);
    } else {
      EXPECT_EQ(cut.error().code, ErrorCode::kTruncated) << size;
    }
  }
  EXPECT_EQ(named.serialise(HelloPayload::kShortSize).size(), HelloPayload::kShortSize);
  for (int flags = 2; flags < 256; ++flags) {
    ByteVector odd = bytes;
    odd[0] = static_cast<std::uint8_t>(flags);
    EXPECT_EQ(HelloPayload::parse(odd).error().code, ErrorCode::kMalformed);
  }
}

TEST(ReplyPayload, RoundTripsAndRefusesTheRest) {
  for (const auto status :
       {ReplyPayload::Status::kAccepted, ReplyPayload::Status::kBusy, ReplyPayload::Status::kHeld}) {
    for (const int ms : {0, 1, 3000, 65535}) {
      const ReplyPayload payload{status, std::chrono::milliseconds(ms)};
      const ByteVector bytes = payload.serialise();
      ASSERT_EQ(bytes.size(), ReplyPayload::kSize);
      EXPECT_EQ(*ReplyPayload::parse(bytes), payload);
    }
  }
  for (std::size_t size = 0; size < ReplyPayload::kSize; ++size) {
    EXPECT_EQ(ReplyPayload::parse(ByteVector(size)).error().code, ErrorCode::kTruncated);
  }
  EXPECT_EQ(ReplyPayload::parse(ByteVector(ReplyPayload::kSize + 1)).error().code, ErrorCode::kMalformed);
  for (int status = 3; status < 256; ++status) {
    EXPECT_EQ(ReplyPayload::parse(ByteVector{static_cast<std::uint8_t>(status), 0, 0}).error().code,
              ErrorCode::kMalformed);
  }
}

}  // namespace
}  // namespace skirret::test
