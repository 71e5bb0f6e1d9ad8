#include "transport/udp/resolve.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace skirret::transport {
namespace {

using ::testing::HasSubstr;

TEST(Resolve, TakesNumbersAsTheyAre) {
  EXPECT_EQ(resolve("192.0.2.1:4000")->to_string(), "192.0.2.1:4000");
  EXPECT_EQ(resolve("[2001:db8::1]:4000")->to_string(), "[2001:db8::1]:4000");
  EXPECT_EQ(resolve(":4000")->to_string(), "0.0.0.0:4000");
}

TEST(Resolve, FindsThisMachineByName) {
  const Result<Address> found = resolve("localhost:4000");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_TRUE(found->is_loopback());
  EXPECT_EQ(found->port(), 4000);
}

TEST(Resolve, TellsWrongFormFromUnknownName) {
  EXPECT_EQ(resolve("localhost").error().code, ErrorCode::kInvalid);
  EXPECT_EQ(resolve("localhost:99999").error().code, ErrorCode::kInvalid);
  EXPECT_EQ(resolve("localhost:").error().code, ErrorCode::kInvalid);
  EXPECT_EQ(resolve("2001:db8::1:4000").error().code, ErrorCode::kInvalid);
  EXPECT_EQ(resolve("").error().code, ErrorCode::kInvalid);
  const Result<Address> nobody = resolve("no-such-host.invalid:1");
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(nobody.error().message, HasSubstr("cannot find the host 'no-such-host.invalid'"));
}

}  // namespace
}  // namespace skirret::transport
