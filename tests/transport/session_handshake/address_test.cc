#include "transport/session/address.hh"

#include <unordered_set>

#include <gtest/gtest.h>

namespace skirret::test {
namespace {

using transport::Address;

TEST(Address, TextGoesBothWays) {
  for (const char* text : {"0.0.0.0:0", "127.0.0.1:1", "192.0.2.255:65535", "[::]:80", "[::1]:9",
                           "[2001:db8::1]:4433", "[fe80::1:2:3:4]:5"}) {
    const auto address = Address::parse(text);
    ASSERT_TRUE(address.has_value()) << text;
    EXPECT_EQ(address->to_string(), text);
  }
}

TEST(Address, RefusesWhatIsNone) {
  for (const char* text :
       {"", ":", "1.2.3.4", "1.2.3.4:", "1.2.3.4:65536", "1.2.3.4:-1", "1.2.3.4: 1", "1.2.3:1", "256.1.1.1:1",
        "::1:80", "[::1]", "[::1:80", "[1.2.3.4]:80", "host:80", "[]:80", "1.2.3.4:1x"}) {
    const auto address = Address::parse(text);
    EXPECT_FALSE(address.has_value()) << text;
    if (!address) {
      EXPECT_EQ(address.error().code, ErrorCode::kInvalid);
    }
  }
  EXPECT_FALSE(Address::parse_host(std::string_view("1.2.3.4\0x", 9), 1).has_value());
}

TEST(Address, AMappedAddressIsTheIpv4Address) {
  const auto mapped = Address::parse("[::ffff:192.0.2.7]:80");
  ASSERT_TRUE(mapped.has_value());
  EXPECT_EQ(*mapped, Address::ipv4({192, 0, 2, 7}, 80));
  EXPECT_FALSE(mapped->is_ipv6());
}

TEST(Address, PartsTellAddressesApart) {
  const Address base = Address::ipv4({10, 0, 0, 1}, 5);
  EXPECT_NE(base, base.with_port(6));
  EXPECT_EQ(base, base.with_port(6).with_port(5));
  EXPECT_NE(base, Address::ipv4({10, 0, 0, 2}, 5));
  std::array<std::uint8_t, 16> local{0xfe, 0x80};
  EXPECT_NE(Address::ipv6(local, 5, 1), Address::ipv6(local, 5, 2));
  std::unordered_set<Address> set;
  for (std::uint16_t port = 0; port < 1000; ++port) set.insert(base.with_port(port));
  EXPECT_EQ(set.size(), 1000u);
  EXPECT_TRUE(set.contains(base));
}

TEST(Address, KnowsItsKinds) {
  const auto host = [](const char* text) { return *Address::parse_host(text, 0); };
  EXPECT_TRUE(host("0.0.0.0").is_unspecified());
  EXPECT_TRUE(host("::").is_unspecified());
  EXPECT_FALSE(host("::1").is_unspecified());
  EXPECT_TRUE(host("127.9.9.9").is_loopback());
  EXPECT_TRUE(host("::1").is_loopback());
  EXPECT_FALSE(host("::2").is_loopback());
  EXPECT_FALSE(host("2001::1").is_loopback());
  EXPECT_TRUE(host("169.254.3.4").is_link_local());
  EXPECT_TRUE(host("fe80::1").is_link_local());
  EXPECT_TRUE(host("febf::1").is_link_local());
  EXPECT_FALSE(host("fec0::1").is_link_local());
}

}  // namespace
}  // namespace skirret::test
