#pragma once

#include <cstddef>
#include <cstdint>

// What intra prediction reads around a block (RFC 6386 section 12).
namespace skirret::codec {

// Around a whole block of 16x16 or 8x8. What lies outside the picture stands in constants: a `left_stride`
// of 0 reads one sample for all lines.
struct IntraEdges {
  const std::uint8_t* above;  // the row above, from the block's first column on
  const std::uint8_t* left;   // the column to the left, from the block's first line on,
  std::ptrdiff_t left_stride;
  std::uint8_t corner;             // above and to the left of the block
  bool inside_above, inside_left;  // whether these edges are in the picture: only the DC mode asks
};

// The samples around a 4x4 block, in one line from the bottom left over the corner to the above right:
// 0..3 left (bottom to top), 4 corner, 5..8 above, 9..12 above right. Two words rather than bytes in memory:
// bytes written one by one and read together make the processor wait.
struct SubblockEdge {
  std::uint64_t first = 0;  // samples 0..7, the lowest byte first
  std::uint64_t last = 0;   // samples 8..12
  bool operator==(const SubblockEdge&) const = default;
};

}  // namespace skirret::codec
