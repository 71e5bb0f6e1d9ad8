#include "cloudenc/thunk/thunk.hh"

#include <gtest/gtest.h>

namespace skirret::test {
namespace {

using cloudenc::ContentHash;
using cloudenc::Thunk;

Bytes bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

Thunk example() {
  Thunk thunk;
  thunk.function = "rebase";
  thunk.version = 3;
  thunk.arguments = {{"quantizer", 20}, {"rate", {30000, 1001}}, {"environment", {{"libvpx", "v1.12.0"}}}};
  thunk.inputs = {{ContentHash::of(bytes_of("a")), ContentHash::of(bytes_of("b"))}, {}};
  return thunk;
}

TEST(ContentHash, IsBlake2bOf256Bits) {
  // From the reference implementation: b2sum -l 256.
  EXPECT_EQ(ContentHash::of({}).hex(), "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
  EXPECT_EQ(ContentHash::of(bytes_of("abc")).hex(),
            "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

TEST(ContentHash, ReadsItsOwnHexAndNothingElse) {
  const ContentHash hash = ContentHash::of(bytes_of("x"));
  EXPECT_EQ(*ContentHash::parse(hash.hex()), hash);
  std::string wrong = hash.hex();
  wrong[5] = 'G';
  for (const std::string& text : {std::string(), hash.hex() + "0", hash.hex().substr(1), wrong})
    EXPECT_FALSE(ContentHash::parse(text).has_value()) << text;
}

TEST(Thunk, ReadsItsCanonicalText) {
  const Thunk thunk = example();
  const auto again = Thunk::parse(thunk.canonical());
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_EQ(*again, thunk);
  EXPECT_EQ(again->key(), thunk.key());
}

TEST(Thunk, SpellingDoesNotChangeTheKey) {
  const std::string text =
      "{ \"version\": 1, \"inputs\": [], \"function\": \"f\", \"arguments\": {\"b\": 1, \"a\": [2]} }";
  const auto thunk = Thunk::parse(text);
  ASSERT_TRUE(thunk.has_value());
  EXPECT_EQ(thunk->canonical(), R"({"arguments":{"a":[2],"b":1},"function":"f","inputs":[],"version":1})");
}

TEST(Thunk, AnythingThatMattersChangesTheKey) {
  const ContentHash key = example().key();
  Thunk other = example();
  other.version = 4;
  EXPECT_NE(other.key(), key);
  other = example();
  other.arguments["quantizer"] = 21;
  EXPECT_NE(other.key(), key);
  other = example();
  other.arguments["environment"]["libvpx"] = "v1.13.0";
  EXPECT_NE(other.key(), key);
  other = example();
  std::swap(other.inputs[0][0], other.inputs[0][1]);
  EXPECT_NE(other.key(), key);
  other = example();
  other.inputs[1].push_back(other.inputs[0].back());
  other.inputs[0].pop_back();
  EXPECT_NE(other.key(), key) << "the same hashes in other groups";
}

TEST(Thunk, RefusesWhatIsNone) {
  for (const char* text : {"", "[]", "{}", R"({"function":"f","version":1,"arguments":{}})",
                           R"({"function":"f","version":1,"arguments":{"x":0.5},"inputs":[]})",
                           R"({"function":"f","version":1,"arguments":{"x":null},"inputs":[]})",
                           R"({"function":"f","version":-1,"arguments":{},"inputs":[]})",
                           R"({"function":"f","version":1,"arguments":{},"inputs":[["00"]]})",
                           R"({"function":"f","version":1,"arguments":{},"inputs":["00"]})",
                           R"({"function":7,"version":1,"arguments":{},"inputs":[]})"})
    EXPECT_FALSE(Thunk::parse(text).has_value()) << text;
}

// Reading and writing such a text would take more stack than there is.
TEST(Thunk, RefusesWhatIsTooDeep) {
  const auto nested = [](std::size_t depth) {
    return R"({"function":"f","version":1,"inputs":[],"arguments":{"x":)" + std::string(depth, '[') +
           std::string(depth, ']') + "}}";
  };
  EXPECT_TRUE(Thunk::parse(nested(20)).has_value());
  EXPECT_FALSE(Thunk::parse(nested(1'000'000)).has_value());
}

}  // namespace
}  // namespace skirret::test
