#pragma once

#include <string_view>

#include "codec/base/bytes.hh"

namespace skirret::test {

// "0a1b" -> {0x0a, 0x1b}; lower case, even length.
inline ByteVector from_hex(std::string_view text) {
  const auto digit = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); };
  ByteVector bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(digit(text[i]) << 4 | digit(text[i + 1])));
  }
  return bytes;
}

}  // namespace skirret::test
