#include "transport/crypto/identity.hh"

#include <sodium.h>

namespace skirret::transport {

Keypair Keypair::generate(RandomSource& random) {
  PrivateKey key;
  random.fill(key.writable());
  return from_private(std::move(key));
}

Keypair Keypair::from_private(PrivateKey key) {
  PublicKey public_key;
  crypto_scalarmult_curve25519_base(public_key.data(), key.data());
  return {std::move(key), public_key};
}

Identity Identity::generate(RandomSource& random) {
  Identity identity{Keypair::generate(random), {}};
  random.fill(identity.shared.writable());
  return identity;
}

bool is_usable(const PublicKey& key) {
  const PrivateKey any(key);  // every scalar gives zeros with a key of low order, and none with another
  SecretBytes<32> shared;
  return crypto_scalarmult_curve25519(shared.data(), any.data(), key.data()) == 0;
}

}  // namespace skirret::transport
