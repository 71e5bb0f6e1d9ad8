#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "codec/base/bytes.hh"
#include "codec/base/ids.hh"
#include "transport/wire/message.hh"
#include "transport/wire/numbers.hh"

namespace skirret::transport {

// What the receiver knows, whole: any one newest ack says all that older ones said about packets from the
// sender's oldest unsettled one on, and about frames from its oldest needed one on.
//
//   +---+------------------+---------------+-------------------+------------------+
//   | 2 | serial (varint)  | hold (varint) | arrival, u32 ticks| largest (varint) |
//   +---+------------------+-------+-------+-------------------+------------------+
//   | ranges r (varint, ≤ 64)      | length-1 of the newest range (varint)        |
//   |   then r-1 times: packets missing - 1 (varint), length-1 (varint)           |
//   +------------------------------+-----------------------------------------------+
//   | floor (varint): packets in gaps from largest down to largest-floor are      |
//   |   known to be missing; about older ones this ack says nothing               |
//   +------------------------------+-----------------------------------------------+
//   | arrivals a (varint, ≤ 512)   | a-1 times: zigzag varint, ticks by which the  |
//   |   next older packet of the ranges came before the one above it              |
//   +------------------------------+-----------------------------------------------+
//   | max states (varint) | max megabytes (varint)                                |
//   +------------------------------+-----------------------------------------------+
//   | frames f (varint, ≤ 96)      | f times, newest first: varint: number of the  |
//   |   newest, then distance-1 to the next older; u8 flags: 1 state held,        |
//   |   2 refused by the decoder, 4 id follows; the id, u64                        |
//   +------------------------------+-----------------------------------------------+
//   | marked (varint, above 0): only when there are any                            |
//   +------------------------------+-----------------------------------------------+
struct PacketRange {
  PacketNumber first = 0;
  PacketNumber last = 0;  // both included
  bool operator==(const PacketRange&) const = default;
};

struct AckedFrame {
  FrameNumber number = 0;
  bool held = false;          // its state is held: the sender may code from it
  bool refused = false;       // complete, but the decoder refused it or its source was not held
  std::optional<StateId> id;  // as the receiver computed it; of the newest few above "oldest needed"

  bool operator==(const AckedFrame&) const = default;
};

struct Ack {
  std::uint64_t serial = 0;  // counts acks; an older one never overrides a newer one
  Duration hold{};           // from the arrival of the newest packet to this ack; whole ticks on the wire
  WireTime newest_arrival;   // of `largest`, on the receiver's clock
  std::vector<PacketRange> ranges;    // newest first, never touching; not empty
  PacketNumber floor = 0;             // gaps above it are known losses or late packets
  std::vector<std::int32_t> earlier;  // ticks between the arrivals of neighbours in the ranges, newest first
  std::uint32_t max_states = 0;       // what the receiver can hold at most
  std::uint32_t max_megabytes = 0;
  std::uint64_t marked = 0;        // packets that came with a mark of congestion (ECN), in the session so far
  std::vector<AckedFrame> frames;  // newest first

  PacketNumber largest() const { return ranges.front().last; }
  bool operator==(const Ack&) const = default;
};

inline constexpr std::size_t kMaxAckRanges = 64;
inline constexpr std::size_t kMaxAckArrivals = 512;
inline constexpr std::size_t kMaxAckFrames = 96;

ByteVector write_ack(const Ack&);
Result<Ack> parse_ack(Bytes payload);

}  // namespace skirret::transport
