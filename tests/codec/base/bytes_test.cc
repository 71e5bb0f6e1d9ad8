#include <limits>

#include <gtest/gtest.h>

#include "codec/base/byte_reader.hh"
#include "codec/base/byte_writer.hh"
#include "codec/base/check.hh"
#include "codec/base/result.hh"
#include "codec/base/time.hh"

namespace skirret::test {
namespace {

TEST(Bytes, EveryFieldRoundTripsInItsOrder) {
  ByteWriter writer;
  writer.u8(0x12);
  writer.u16be(0x1234);
  writer.u24be(0x123456);
  writer.u32be(0x12345678);
  writer.u64be(0x123456789abcdef0);
  writer.u16le(0x1234);
  writer.u24le(0x123456);
  writer.u32le(0x12345678);
  writer.u64le(0x123456789abcdef0);
  writer.bytes(ByteVector{1, 2, 3});
  EXPECT_EQ(writer.view()[1], 0x12);   // big-endian: high byte first
  EXPECT_EQ(writer.view()[18], 0x34);  // little-endian: low byte first

  ByteReader reader(writer.view());
  EXPECT_EQ(reader.u8(), 0x12);
  EXPECT_EQ(reader.u16be(), 0x1234);
  EXPECT_EQ(reader.u24be(), 0x123456u);
  EXPECT_EQ(reader.u32be(), 0x12345678u);
  EXPECT_EQ(reader.u64be(), 0x123456789abcdef0u);
  EXPECT_EQ(reader.u16le(), 0x1234);
  EXPECT_EQ(reader.u24le(), 0x123456u);
  EXPECT_EQ(reader.u32le(), 0x12345678u);
  EXPECT_EQ(reader.u64le(), 0x123456789abcdef0u);
  EXPECT_EQ(reader.take(3).size(), 3u);
  EXPECT_TRUE(reader.at_end());
}

TEST(Bytes, AShortReadIsRemembered) {
  const ByteVector bytes = {1, 2, 3};
  ByteReader reader(bytes);
  EXPECT_EQ(reader.u32be(), 0u);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.u8(), 0);  // though a byte is there
  EXPECT_FALSE(reader.at_end());
  EXPECT_TRUE(reader.take(1).empty());
}

TEST(Bytes, VarintsRoundTripAndOverlongOnesAreRefused) {
  for (int bit = 0; bit < 64; ++bit) {
    for (const std::uint64_t value : {std::uint64_t{1} << bit, (std::uint64_t{1} << bit) - 1}) {
      ByteWriter writer;
      writer.varint(value);
      ByteReader reader(writer.view());
      EXPECT_EQ(reader.varint(), value);
      EXPECT_TRUE(reader.at_end());
      for (std::size_t cut = 0; cut < writer.size(); ++cut) {
        ByteReader cut_reader(Bytes(writer.view()).first(cut));
        cut_reader.varint();
        EXPECT_FALSE(cut_reader.ok());
      }
    }
  }
  ByteWriter largest;
  largest.varint(std::numeric_limits<std::uint64_t>::max());
  ByteReader reader(largest.view());
  EXPECT_EQ(reader.varint(), std::numeric_limits<std::uint64_t>::max());
  ByteVector too_long(9, 0xff);
  too_long.push_back(2);  // a 65th bit
  ByteReader overlong(too_long);
  overlong.varint();
  EXPECT_FALSE(overlong.ok());
}

TEST(Check, AbortsWithItsPlace) {
  EXPECT_DEATH(SKIRRET_CHECK(1 == 2), "bytes_test.cc:.*internal check failed: 1 == 2");
}

TEST(Result, CarriesCodeAndMessage) {
  const Result<int> refused = fail(ErrorCode::kLimit, "too large");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error(), (Error{ErrorCode::kLimit, "too large"}));
}

TEST(Time, NanosecondsThereAndBack) {
  EXPECT_EQ(to_ns(from_ns(1'234'567'890)), 1'234'567'890);
  EXPECT_DOUBLE_EQ(to_ms(std::chrono::microseconds(1500)), 1.5);
  EXPECT_GT(kNever, from_ns(std::int64_t{1} << 62));
}

}  // namespace
}  // namespace skirret::test
