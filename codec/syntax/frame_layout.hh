#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "codec/base/bytes.hh"
#include "codec/base/result.hh"
#include "codec/picture/picture.hh"

// The uncoded skeleton of a frame (RFC 6386 sections 9.1, 9.5 and 19.1):
//
//   tag (3 bytes, little-endian): key_frame:1 (0 = key), version:3, show:1, first_partition_bytes:19
//   key frames: 9d 01 2a, width:14 + scale:2, height:14 + scale:2 (little-endian 16-bit words)
//   first partition: the coded header, then all macroblock headers
//   3 bytes for each token partition but the last: its size, little-endian
//   token partitions
namespace skirret::codec {

inline constexpr int kMaxTokenPartitions = 8;
inline constexpr std::uint32_t kMaxFirstPartitionBytes = (1u << 19) - 1;
inline constexpr std::uint32_t kMaxTokenPartitionBytes = (1u << 24) - 1;  // of all but the last

struct FrameTag {
  bool key_frame = false;
  std::uint8_t version = 0;  // 0..7 as sent
  bool show = true;
  std::uint32_t first_partition_bytes = 0;
};

struct FrameSize {
  Dimensions dimensions;
  std::uint8_t horizontal_scale = 0;
  std::uint8_t vertical_scale = 0;
};

struct FrameStart {
  FrameTag tag;
  std::optional<FrameSize> size;  // key frames
  // From the first partition's first byte to the frame's end: libvpx lets its first decoder run on into
  // the token partitions, and so do we.
  Bytes coded;
};

// kTruncated: below 3 bytes, a cut key frame header, a first partition beyond the end. kMalformed: wrong
// start code, a side of 0.
Result<FrameStart> parse_frame_start(Bytes frame);

struct TokenPartitions {
  std::array<Bytes, kMaxTokenPartitions> parts;
  int count = 1;
};

// `after_first` starts with the table of sizes. As libvpx: an explicit size of 0 or beyond the end is an
// error; when no bytes are left after the table, every partition is empty.
Result<TokenPartitions> split_token_partitions(Bytes after_first, int count);

// The reverse of both. `partitions`: 1, 2, 4 or 8. kLimit when a size does not fit its field.
Result<ByteVector> assemble_frame(const FrameTag& tag, const std::optional<FrameSize>& size,
                                  Bytes first_partition, std::span<const ByteVector> partitions);

// What assemble_frame will add to the partitions' own bytes.
constexpr std::size_t frame_overhead(bool key_frame, int partition_count) {
  return 3 + (key_frame ? 7 : 0) + 3 * static_cast<std::size_t>(partition_count - 1);
}

}  // namespace skirret::codec
