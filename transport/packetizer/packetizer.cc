#include "transport/packetizer/packetizer.hh"

#include <algorithm>

#include "codec/base/check.hh"

namespace skirret::transport {
namespace {

// Below this a last packet is not worth its headers.
constexpr std::size_t kSmallestUseful = 32;
constexpr std::uint32_t kMoreFragments = 4;  // than needed, at most

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
  const std::size_t tail = rest >= headers() + kSmallestUseful ? rest - headers() : 0;
  return std::min<std::size_t>(full * capacity_ + tail, kMaxFrameBytes);
}

// The wire bytes as a function of the number of fragments: parity gets cheaper, headers dearer. A few steps
// from the fewest are enough to be near the least.
FrameLayout Packetizer::layout_of(std::size_t frame_bytes, const ParityPolicy& parity) const {
  const std::uint32_t fewest = fragments_of(frame_bytes);
  FrameLayout best{fewest, parity.rows(fewest)};
  if (best.rows == 0) return best;
  for (std::uint32_t n = fewest + 1; n <= fewest + kMoreFragments && n <= frame_bytes; ++n) {
    const FrameLayout layout{n, parity.rows(n)};
    if (wire_bytes_of(frame_bytes, layout) < wire_bytes_of(frame_bytes, best)) best = layout;
  }
  return best;
}

std::size_t Packetizer::wire_bytes_of(std::size_t frame_bytes, FrameLayout layout) const {
  return frame_bytes + layout.rows * longest_fragment(frame_bytes, layout.fragments) +
         layout.parts() * headers();
}

std::size_t Packetizer::wire_bytes_of_part(std::size_t frame_bytes, FrameLayout layout,
                                           std::uint32_t part) const {
  if (part >= layout.fragments) return longest_fragment(frame_bytes, layout.fragments) + headers();
  return fragment_begin(frame_bytes, part + 1u, layout.fragments) -
         fragment_begin(frame_bytes, part, layout.fragments) + headers();
}

std::size_t Packetizer::frame_bytes_within(std::size_t wire_bytes, const ParityPolicy& parity) const {
  const std::size_t without = frame_bytes_within(wire_bytes);
  const std::uint32_t most = fragments_of(without) + kMoreFragments;
  std::size_t best = 0;
  for (std::uint32_t n = 1; n <= most; ++n) {
    const std::uint32_t rows = parity.rows(n);
    if (rows == 0) continue;
    const std::size_t parts = n + rows;
    if (parts * (headers() + kSmallestUseful) > wire_bytes) break;
    // Rows are as long as the longest fragment, which rounding makes up to a byte longer than the mean.
    const std::size_t bytes =
        std::min((wire_bytes - parts * headers() - rows) * n / parts, std::size_t{n} * capacity_);
    if (fragments_of(bytes) + kMoreFragments >= n) best = std::max(best, bytes);
  }
  // What is so small or so large that it goes without parity.
  std::size_t bare = without;
  while (bare > best && parity.rows(fragments_of(bare)) > 0) bare = (fragments_of(bare) - 1) * capacity_;
  return std::max(best, bare);
}

DataPacket Packetizer::cut(FrameNumber number, FrameNumber source, Bytes frame, std::uint32_t k,
                           std::uint32_t n) const {
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
