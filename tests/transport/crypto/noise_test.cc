#include <algorithm>
#include <deque>

#include <gtest/gtest.h>

#include "tests/support/random.hh"
#include "tests/support/seeded_random_source.hh"
#include "tests/transport/crypto/hex.hh"
#include "transport/crypto/cipher.hh"
#include "transport/crypto/noise_nkpsk0.hh"

namespace skirret::test {
namespace {

using namespace skirret::transport;

// Gives out one prepared key, for the published vectors.
class OneKey final : public RandomSource {
 public:
  explicit OneKey(ByteVector key) : key_(std::move(key)) {}
  void fill(std::span<std::uint8_t> bytes) override {
    ASSERT_EQ(bytes.size(), key_.size());
    std::copy(key_.begin(), key_.end(), bytes.begin());
  }

 private:
  ByteVector key_;
};

// The published vector for Noise_NKpsk0_25519_ChaChaPoly_BLAKE2b, from the Noise project's cacophony set
// (as carried by mcginty/snow, tests/vectors/cacophony.txt).
struct Message {
  const char* payload;
  const char* ciphertext;
};
constexpr const char* kPrologue = "4a6f686e2047616c74";
constexpr const char* kPsk = "54686973206973206d7920417573747269616e20706572737065637469766521";
constexpr const char* kInitiatorEphemeral =
    "893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a";
constexpr const char* kResponderPublic = "31e0303fd6418d2f8c0e78b91f22e8caed0fbe48656dcf4767e4834f701b8f62";
constexpr const char* kResponderStatic = "4a3acbfdb163dec651dfa3194dece676d437029c62a408b4c5ea9114246e4893";
constexpr const char* kResponderEphemeral =
    "bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b";
constexpr const char* kHandshakeHash =
    "a32c665fae82ea979751627b098c45e755574719a147af4bd6bb92a790dc6dc6"
    "4b33f09424aa7d21ae70c46207b5d103c7150cdc6df02dc2aa470c76647da0e0";
constexpr Message kMessages[] = {
    {"4c756477696720766f6e204d69736573",
     "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c7944"
     "32c362f61a0162a93280a9e1c53edb8ce7487fd12a4d1731495a24051a5afca8"},
    {"4d757272617920526f746862617264",
     "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843"
     "0e8d0924ed6525d4045188c3b225604c254ac2d8d33a8a3b0c7f5eb1975ba4"},
    {"462e20412e20486179656b", "4781e2a7bef65e0ae3da3508cf44a8b7a92880077b8e73afaef494"},
    {"4361726c204d656e676572", "f14b1feb6ff970fc3993f1c2383f33fa48138bfc5aa2ee89e40107"},
    {"4a65616e2d426170746973746520536179",
     "4ab72fba875b34dbc38da46b09fe1ad4d72faeb3514180d39a57b6cf22d646fcfa"},
    {"457567656e2042f6686d20766f6e2042617765726b",
     "1ca4c48531c304d8d1472124d5e082e29332d9527a743ac875b3bea0fb372f1d08168561b1"},
};

Identity vector_identity() {
  return {Keypair::from_private(PrivateKey(from_hex(kResponderStatic))), SecretBytes<32>(from_hex(kPsk))};
}

TEST(NoiseNkPsk0, AgreesWithThePublishedVector) {
  const Identity identity = vector_identity();
  const ByteVector public_key(identity.keypair.public_key.begin(), identity.keypair.public_key.end());
  ASSERT_EQ(public_key, from_hex(kResponderPublic));

  OneKey initiator_random(from_hex(kInitiatorEphemeral));
  NoiseInitiator initiator(identity.call_secret(), from_hex(kPrologue), initiator_random);
  const ByteVector hello = initiator.write_hello(from_hex(kMessages[0].payload));
  EXPECT_EQ(hello, from_hex(kMessages[0].ciphertext));

  NoiseResponder responder(identity, from_hex(kPrologue));
  const auto heard = responder.read_hello(hello);
  ASSERT_TRUE(heard.has_value());
  EXPECT_EQ(*heard, from_hex(kMessages[0].payload));
  OneKey responder_random(from_hex(kResponderEphemeral));
  const auto reply = responder.write_reply(from_hex(kMessages[1].payload), responder_random);
  EXPECT_EQ(reply.message, from_hex(kMessages[1].ciphertext));

  const auto finished = initiator.read_reply(reply.message);
  ASSERT_TRUE(finished.has_value());
  EXPECT_EQ(finished->payload, from_hex(kMessages[1].payload));
  const auto hash = finished->transport.handshake_hash;
  EXPECT_EQ(ByteVector(hash.begin(), hash.end()), from_hex(kHandshakeHash));
  EXPECT_EQ(reply.transport.handshake_hash, hash);
  EXPECT_TRUE(finished->transport.initiator_key == reply.transport.initiator_key);
  EXPECT_TRUE(finished->transport.responder_key == reply.transport.responder_key);

  // The transport messages, by turns from both sides, each direction counting its own nonces from 0.
  for (std::size_t i = 2; i < std::size(kMessages); ++i) {
    const auto& key = i % 2 == 0 ? finished->transport.initiator_key : finished->transport.responder_key;
    const std::uint64_t nonce = (i - 2) / 2;
    ByteVector sealed;
    append_sealed(sealed, key, nonce, {}, from_hex(kMessages[i].payload));
    EXPECT_EQ(sealed, from_hex(kMessages[i].ciphertext)) << i;
    EXPECT_EQ(open_sealed(key, nonce, {}, sealed), from_hex(kMessages[i].payload)) << i;
    EXPECT_FALSE(open_sealed(key, nonce + 1, {}, sealed)) << i;
  }
}

struct Pair {
  Identity identity;
  NoiseInitiator initiator;
  NoiseResponder responder;
};

const ByteVector kOurs{'o', 'u', 'r', 's'};

Pair make_pair(std::uint64_t seed) {
  SeededRandomSource random(seed);
  Identity identity = Identity::generate(random);
  NoiseInitiator initiator(identity.call_secret(), kOurs, random);
  NoiseResponder responder(identity, kOurs);
  return {std::move(identity), std::move(initiator), std::move(responder)};
}

TEST(NoiseNkPsk0, EveryChangedBitOfEitherMessageIsRefused) {
  Random bits(5);
  SeededRandomSource random(6);
  const ByteVector payload = bits.bytes(20);
  Pair pair = make_pair(7);
  const ByteVector hello = pair.initiator.write_hello(payload);
  for (std::size_t bit = 0; bit < hello.size() * 8; ++bit) {
    ByteVector changed = hello;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    NoiseResponder responder(pair.identity, kOurs);
    // X25519 ignores the top bit of a public key, the transcript hash does not.
    EXPECT_FALSE(responder.read_hello(changed).has_value()) << bit;
  }
  ASSERT_TRUE(pair.responder.read_hello(hello).has_value());
  const auto reply = pair.responder.write_reply(payload, random);
  for (std::size_t bit = 0; bit < reply.message.size() * 8; ++bit) {
    ByteVector changed = reply.message;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    EXPECT_FALSE(pair.initiator.read_reply(changed).has_value()) << bit;
  }
  EXPECT_TRUE(pair.initiator.read_reply(reply.message).has_value());  // the refused ones changed nothing
}

TEST(NoiseNkPsk0, EveryTruncationIsRefused) {
  SeededRandomSource random(8);
  Pair pair = make_pair(9);
  const ByteVector hello = pair.initiator.write_hello(ByteVector(10));
  for (std::size_t size = 0; size < hello.size(); ++size) {
    NoiseResponder responder(pair.identity, kOurs);
    const auto result = responder.read_hello(Bytes(hello).first(size));
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, size < kNoiseOverhead ? ErrorCode::kTruncated : ErrorCode::kAuth);
  }
  ASSERT_TRUE(pair.responder.read_hello(hello).has_value());
  const auto reply = pair.responder.write_reply(ByteVector(10), random);
  for (std::size_t size = 0; size < reply.message.size(); ++size) {
    EXPECT_FALSE(pair.initiator.read_reply(Bytes(reply.message).first(size)).has_value());
  }
}

TEST(NoiseNkPsk0, AnotherPrologueSecretOrListenerDoesNotAuthenticate) {
  SeededRandomSource random(10);
  const Identity identity = Identity::generate(random);
  const Identity other = Identity::generate(random);
  const auto accepted = [&](const CallSecret& secret, Bytes prologue) {
    NoiseInitiator initiator(secret, prologue, random);
    NoiseResponder responder(identity, kOurs);
    return responder.read_hello(initiator.write_hello({})).has_value();
  };
  EXPECT_TRUE(accepted(identity.call_secret(), kOurs));
  EXPECT_FALSE(accepted(identity.call_secret(), ByteVector{'o', 'u', 'r', '2'}));
  EXPECT_FALSE(accepted({identity.keypair.public_key, other.shared}, kOurs));
  EXPECT_FALSE(accepted({other.keypair.public_key, identity.shared}, kOurs));
}

TEST(NoiseNkPsk0, TwoHandshakesByOneLinkShareNoKey) {
  SeededRandomSource random(11);
  const Identity identity = Identity::generate(random);
  std::vector<NoiseTransport> transports;
  for (int i = 0; i < 3; ++i) {
    NoiseInitiator initiator(identity.call_secret(), kOurs, random);
    NoiseResponder responder(identity, kOurs);
    ASSERT_TRUE(responder.read_hello(initiator.write_hello({})).has_value());
    transports.push_back(responder.write_reply({}, random).transport);
  }
  for (std::size_t i = 0; i < transports.size(); ++i) {
    EXPECT_FALSE(transports[i].initiator_key == transports[i].responder_key);
    for (std::size_t j = 0; j < i; ++j) {
      EXPECT_FALSE(transports[i].initiator_key == transports[j].initiator_key);
      EXPECT_FALSE(transports[i].responder_key == transports[j].responder_key);
      EXPECT_NE(transports[i].handshake_hash, transports[j].handshake_hash);
    }
  }
}

// The same hello answered twice gives two different sets of keys: the listener's ephemeral is fresh, so a
// recorded hello leads to no keys that were ever used.
TEST(NoiseNkPsk0, AReplayedHelloGetsOtherKeys) {
  SeededRandomSource random(12);
  Pair pair = make_pair(13);
  const ByteVector hello = pair.initiator.write_hello({});
  NoiseResponder again(pair.identity, kOurs);
  ASSERT_TRUE(pair.responder.read_hello(hello).has_value());
  ASSERT_TRUE(again.read_hello(hello).has_value());
  const auto first = pair.responder.write_reply({}, random);
  const auto second = again.write_reply({}, random);
  EXPECT_FALSE(first.transport.initiator_key == second.transport.initiator_key);
}

TEST(NoiseNkPsk0, KeysOfLowOrderAreRefused) {
  SeededRandomSource random(14);
  const Identity identity = Identity::generate(random);
  // u = 0, 1, p - 1, p, p + 1: https://cr.yp.to/ecdh.html lists those of order 1, 2, 4.
  for (const char* key : {"0000000000000000000000000000000000000000000000000000000000000000",
                          "0100000000000000000000000000000000000000000000000000000000000000",
                          "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                          "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                          "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"}) {
    PublicKey low{};
    std::ranges::copy(from_hex(key), low.begin());
    EXPECT_FALSE(is_usable(low)) << key;
    ByteVector message = from_hex(key);
    message.resize(kNoiseOverhead);
    NoiseResponder responder(identity, kOurs);
    EXPECT_FALSE(responder.read_hello(message).has_value());
    // A caller with such a link says hello all the same, to nobody.
    NoiseInitiator initiator({low, identity.shared}, kOurs, random);
    NoiseResponder other(identity, kOurs);
    EXPECT_FALSE(other.read_hello(initiator.write_hello({})).has_value());
    EXPECT_FALSE(initiator.read_reply(message).has_value());
  }
  EXPECT_TRUE(is_usable(identity.keypair.public_key));
}

}  // namespace
}  // namespace skirret::test
