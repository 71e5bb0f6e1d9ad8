#pragma once

#include <cstdint>

#include "codec/base/bytes.hh"
#include "transport/wire/message.hh"

namespace skirret::transport {

// Challenge: sent to an address that the peer's newest packet came from, to see whether the peer is there.
// Response: the same value, to the address that the challenge came from, which is where the challenge's
// reader believes its peer to be. Both ways; neither is acknowledged.
//
//   +---+----------------------+
//   | 6 | value (u64), random  |      challenge
//   +---+----------------------+
//   | 7 | value (u64)          |      response
//   +---+----------------------+
//
// A challenge that is repeated has the same value: one value stands for one move.
struct PathChallenge {
  std::uint64_t value = 0;
  bool operator==(const PathChallenge&) const = default;
};

struct PathResponse {
  std::uint64_t value = 0;
  bool operator==(const PathResponse&) const = default;
};

inline constexpr std::size_t kPathMessageBytes = 9;

ByteVector write_path_challenge(const PathChallenge&);
Result<PathChallenge> parse_path_challenge(Bytes payload);

ByteVector write_path_response(const PathResponse&);
Result<PathResponse> parse_path_response(Bytes payload);

}  // namespace skirret::transport
