#include "transport/wire/path.hh"

#include <gtest/gtest.h>

#include "tests/support/random.hh"

namespace skirret::test {
namespace {

using namespace skirret::transport;

TEST(PathMessages, ReadBackAsTheyWereWritten) {
  Random random(1);
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t value = random.next();
    const ByteVector asked = write_path_challenge({value});
    const ByteVector answer = write_path_response({value});
    EXPECT_EQ(asked.size(), kPathMessageBytes);
    EXPECT_EQ(answer.size(), asked.size()) << "an answer is no larger than its question";
    EXPECT_EQ(message_type(asked).value(), MessageType::kPathChallenge);
    EXPECT_EQ(message_type(answer).value(), MessageType::kPathResponse);
    EXPECT_EQ(parse_path_challenge(asked).value(), PathChallenge{value});
    EXPECT_EQ(parse_path_response(answer).value(), PathResponse{value});
    EXPECT_EQ(parse_path_response(asked).error().code, ErrorCode::kMalformed);
    EXPECT_EQ(parse_path_challenge(answer).error().code, ErrorCode::kMalformed);
  }
}

TEST(PathMessages, AnyOtherLengthIsRefused) {
  const ByteVector asked = write_path_challenge({0x0123456789abcdef});
  for (std::size_t size = 0; size < asked.size(); ++size)
    EXPECT_EQ(parse_path_challenge(Bytes(asked).first(size)).error().code, ErrorCode::kTruncated) << size;
  ByteVector longer = asked;
  longer.push_back(0);
  EXPECT_EQ(parse_path_challenge(longer).error().code, ErrorCode::kMalformed);
}

}  // namespace
}  // namespace skirret::test
