#include "transport/crypto/blake2b.hh"

#include <gtest/gtest.h>

#include "tests/support/random.hh"
#include "tests/transport/crypto/hex.hh"

namespace skirret::test {
namespace {

using transport::blake2b;
using transport::hmac_blake2b;

ByteVector text(std::string_view characters) {
  return {characters.begin(), characters.end()};
}

TEST(Blake2b, AgreesWithRfc7693AppendixA) {
  const auto hash = blake2b({text("abc")});
  EXPECT_EQ(ByteVector(hash.begin(), hash.end()),
            from_hex("ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
                     "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"));
}

// The figure is CPython's hashlib.blake2b(b"abc", key=bytes(range(32)), digest_size=32).
TEST(Blake2b, KeyedAgreesWithAnotherImplementation) {
  ByteVector key(32);
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(i);
  const auto tag = transport::keyed_blake2b<32>(key, {text("a"), text("bc")});
  EXPECT_TRUE(std::ranges::equal(
      tag.view(), from_hex("d63a32d3e44738d7907f964316c241adaba0abfeabc32349677578a15a203f7f")));
}

TEST(Blake2b, PartsHashLikeTheirConcatenation) {
  Random random(1);
  const ByteVector whole = random.bytes(300);
  for (std::size_t cut = 0; cut <= whole.size(); cut += 7) {
    EXPECT_EQ(blake2b({Bytes(whole).first(cut), Bytes(whole).subspan(cut)}), blake2b({whole}));
  }
}

// RFC 2104 written out with blake2b() alone: H((K ^ opad) || H((K ^ ipad) || m)).
TEST(HmacBlake2b, IsRfc2104WithABlockOf128Bytes) {
  Random random(2);
  for (const std::size_t key_size :
       {std::size_t{0}, std::size_t{1}, std::size_t{32}, std::size_t{64}, std::size_t{128}}) {
    const ByteVector key = random.bytes(key_size);
    const ByteVector message = random.bytes(random.below(300));
    ByteVector inner(128, 0x36);
    ByteVector outer(128, 0x5c);
    for (std::size_t i = 0; i < key.size(); ++i) {
      inner[i] ^= key[i];
      outer[i] ^= key[i];
    }
    const auto expected = blake2b({outer, blake2b({inner, message})});
    EXPECT_TRUE(std::ranges::equal(hmac_blake2b(key, {message}).view(), expected)) << key_size;
  }
}

TEST(Hkdf, ChainsItsOutputs) {
  Random random(3);
  const transport::SecretBytes<64> chaining_key(random.bytes(64));
  const ByteVector input = random.bytes(32);
  const auto [first, second] = transport::hkdf2(chaining_key, input);
  const auto three = transport::hkdf3(chaining_key, input);
  EXPECT_TRUE(first == three.first);
  EXPECT_TRUE(second == three.second);
  const auto temporary = hmac_blake2b(chaining_key.view(), {input});
  const ByteVector one{1};
  EXPECT_TRUE(first == hmac_blake2b(temporary.view(), {one}));
  EXPECT_FALSE(three.second == three.third);
}

}  // namespace
}  // namespace skirret::test
