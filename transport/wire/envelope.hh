#pragma once

#include <cstdint>
#include <optional>

#include "codec/base/bytes.hh"
#include "codec/base/result.hh"

namespace skirret::transport {

// Every datagram starts with one byte: the protocol's version in the high four bits, the kind below.
inline constexpr std::uint8_t kProtocolVersion = 1;

enum class DatagramKind : std::uint8_t {
  kHello = 1,       // first handshake message, caller to listener
  kReply = 2,       // second handshake message, listener to caller
  kData = 3,        // sealed packet, both ways
  kShortHello = 4,  // the first handshake message of a caller that has a session already
};

constexpr std::uint8_t first_byte(DatagramKind kind) {
  return static_cast<std::uint8_t>(kProtocolVersion << 4 | static_cast<std::uint8_t>(kind));
}

// The kind of a datagram of our version; nothing for everything else. Reads the first byte only.
std::optional<DatagramKind> kind_of(Bytes datagram);

// Derived from the handshake by both sides; tells one session's packets from another's.
using SessionId = std::uint32_t;

// The clear part of a sealed packet; all of it is associated data.
//
//   0        1                 5                 9
//   +--------+-----------------+-----------------+----------------- - - - --------+
//   | 0x13   | session id (be) | number low (be) | sealed payload, 16-byte tag     |
//   +--------+-----------------+-----------------+----------------- - - - --------+
//
// `number_low` is the packet number modulo 2^32; the reader adds the rest (crypto/packet_number.hh).
struct DataHeader {
  static constexpr std::size_t kSize = 9;

  SessionId session_id = 0;
  std::uint32_t number_low = 0;

  bool operator==(const DataHeader&) const = default;
  ByteVector serialise() const;
  // Reads the first kSize bytes. Errors: kTruncated, kMalformed (another version or kind).
  static Result<DataHeader> parse(Bytes datagram);
};

}  // namespace skirret::transport
