#include "transport/crypto/secret_text.hh"

#include <algorithm>

#include <sodium.h>

#include "codec/base/check.hh"
#include "transport/crypto/blake2b.hh"

namespace skirret::transport {

namespace {

constexpr std::size_t kContent = 64;
constexpr std::size_t kChecksum = 4;
constexpr std::size_t kRaw = 1 + kContent + kChecksum;
static_assert(kRaw * 4 / 3 == kSecretTextSize && kRaw % 3 == 0);

Bytes first_checksum(const Hash64& hash) {
  return Bytes(hash).first(kChecksum);
}

bool is_base64url(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

}  // namespace

std::string encode_secret(SecretKind kind, const SecretBytes<64>& content) {
  SecretBytes<kRaw> raw;
  raw.data()[0] = static_cast<std::uint8_t>(kind);
  std::copy_n(content.data(), kContent, raw.data() + 1);
  const Hash64 hash = blake2b({raw.view().first(1 + kContent)});
  std::copy_n(hash.begin(), kChecksum, raw.data() + 1 + kContent);
  std::string text(kSecretTextSize + 1, '\0');
  sodium_bin2base64(text.data(), text.size(), raw.data(), kRaw, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.pop_back();
  return text;
}

Result<SecretBytes<64>> decode_secret(SecretKind kind, std::string_view text) {
  const auto odd = std::find_if_not(text.begin(), text.end(), is_base64url);
  if (odd != text.end()) {
    return fail(ErrorCode::kMalformed, "the secret's character " + std::to_string(odd - text.begin() + 1) +
                                           " cannot be part of one (A-Z a-z 0-9 - _ can)");
  }
  if (text.size() < kSecretTextSize) {
    return fail(ErrorCode::kTruncated, "the secret ends after " + std::to_string(text.size()) + " of " +
                                           std::to_string(kSecretTextSize) +
                                           " characters: it was not copied whole");
  }
  if (text.size() > kSecretTextSize) {
    return fail(ErrorCode::kMalformed, "the secret has " + std::to_string(text.size()) +
                                           " characters instead of " + std::to_string(kSecretTextSize) +
                                           ": something else was copied with it");
  }
  SecretBytes<kRaw> raw;
  std::size_t decoded = 0;
  SKIRRET_CHECK(sodium_base642bin(raw.data(), kRaw, text.data(), text.size(), nullptr, &decoded, nullptr,
                                  sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
                decoded == kRaw);
  const Hash64 hash = blake2b({raw.view().first(1 + kContent)});
  if (!std::ranges::equal(raw.view().last(kChecksum), first_checksum(hash))) {
    return fail(ErrorCode::kMalformed,
                "the secret does not match its checksum: a character of it was changed");
  }
  const auto found = static_cast<SecretKind>(raw.data()[0]);
  if (found == kind) return SecretBytes<64>(raw.view().subspan(1, kContent));
  if (found == SecretKind::kKeyFile) {
    return fail(ErrorCode::kInvalid,
                "this is the content of a listener's key file, not a link; keep it private");
  }
  if (found == SecretKind::kCallLink)
    return fail(ErrorCode::kInvalid, "this is a call link's secret, not a key");
  return fail(ErrorCode::kUnsupported, "the secret is of a version that this program does not know");
}

}  // namespace skirret::transport
