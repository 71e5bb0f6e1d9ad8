#pragma once

#include <cstdint>
#include <optional>

#include "codec/base/bytes.hh"
#include "transport/crypto/secret_bytes.hh"

namespace skirret::transport {

inline constexpr std::size_t kTagSize = 16;

// ChaCha20-Poly1305 (RFC 8439) with Noise's nonce: 32 zero bits, then `nonce` as 64 bits little-endian.
// A (key, nonce) pair must never seal two different things.

// Appends plain.size() + kTagSize bytes to `out`.
void append_sealed(ByteVector& out, const SecretBytes<32>& key, std::uint64_t nonce, Bytes associated,
                   Bytes plain);

// Nothing when the tag does not fit (also when `sealed` is shorter than a tag).
std::optional<ByteVector> open_sealed(const SecretBytes<32>& key, std::uint64_t nonce, Bytes associated,
                                      Bytes sealed);

}  // namespace skirret::transport
