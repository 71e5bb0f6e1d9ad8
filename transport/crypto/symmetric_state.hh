#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "codec/base/bytes.hh"
#include "codec/base/result.hh"
#include "transport/crypto/secret_bytes.hh"

namespace skirret::transport {

// Noise's SymmetricState (revision 34, section 5.2) with ChaChaPoly and BLAKE2b: a hash of all that was said,
// a chaining key, and the key and nonce for what is encrypted during the handshake.
class SymmetricState {
 public:
  explicit SymmetricState(std::string_view protocol_name);

  void mix_hash(Bytes data);
  void mix_key(Bytes input);
  void mix_key_and_hash(Bytes input);

  ByteVector encrypt_and_hash(Bytes plain);
  Result<ByteVector> decrypt_and_hash(Bytes sealed);  // kTruncated, kAuth; on error nothing has changed

  std::pair<SecretBytes<32>, SecretBytes<32>> split() const;
  const std::array<std::uint8_t, 64>& hash() const { return hash_; }

 private:
  SecretBytes<64> chaining_key_;
  std::array<std::uint8_t, 64> hash_{};
  SecretBytes<32> key_;
  bool has_key_ = false;
  std::uint64_t nonce_ = 0;
};

}  // namespace skirret::transport
