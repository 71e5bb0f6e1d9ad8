#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "codec/base/bytes.hh"
#include "codec/base/result.hh"
#include "transport/crypto/identity.hh"
#include "transport/crypto/random_source.hh"
#include "transport/crypto/secret_bytes.hh"
#include "transport/crypto/symmetric_state.hh"

namespace skirret::transport {

// Noise_NKpsk0_25519_ChaChaPoly_BLAKE2b (Noise revision 34, sections 5, 7 and 9):
//
//   <- s
//   ...
//   -> psk, e, es
//   <- e, ee
//
// The caller knows the listener's static public key and a 256-bit shared secret; both add a fresh ephemeral.
// `prologue` is what both must agree on beforehand: with another one nothing authenticates.

// Sizes of both messages without their payloads: the ephemeral public key and the payload's tag.
inline constexpr std::size_t kNoiseOverhead = 32 + 16;

// What both sides have afterwards; the first key seals what the initiator sends.
struct NoiseTransport {
  SecretBytes<32> initiator_key;
  SecretBytes<32> responder_key;
  std::array<std::uint8_t, 64> handshake_hash{};  // names this handshake; unlike all others'
};

class NoiseInitiator {
 public:
  NoiseInitiator(const CallSecret& secret, Bytes prologue, RandomSource& random);

  ByteVector write_hello(Bytes payload);  // call once, first
  // The payload of the listener's answer, and the keys. An answer that does not authenticate is refused with
  // kAuth (kTruncated when shorter than kNoiseOverhead) and changes nothing: the true one may still come.
  struct Finished {
    ByteVector payload;
    NoiseTransport transport;
  };
  Result<Finished> read_reply(Bytes message) const;

  const PublicKey& ephemeral() const { return ephemeral_.public_key; }

 private:
  SymmetricState symmetric_;
  SecretBytes<32> shared_;
  PublicKey listener_;
  Keypair ephemeral_;
};

class NoiseResponder {
 public:
  NoiseResponder(const Identity& identity, Bytes prologue);

  // The payload of the caller's message. Errors as above; after one this object is used up.
  Result<ByteVector> read_hello(Bytes message);

  struct Finished {
    ByteVector message;
    NoiseTransport transport;
  };
  Finished write_reply(Bytes payload, RandomSource& random);  // after read_hello succeeded

 private:
  SymmetricState symmetric_;
  SecretBytes<32> shared_;
  Keypair static_;
  PublicKey caller_{};
  bool has_caller_ = false;
};

}  // namespace skirret::transport
