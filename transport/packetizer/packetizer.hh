#pragma once

#include <cstddef>
#include <cstdint>

#include "transport/parity/parity_policy.hh"
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

// How a frame is cut: into fragments, and so many parity rows over them.
struct FrameLayout {
  std::uint32_t fragments = 1;
  std::uint32_t rows = 0;

  std::uint32_t parts() const { return fragments + rows; }
};

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

  // The same with parity. Small frames are cut into more fragments than they need where that makes their
  // parity cheaper.
  FrameLayout layout_of(std::size_t frame_bytes, const ParityPolicy& parity) const;
  std::size_t wire_bytes_of(std::size_t frame_bytes, FrameLayout layout) const;
  std::size_t frame_bytes_within(std::size_t wire_bytes, const ParityPolicy& parity) const;
  std::size_t wire_bytes_of_part(std::size_t frame_bytes, FrameLayout layout, std::uint32_t part) const;

  // Fragment k of n of a frame; notes are filled in when it is sent. Borrows from `frame`.
  DataPacket cut(FrameNumber number, FrameNumber source, Bytes frame, std::uint32_t k, std::uint32_t n) const;
  DataPacket cut(FrameNumber number, FrameNumber source, Bytes frame, std::uint32_t k) const {
    return cut(number, source, frame, k, fragments_of(frame.size()));
  }

 private:
  std::size_t headers() const { return cost_.wire_overhead + kMaxDataOverhead; }

  PacketCost cost_;
  std::size_t capacity_;
};

}  // namespace skirret::transport
