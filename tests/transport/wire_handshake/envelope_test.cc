#include "transport/wire/envelope.hh"

#include <gtest/gtest.h>

#include "tests/support/random.hh"

namespace skirret::test {
namespace {

using namespace skirret::transport;

TEST(Envelope, TheFirstByteNamesVersionAndKind) {
  int known = 0;
  for (int first = 0; first < 256; ++first) {
    const ByteVector datagram{static_cast<std::uint8_t>(first), 1, 2};
    const auto kind = kind_of(datagram);
    if (kind) {
      ++known;
      EXPECT_EQ(first >> 4, kProtocolVersion);
      EXPECT_EQ(first_byte(*kind), first);
    }
  }
  EXPECT_EQ(known, 4);
  EXPECT_FALSE(kind_of({}).has_value());
}

TEST(DataHeader, HasTheDocumentedBytes) {
  const ByteVector bytes = DataHeader{0x01020304, 0xa0b0c0d0}.serialise();
  EXPECT_EQ(bytes, (ByteVector{0x13, 1, 2, 3, 4, 0xa0, 0xb0, 0xc0, 0xd0}));
  EXPECT_EQ(bytes.size(), DataHeader::kSize);
}

TEST(DataHeader, ReadsWhatItWroteAndNothingShorterOrForeign) {
  Random random(41);
  for (int i = 0; i < 1000; ++i) {
    const DataHeader header{static_cast<SessionId>(random.next()), static_cast<std::uint32_t>(random.next())};
    ByteVector bytes = header.serialise();
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_EQ(DataHeader::parse(Bytes(bytes).first(size)).error().code, ErrorCode::kTruncated);
    }
    bytes.push_back(7);  // the payload is not the header's business
    ASSERT_TRUE(DataHeader::parse(bytes).has_value());
    EXPECT_EQ(*DataHeader::parse(bytes), header);
    bytes[0] ^= static_cast<std::uint8_t>(1 + random.below(255));
    EXPECT_EQ(DataHeader::parse(bytes).error().code, ErrorCode::kMalformed);
  }
}

}  // namespace
}  // namespace skirret::test
