#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "codec/base/result.hh"
#include "transport/crypto/secret_bytes.hh"

namespace skirret::transport {

// 64 secret bytes as a person copies them: base64url (RFC 4648, section 5, unpadded) of
//
//   kind and version (1) | content (64) | first 4 bytes of BLAKE2b over what stands before
//
// which is 69 bytes, so 92 characters. The checksum tells a text that was cut or changed from one that
// belongs to somebody else; it protects from mistakes, not from people.
enum class SecretKind : std::uint8_t {
  kCallLink = 0x01,  // public key and shared secret
  kKeyFile = 0x81,   // private key and shared secret
};

inline constexpr std::size_t kSecretTextSize = 92;

std::string encode_secret(SecretKind kind, const SecretBytes<64>& content);

// Errors name no part of the text: kTruncated (empty or cut short), kMalformed (characters that do not
// belong there, too long, wrong checksum), kInvalid (the other kind), kUnsupported (an unknown kind).
Result<SecretBytes<64>> decode_secret(SecretKind kind, std::string_view text);

}  // namespace skirret::transport
