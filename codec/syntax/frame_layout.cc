#include "codec/syntax/frame_layout.hh"

#include <string>
#include <utility>

#include "codec/base/byte_reader.hh"
#include "codec/base/byte_writer.hh"
#include "codec/base/check.hh"

namespace skirret::codec {
namespace {

constexpr std::uint32_t kStartCode = 0x2a019d;  // 9d 01 2a, read little-endian

FrameTag unpack_tag(std::uint32_t bits) {
  FrameTag tag;
  tag.key_frame = (bits & 1) == 0;
  tag.version = bits >> 1 & 7;
  tag.show = (bits >> 4 & 1) != 0;
  tag.first_partition_bytes = bits >> 5;
  return tag;
}

std::uint32_t pack_tag(const FrameTag& tag) {
  return (tag.key_frame ? 0u : 1u) | static_cast<std::uint32_t>(tag.version & 7) << 1 |
         (tag.show ? 1u : 0u) << 4 | tag.first_partition_bytes << 5;
}

Result<FrameSize> parse_size(ByteReader& reader) {
  if (reader.remaining() < 7) return fail(ErrorCode::kTruncated, "key frame ends inside its header");
  if (reader.u24le() != kStartCode) return fail(ErrorCode::kMalformed, "key frame without its start code");
  const std::uint16_t width = reader.u16le();
  const std::uint16_t height = reader.u16le();
  FrameSize size;
  size.dimensions = {width & 0x3fff, height & 0x3fff};
  size.horizontal_scale = static_cast<std::uint8_t>(width >> 14);
  size.vertical_scale = static_cast<std::uint8_t>(height >> 14);
  if (size.dimensions.width == 0 || size.dimensions.height == 0)
    return fail(ErrorCode::kMalformed, "key frame of size 0");
  return size;
}

}  // namespace

Result<FrameStart> parse_frame_start(Bytes frame) {
  if (frame.size() < 3) return fail(ErrorCode::kTruncated, "frame of less than 3 bytes");
  ByteReader reader(frame);
  FrameStart start;
  start.tag = unpack_tag(reader.u24le());
  if (start.tag.key_frame) {
    auto size = parse_size(reader);
    if (!size) return tl::unexpected(std::move(size.error()));
    start.size = *size;
  }
  start.coded = reader.rest();
  if (start.tag.first_partition_bytes > start.coded.size())
    return fail(ErrorCode::kTruncated, "first partition of " +
                                           std::to_string(start.tag.first_partition_bytes) +
                                           " bytes in a frame of " + std::to_string(frame.size()));
  return start;
}

Result<TokenPartitions> split_token_partitions(Bytes after_first, int count) {
  ByteReader reader(after_first);
  TokenPartitions split;
  split.count = count;
  const Bytes table = reader.take(3 * static_cast<std::size_t>(count - 1));
  if (!reader.ok()) return fail(ErrorCode::kTruncated, "frame ends inside its table of partition sizes");
  ByteReader sizes(table);
  for (int i = 0; i < count && reader.remaining() > 0; ++i) {
    const std::size_t size = i + 1 < count ? sizes.u24le() : reader.remaining();
    if (size == 0 || size > reader.remaining())
      return fail(ErrorCode::kTruncated, "token partition " + std::to_string(i) + " of " +
                                             std::to_string(size) + " bytes where " +
                                             std::to_string(reader.remaining()) + " are left");
    split.parts[static_cast<std::size_t>(i)] = reader.take(size);
  }
  return split;
}

Result<ByteVector> assemble_frame(const FrameTag& tag, const std::optional<FrameSize>& size,
                                  Bytes first_partition, std::span<const ByteVector> partitions) {
  SKIRRET_CHECK(tag.key_frame == size.has_value());
  SKIRRET_CHECK(partitions.size() == 1 || partitions.size() == 2 || partitions.size() == 4 ||
                partitions.size() == 8);
  if (first_partition.size() > kMaxFirstPartitionBytes)
    return fail(ErrorCode::kLimit, "first partition above 2^19 bytes");
  FrameTag sized = tag;
  sized.first_partition_bytes = static_cast<std::uint32_t>(first_partition.size());

  ByteWriter writer;
  writer.u24le(pack_tag(sized));
  if (size) {
    writer.u24le(kStartCode);
    writer.u16le(static_cast<std::uint16_t>(size->dimensions.width | size->horizontal_scale << 14));
    writer.u16le(static_cast<std::uint16_t>(size->dimensions.height | size->vertical_scale << 14));
  }
  writer.bytes(first_partition);
  for (std::size_t i = 0; i + 1 < partitions.size(); ++i) {
    if (partitions[i].size() > kMaxTokenPartitionBytes)
      return fail(ErrorCode::kLimit, "token partition above 2^24 bytes");
    writer.u24le(static_cast<std::uint32_t>(partitions[i].size()));
  }
  for (const auto& partition : partitions) writer.bytes(partition);
  return std::move(writer).take();
}

}  // namespace skirret::codec
