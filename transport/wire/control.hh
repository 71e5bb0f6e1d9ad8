#pragma once

#include <cstdint>
#include <string>

#include "codec/base/bytes.hh"
#include "transport/wire/message.hh"
#include "transport/wire/sender_notes.hh"

namespace skirret::transport {

// Probe: sent while the budget is 0 to see the link's return, to see whether the path carries datagrams of a
// size, and behind small frames to see how fast the link is. Padded with zeros to `size` bytes in all.
//
//   +---+-------------------+-----------+
//   | 3 | sender notes (…)  | zeros …   |
//   +---+-------------------+-----------+
struct Probe {
  SenderNotes notes;
  std::size_t size = 64;  // bytes of the whole message, at least what the notes take; at most kMaxProbeBytes
  bool operator==(const Probe&) const = default;
};
inline constexpr std::size_t kMaxProbeBytes = 1472;

ByteVector write_probe(const Probe&);
Result<Probe> parse_probe(Bytes payload);

// Ping: keeps an idle session alive, either way. The receiver answers with its ack.
//
//   +---+-------------------+
//   | 4 | sender notes (…)  |      (a receiver's ping: notes with its own send time, the rest 0)
//   +---+-------------------+
struct Ping {
  SenderNotes notes;
  bool operator==(const Ping&) const = default;
};

ByteVector write_ping(const Ping&);
Result<Ping> parse_ping(Bytes payload);

// Close: the session is over, either way. Sent a few times; nothing follows it.
//
//   +---+--------+------------------+---------+
//   | 5 | reason | length (varint)  | text …  |
//   +---+--------+------------------+---------+
enum class CloseReason : std::uint8_t {
  kDone = 0,      // the call ended
  kReplaced = 1,  // another caller took the receiver over
  kFault = 2,     // the text says what went wrong
};

struct Close {
  CloseReason reason = CloseReason::kDone;
  std::string text;  // at most 200 bytes of printable ASCII; others are replaced by '?'
  bool operator==(const Close&) const = default;
};
inline constexpr std::size_t kMaxCloseText = 200;

ByteVector write_close(const Close&);
Result<Close> parse_close(Bytes payload);

}  // namespace skirret::transport
