#include "transport/wire/data_packet.hh"

#include "codec/base/check.hh"

namespace skirret::transport {
namespace {

bool is_part(std::uint64_t k, std::uint64_t fragments) {
  return k < fragments || (fragments <= kMaxParityFragments && k < fragments + kMaxParityRows);
}

}  // namespace

ByteVector write_data(const DataPacket& packet) {
  SKIRRET_CHECK(packet.source < packet.frame && is_part(packet.fragment, packet.fragments));
  ByteWriter to;
  to.u8(static_cast<std::uint8_t>(MessageType::kData));
  write_notes(to, packet.notes);
  to.varint(packet.frame);
  to.varint(packet.source == 0 ? 0 : packet.frame - packet.source);
  to.varint(packet.fragment);
  to.varint(packet.fragments - 1);
  to.varint(packet.frame_bytes);
  to.bytes(packet.bytes);
  return std::move(to).take();
}

Result<DataPacket> parse_data(Bytes payload) {
  ByteReader from(payload);
  if (from.u8() != static_cast<std::uint8_t>(MessageType::kData))
    return fail(ErrorCode::kMalformed, "data: not a data packet");
  auto notes = read_notes(from);
  if (!notes) return tl::unexpected(notes.error());
  DataPacket packet;
  packet.notes = *notes;
  packet.frame = from.varint();
  const std::uint64_t distance = from.varint();
  const std::uint64_t fragment = from.varint();
  const std::uint64_t last = from.varint();
  const std::uint64_t frame_bytes = from.varint();
  if (!from.ok()) return fail(ErrorCode::kTruncated, "data: short header");
  if (packet.frame == 0 || packet.frame > kMaxFrameNumber)
    return fail(ErrorCode::kMalformed, "data: frame number");
  if (distance >= packet.frame) return fail(ErrorCode::kMalformed, "data: source before the first frame");
  if (last >= kMaxFragments || !is_part(fragment, last + 1))
    return fail(ErrorCode::kMalformed, "data: fragment number");
  if (frame_bytes == 0 || frame_bytes > kMaxFrameBytes) return fail(ErrorCode::kLimit, "data: frame size");
  if (frame_bytes <= last) return fail(ErrorCode::kMalformed, "data: more fragments than bytes");
  packet.source = distance == 0 ? 0 : packet.frame - distance;
  packet.fragment = static_cast<std::uint32_t>(fragment);
  packet.fragments = static_cast<std::uint32_t>(last + 1);
  packet.frame_bytes = static_cast<std::uint32_t>(frame_bytes);
  const std::size_t size = packet.parity()
                               ? longest_fragment(packet.frame_bytes, packet.fragments)
                               : fragment_begin(packet.frame_bytes, packet.fragment + 1u, packet.fragments) -
                                     fragment_begin(packet.frame_bytes, packet.fragment, packet.fragments);
  if (from.remaining() < size) return fail(ErrorCode::kTruncated, "data: short fragment");
  packet.bytes = from.take(size);
  if (!from.at_end()) return fail(ErrorCode::kMalformed, "data: bytes after the fragment");
  return packet;
}

}  // namespace skirret::transport
