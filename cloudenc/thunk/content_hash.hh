#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>

#include "codec/base/bytes.hh"
#include "codec/base/result.hh"

namespace skirret::cloudenc {

// BLAKE2b-256 over uncompressed canonical bytes: the name of a blob, or of a thunk (its key).
struct ContentHash {
  std::array<std::uint8_t, 32> bytes{};

  static ContentHash of(Bytes content);
  static Result<ContentHash> parse(const std::string& hex);  // 64 lower-case hex digits, else kMalformed
  std::string hex() const;
  auto operator<=>(const ContentHash&) const = default;
};

}  // namespace skirret::cloudenc
