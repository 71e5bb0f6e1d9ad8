#pragma once

#include <cstddef>
#include <cstdint>

#include "transport/wire/data_packet.hh"

namespace skirret::transport {

// What one packet costs. `wire_overhead` is everything on the path besides the payload: IP and UDP headers
// and sealing; `max_payload` is what sealing takes at most (a whole message of transport/wire).
struct PacketCost {
  std::size_t max_payload = 0;
  std::size_t wire_overhead = 0;
};

// IPv4 and UDP headers (IPv6 takes 20 more; the rate model adapts to either, for it measures what comes out).
inline constexpr std::size_t kIpUdpBytes = 28;

// Arithmetic between coded bytes (a frame) and wire bytes (what a link carries), and the cutting of frames.
class Packetizer {
 public:
  explicit Packetizer(PacketCost cost);

  std::size_t fragment_capacity() const { return capacity_; }  // coded bytes in a full packet
  std::size_t full_packet_wire_bytes() const { return cost_.max_payload + cost_.wire_overhead; }
  std::uint32_t fragments_of(std::size_t frame_bytes) const;
  std::size_t wire_bytes_of(std::size_t frame_bytes) const;  // at most; all fragments with their headers
  // The largest frame whose wire_bytes_of() is at most this; 0 when even the smallest useful one is not.
  std::size_t frame_bytes_within(std::size_t wire_bytes) const;

  // Fragment k of a frame; notes are filled in when it is sent. Borrows from `frame`.
  DataPacket cut(FrameNumber number, FrameNumber source, Bytes frame, std::uint32_t k) const;

 private:
  PacketCost cost_;
  std::size_t capacity_;
};

}  // namespace skirret::transport
