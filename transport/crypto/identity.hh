#pragma once

#include <array>
#include <cstdint>

#include "transport/crypto/random_source.hh"
#include "transport/crypto/secret_bytes.hh"

namespace skirret::transport {

using PublicKey = std::array<std::uint8_t, 32>;  // X25519
using PrivateKey = SecretBytes<32>;

// What a caller must hold to call a listener, and all that a call link carries besides the address.
struct CallSecret {
  PublicKey listener{};
  SecretBytes<32> shared;  // 256 random bits; Noise's pre-shared key

  bool operator==(const CallSecret&) const = default;
};

// False for the few keys of low order, which no Keypair has.
bool is_usable(const PublicKey& key);

struct Keypair {
  PrivateKey private_key;
  PublicKey public_key{};

  static Keypair generate(RandomSource&);
  static Keypair from_private(PrivateKey);
};

// A listener's lasting keys: made fresh for each start, or kept in a key file so that its link stays valid.
struct Identity {
  Keypair keypair;
  SecretBytes<32> shared;

  static Identity generate(RandomSource&);
  CallSecret call_secret() const { return {keypair.public_key, shared}; }
};

}  // namespace skirret::transport
