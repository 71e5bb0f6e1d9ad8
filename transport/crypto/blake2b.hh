#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <utility>

#include "codec/base/bytes.hh"
#include "transport/crypto/secret_bytes.hh"

namespace skirret::transport {

using Hash64 = std::array<std::uint8_t, 64>;

// BLAKE2b with 64 bytes of output (RFC 7693) over the parts, one after the other.
Hash64 blake2b(std::initializer_list<Bytes> parts);

// BLAKE2b under a key of 16 to 64 bytes, with N (16 to 64) bytes of output: tags, and keys made from keys.
template <std::size_t N>
SecretBytes<N> keyed_blake2b(Bytes key, std::initializer_list<Bytes> parts);
extern template SecretBytes<16> keyed_blake2b<16>(Bytes, std::initializer_list<Bytes>);
extern template SecretBytes<32> keyed_blake2b<32>(Bytes, std::initializer_list<Bytes>);

// HMAC (RFC 2104) over BLAKE2b, with the block size of 128 bytes: what Noise calls HMAC-HASH.
SecretBytes<64> hmac_blake2b(Bytes key, std::initializer_list<Bytes> parts);

// Noise's HKDF (revision 34, section 4.3) with two and three outputs.
std::pair<SecretBytes<64>, SecretBytes<64>> hkdf2(const SecretBytes<64>& chaining_key, Bytes input);
struct ThreeKeys {
  SecretBytes<64> first;
  SecretBytes<64> second;
  SecretBytes<64> third;
};
ThreeKeys hkdf3(const SecretBytes<64>& chaining_key, Bytes input);

}  // namespace skirret::transport
