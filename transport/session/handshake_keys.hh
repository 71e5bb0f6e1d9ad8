#pragma once

#include <cstdint>

#include "codec/base/bytes.hh"
#include "transport/crypto/identity.hh"
#include "transport/crypto/noise_nkpsk0.hh"
#include "transport/session/sealed_channel.hh"

namespace skirret::transport {

// What caller and listener derive alike around the Noise handshake.

// Noise's prologue: binds the protocol's name and version.
Bytes handshake_prologue();

// The keyed hash at a hello's end. Its key needs the whole link, so a flood by somebody without it costs a
// listener one hash a datagram. Nothing else rests on it: Noise authenticates the hello again.
class HelloMac {
 public:
  explicit HelloMac(const CallSecret& secret);

  ByteVector over(Bytes covered) const;       // Hello::kMacSize bytes
  bool fits(Bytes covered, Bytes mac) const;  // in constant time

 private:
  SecretBytes<32> key_;
};

enum class HandshakeRole : std::uint8_t { kInitiator, kResponder };

// Sealing keys by direction; session id from the handshake's hash, session token from its keys.
SessionKeys session_keys(const NoiseTransport& transport, HandshakeRole role);

}  // namespace skirret::transport
