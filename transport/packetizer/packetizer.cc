#include "transport/packetizer/packetizer.hh"

#include <algorithm>

#include "codec/base/check.hh"

namespace skirret::transport {
namespace {

// Below this a last packet is not worth its headers.
constexpr std::size_t kSmallestUseful = 32;

}  // namespace

Packetizer::Packetizer(PacketCost cost) : cost_(cost), capacity_(cost.max_payload - kMaxDataOverhead) {
  SKIRRET_CHECK(cost.max_payload >= kMaxDataOverhead + kSmallestUseful);
}

std::uint32_t Packetizer::fragments_of(std::size_t frame_bytes) const {
  return static_cast<std::uint32_t>(std::max<std::size_t>(1, (frame_bytes + capacity_ - 1) / capacity_));
}

std::size_t Packetizer::wire_bytes_of(std::size_t frame_bytes) const {
  return frame_bytes + fragments_of(frame_bytes) * (cost_.wire_overhead + kMaxDataOverhead);
}

std::size_t Packetizer::frame_bytes_within(std::size_t wire_bytes) const {
  const std::size_t full = std::min<std::size_t>(wire_bytes / full_packet_wire_bytes(), kMaxFragments - 1);
  const std::size_t rest = std::min(wire_bytes - full * full_packet_wire_bytes(), full_packet_wire_bytes());
  const std::size_t headers = cost_.wire_overhead + kMaxDataOverhead;
  const std::size_t tail = rest >= headers + kSmallestUseful ? rest - headers : 0;
  return std::min<std::size_t>(full * capacity_ + tail, kMaxFrameBytes);
}

DataPacket Packetizer::cut(FrameNumber number, FrameNumber source, Bytes frame, std::uint32_t k) const {
  const std::uint32_t n = fragments_of(frame.size());
  SKIRRET_CHECK(k < n && n <= kMaxFragments && frame.size() <= kMaxFrameBytes);
  DataPacket packet;
  packet.frame = number;
  packet.source = source;
  packet.fragment = k;
  packet.fragments = n;
  packet.frame_bytes = static_cast<std::uint32_t>(frame.size());
  const std::size_t begin = fragment_begin(frame.size(), k, n);
  packet.bytes = frame.subspan(begin, fragment_begin(frame.size(), k + 1u, n) - begin);
  return packet;
}

}  // namespace skirret::transport
