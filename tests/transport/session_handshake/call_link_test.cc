#include "transport/session/call_link.hh"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/support/random.hh"
#include "tests/support/seeded_random_source.hh"
#include "transport/crypto/secret_text.hh"
#include "transport/session/link_source.hh"
#include "transport/udp/interface_addresses.hh"

namespace skirret::test {
namespace {

using namespace skirret::transport;

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};
static_assert(!Printable<CallLink>);

CallLink make_link(const std::string& host, std::uint16_t port) {
  SeededRandomSource random(61);
  return {host, port, Identity::generate(random).call_secret()};
}

TEST(CallLink, TextGoesBothWays) {
  for (const char* host : {"192.0.2.1", "[2001:db8::1]", "camera-1.example.org", "localhost"}) {
    const CallLink link = make_link(host, 4433);
    const std::string text = link.with_secret();
    EXPECT_TRUE(text.starts_with("skirret://" + std::string(host) + ":4433#")) << host;
    const auto read = parse_call_link(" \t" + text + "\r\n");
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_TRUE(*read == link);
    EXPECT_EQ(read->peer_name(), std::string(host) + ":4433");
  }
}

// No message about a damaged link may give the secret away: six characters of it in a row are too many.
void expect_silent_about(const std::string& text, const std::string& message) {
  const std::string secret = text.substr(text.find('#') + 1);
  for (std::size_t i = 0; i + 6 <= secret.size(); ++i) {
    ASSERT_EQ(message.find(secret.substr(i, 6)), std::string::npos) << message;
  }
}

TEST(CallLink, EveryCutIsToldAsIncomplete) {
  const std::string text = make_link("192.0.2.1", 4433).with_secret();
  const std::size_t secret = text.find('#');
  for (std::size_t size = 0; size < text.size(); ++size) {
    const auto cut = parse_call_link(text.substr(0, size));
    ASSERT_FALSE(cut.has_value()) << size;
    expect_silent_about(text, cut.error().message);
    if (size >= std::string_view("skirret://").size()) {
      EXPECT_EQ(cut.error().code, ErrorCode::kTruncated) << size << ": " << cut.error().message;
    }
    if (size > secret + 1) {
      EXPECT_NE(cut.error().message.find("not copied whole"), std::string::npos);
    }
  }
}

TEST(CallLink, EveryChangedCharacterOfTheSecretIsNoticed) {
  const std::string text = make_link("192.0.2.1", 4433).with_secret();
  Random random(62);
  for (std::size_t i = text.find('#') + 1; i < text.size(); ++i) {
    std::string changed = text;
    while (changed[i] == text[i]) changed[i] = static_cast<char>(random.between(33, 126));
    const auto result = parse_call_link(changed);
    ASSERT_FALSE(result.has_value()) << i;
    EXPECT_EQ(result.error().code, ErrorCode::kMalformed) << i << result.error().message;
    expect_silent_about(text, result.error().message);
  }
}

TEST(CallLink, SaysWhichPartIsWrong) {
  const std::string whole = make_link("h", 1).with_secret();
  const std::string secret = whole.substr(whole.find('#'));
  const auto message = [&](const std::string& text) {
    const auto result = parse_call_link(text);
    return result ? "accepted: " + text : result.error().message;
  };
  const auto names = [&](const std::string& text, const char* part) {
    EXPECT_NE(message(text).find(part), std::string::npos) << text << " gave: " << message(text);
  };
  names("https://h:1" + secret, "looks like skirret://HOST:PORT#SECRET");
  names("skirret://:1" + secret, "no host");
  names("skirret://h" + secret, "no port");
  names("skirret://[::1]" + secret, "no port");
  names("skirret://h:" + secret, "port is not a number");
  names("skirret://h:0" + secret, "port is not a number from 1");
  names("skirret://h:65536" + secret, "port is not a number");
  names("skirret://a b:1" + secret, "host is neither");
  names("skirret://::1:1" + secret, "host is neither");
  names("skirret://[::g]:1" + secret, "no IPv6 address");
  names("skirret://" + std::string(300, 'a') + ":1" + secret, "host is neither");
  names("skirret://h:1#", "no secret after '#'");
  names("skirret://h:1" + secret + "=", "cannot be part");
  names("skirret://h:1" + secret + "AAAA", "something else was copied");
  names("skirret://h:1#" + encode_secret(SecretKind::kKeyFile, SecretBytes<64>()), "key file, not a link");
  names("skirret://h:1#" + encode_secret(SecretKind::kCallLink, SecretBytes<64>()), "not one a listener has");
}

TEST(CallLink, RandomTextIsRefusedQuietly) {
  Random random(seed_or(63));
  const std::string whole = make_link("h", 1).with_secret();
  for (int i = 0; i < 20'000; ++i) {
    std::string text = whole;
    for (int change = random.between(1, 4); change > 0; --change) {
      const std::size_t at = random.below(text.size());
      if (random.chance(1, 2)) {
        text[at] = static_cast<char>(random.below(256));
      } else {
        text.erase(at, 1 + random.below(8));
      }
      if (text.empty()) text = "x";
    }
    const auto result = parse_call_link(text);
    if (result) {
      EXPECT_TRUE(result->secret == make_link("h", 1).secret);  // host, port or spaces were hit
    }
  }
}

class LinkSource : public testing::Test {
 protected:
  const std::string text_ = make_link("192.0.2.1", 4433).with_secret();
  std::istringstream nothing_;
};

TEST_F(LinkSource, ReadsArgumentInputFileAndEnvironment) {
  const CallLink link = make_link("192.0.2.1", 4433);
  EXPECT_TRUE(read_link(text_, nothing_, nullptr) == link);
  std::istringstream input("\n  \n" + text_ + "  \nsomething else\n");
  EXPECT_TRUE(read_link("-", input, "not looked at") == link);
  std::istringstream unfinished(text_);
  EXPECT_TRUE(read_link("-", unfinished, nullptr) == link);
  EXPECT_TRUE(read_link("", nothing_, text_.c_str()) == link);

  const auto path = std::filesystem::temp_directory_path() / ("skirret-link-" + std::to_string(::getpid()));
  std::ofstream(path) << text_ << '\n';
  EXPECT_TRUE(read_link("@" + path.string(), nothing_, nullptr) == link);
  std::filesystem::remove(path);
}

TEST_F(LinkSource, NamesWhereTheBadLinkCameFrom) {
  const auto error = [&](const std::string& argument, const char* environment) {
    const auto result = read_link(argument, nothing_, environment);
    EXPECT_FALSE(result.has_value());
    return result ? Error{} : result.error();
  };
  EXPECT_EQ(error("", nullptr).code, ErrorCode::kInvalid);
  EXPECT_NE(error("", nullptr).message.find("SKIRRET_LINK"), std::string::npos);
  EXPECT_EQ(error("", "").code, ErrorCode::kInvalid);
  EXPECT_NE(error("", "x").message.find("$SKIRRET_LINK: "), std::string::npos);
  EXPECT_EQ(error("-", nullptr).code, ErrorCode::kInvalid);
  EXPECT_EQ(error("@/no/such/file", nullptr).code, ErrorCode::kNotFound);
  EXPECT_NE(error("@/no/such/file", nullptr).message.find("/no/such/file"), std::string::npos);
  EXPECT_FALSE(read_link("@/dev/zero", nothing_, nullptr).has_value());  // and ends
}

TEST(ReachableAddress, IsTheBoundOneUnlessThatIsEverywhere) {
  const Address bound = Address::ipv4({192, 0, 2, 9}, 700);
  EXPECT_EQ(reachable_address(bound, {Address::ipv4({10, 0, 0, 1}, 0)}), bound);
  const Address loopback = Address::ipv4({127, 0, 0, 1}, 700);
  EXPECT_EQ(reachable_address(loopback, {Address::ipv4({10, 0, 0, 1}, 0)}), loopback);
}

TEST(ReachableAddress, IsTheFirstOfTheFamilyThatOthersReach) {
  const auto host = [](const char* text) { return *Address::parse_host(text, 0); };
  const std::vector<Address> machine{host("127.0.0.1"), host("::1"),        host("169.254.1.1"),
                                     host("fe80::1"),   host("10.0.0.5"),   host("2001:db8::5"),
                                     host("10.0.0.6"),  host("2001:db8::6")};
  EXPECT_EQ(reachable_address(*Address::parse("0.0.0.0:700"), machine).to_string(), "10.0.0.5:700");
  EXPECT_EQ(reachable_address(*Address::parse("[::]:700"), machine).to_string(), "[2001:db8::5]:700");
  EXPECT_EQ(reachable_address(*Address::parse("0.0.0.0:700"), {host("127.0.0.1")}).to_string(),
            "127.0.0.1:700");
  EXPECT_EQ(reachable_address(*Address::parse("[::]:700"), {host("::1"), host("10.0.0.5")}).to_string(),
            "10.0.0.5:700");
  EXPECT_EQ(reachable_address(*Address::parse("[::]:700"), {host("127.0.0.1")}).to_string(), "[::1]:700");
  EXPECT_EQ(reachable_address(*Address::parse("0.0.0.0:700"), {host("2001:db8::5")}).to_string(),
            "127.0.0.1:700");
}

TEST(InterfaceAddresses, AreThisMachinesEachOnce) {
  const auto addresses = interface_addresses();
  ASSERT_FALSE(addresses.empty());  // loopback at least
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    EXPECT_EQ(addresses[i].port(), 0);
    EXPECT_FALSE(addresses[i].is_unspecified());
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(addresses[i], addresses[j]);
  }
}

}  // namespace
}  // namespace skirret::test
