#include "transport/crypto/noise_nkpsk0.hh"

#include <optional>

#include <sodium.h>

#include "codec/base/check.hh"

namespace skirret::transport {

namespace {

constexpr std::string_view kProtocolName = "Noise_NKpsk0_25519_ChaChaPoly_BLAKE2b";
constexpr std::size_t kKeySize = 32;

// Nothing for a public key of low order, whose result everybody knows.
std::optional<SecretBytes<32>> diffie_hellman(const PrivateKey& own, const PublicKey& other) {
  SecretBytes<32> shared;
  if (crypto_scalarmult_curve25519(shared.data(), own.data(), other.data()) != 0) return std::nullopt;
  return shared;
}

SymmetricState start(Bytes prologue, const PublicKey& listener) {
  SymmetricState symmetric(kProtocolName);
  symmetric.mix_hash(prologue);
  symmetric.mix_hash(listener);  // the pre-message "<- s"
  return symmetric;
}

// With a pre-shared key an ephemeral goes into the chaining key as well (revision 34, section 9.2).
void mix_ephemeral(SymmetricState& symmetric, const PublicKey& ephemeral) {
  symmetric.mix_hash(ephemeral);
  symmetric.mix_key(ephemeral);
}

PublicKey read_ephemeral(Bytes message) {
  PublicKey key;
  std::copy_n(message.begin(), key.size(), key.begin());
  return key;
}

ByteVector joined(const PublicKey& ephemeral, Bytes sealed) {
  ByteVector message(ephemeral.begin(), ephemeral.end());
  message.insert(message.end(), sealed.begin(), sealed.end());
  return message;
}

NoiseTransport transport_of(const SymmetricState& symmetric) {
  auto [initiator_key, responder_key] = symmetric.split();
  return {std::move(initiator_key), std::move(responder_key), symmetric.hash()};
}

}  // namespace

NoiseInitiator::NoiseInitiator(const CallSecret& secret, Bytes prologue, RandomSource& random)
    : symmetric_(start(prologue, secret.listener)),
      shared_(secret.shared),
      listener_(secret.listener),
      ephemeral_(Keypair::generate(random)) {}

ByteVector NoiseInitiator::write_hello(Bytes payload) {
  symmetric_.mix_key_and_hash(shared_.view());
  mix_ephemeral(symmetric_, ephemeral_.public_key);
  // A link with a key of low order is refused when it is read; here zeros do: nobody could answer anyway.
  symmetric_.mix_key(diffie_hellman(ephemeral_.private_key, listener_).value_or(SecretBytes<32>()).view());
  return joined(ephemeral_.public_key, symmetric_.encrypt_and_hash(payload));
}

Result<NoiseInitiator::Finished> NoiseInitiator::read_reply(Bytes message) const {
  if (message.size() < kNoiseOverhead) return fail(ErrorCode::kTruncated, "handshake reply is too short");
  SymmetricState symmetric = symmetric_;
  const PublicKey responder = read_ephemeral(message);
  const auto shared = diffie_hellman(ephemeral_.private_key, responder);
  if (!shared) return fail(ErrorCode::kAuth, "handshake reply with a degenerate key");
  mix_ephemeral(symmetric, responder);
  symmetric.mix_key(shared->view());
  return symmetric.decrypt_and_hash(message.subspan(kKeySize)).map([&](ByteVector&& payload) {
    return Finished{std::move(payload), transport_of(symmetric)};
  });
}

NoiseResponder::NoiseResponder(const Identity& identity, Bytes prologue)
    : symmetric_(start(prologue, identity.keypair.public_key)),
      shared_(identity.shared),
      static_(identity.keypair) {}

Result<ByteVector> NoiseResponder::read_hello(Bytes message) {
  SKIRRET_CHECK(!has_caller_);
  if (message.size() < kNoiseOverhead) return fail(ErrorCode::kTruncated, "handshake hello is too short");
  caller_ = read_ephemeral(message);
  const auto shared = diffie_hellman(static_.private_key, caller_);
  if (!shared) return fail(ErrorCode::kAuth, "handshake hello with a degenerate key");
  symmetric_.mix_key_and_hash(shared_.view());
  mix_ephemeral(symmetric_, caller_);
  symmetric_.mix_key(shared->view());
  auto payload = symmetric_.decrypt_and_hash(message.subspan(kKeySize));
  has_caller_ = payload.has_value();
  return payload;
}

NoiseResponder::Finished NoiseResponder::write_reply(Bytes payload, RandomSource& random) {
  SKIRRET_CHECK(has_caller_);
  const Keypair ephemeral = Keypair::generate(random);
  const auto shared = diffie_hellman(ephemeral.private_key, caller_);
  SKIRRET_CHECK(shared.has_value());  // read_hello refused keys of low order
  mix_ephemeral(symmetric_, ephemeral.public_key);
  symmetric_.mix_key(shared->view());
  ByteVector message = joined(ephemeral.public_key, symmetric_.encrypt_and_hash(payload));
  return {std::move(message), transport_of(symmetric_)};
}

}  // namespace skirret::transport
