#pragma once

#include <cstdint>

#include "codec/base/time.hh"

namespace skirret::transport {

// Names a coded frame, and the decoder state that decoding it leads to. The caller counts from 1 upwards over
// the whole session and may leave numbers out (a frame that is skipped). 64 bits in memory and a varint on
// the wire, so it never wraps; 0 stands for "none".
using FrameNumber = std::uint64_t;
inline constexpr FrameNumber kMaxFrameNumber = (std::uint64_t{1} << 35) - 1;  // 36 years at 30 fps

// Numbers a sealed packet in one direction; the envelope carries it (transport/session).
using PacketNumber = std::uint64_t;
inline constexpr PacketNumber kMaxPacketNumber = (std::uint64_t{1} << 41) - 1;

// A sender's or receiver's clock on the wire: 100 µs ticks modulo 2^32 (119 hours). The two clocks share
// no origin; only differences of one clock's times mean something, and they are taken wrap-safe.
struct WireTime {
  std::uint32_t ticks = 0;
  bool operator==(const WireTime&) const = default;
};

inline constexpr Duration kWireTick = std::chrono::microseconds(100);

constexpr WireTime to_wire(TimePoint t) {
  return {static_cast<std::uint32_t>(static_cast<std::uint64_t>(to_ns(t) / kWireTick.count()))};
}

// later - earlier in ticks, within ±59 hours.
constexpr std::int32_t ticks_between(WireTime earlier, WireTime later) {
  return static_cast<std::int32_t>(later.ticks - earlier.ticks);
}

}  // namespace skirret::transport
