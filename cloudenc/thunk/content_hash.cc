#include "cloudenc/thunk/content_hash.hh"

#include <sodium.h>

#include "codec/base/check.hh"

namespace skirret::cloudenc {
namespace {

int digit_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return -1;
}

}  // namespace

ContentHash ContentHash::of(Bytes content) {
  // Picks the fastest implementation for this processor, once.
  static const bool ready = sodium_init() >= 0;
  SKIRRET_CHECK(ready);
  ContentHash hash;
  crypto_generichash(hash.bytes.data(), hash.bytes.size(), content.data(), content.size(), nullptr, 0);
  return hash;
}

Result<ContentHash> ContentHash::parse(const std::string& hex) {
  ContentHash hash;
  bool valid = hex.size() == 2 * hash.bytes.size();
  for (std::size_t i = 0; valid && i < hash.bytes.size(); ++i) {
    const int high = digit_value(hex[2 * i]), low = digit_value(hex[2 * i + 1]);
    valid = high >= 0 && low >= 0;
    hash.bytes[i] = static_cast<std::uint8_t>(high << 4 | (low & 15));
  }
  if (!valid) return fail(ErrorCode::kMalformed, "'" + hex + "' is no content hash of 64 hex digits");
  return hash;
}

std::string ContentHash::hex() const {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace skirret::cloudenc
