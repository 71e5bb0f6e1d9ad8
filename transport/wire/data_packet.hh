#pragma once

#include <cstddef>

#include "codec/base/bytes.hh"
#include "transport/wire/message.hh"
#include "transport/wire/sender_notes.hh"

namespace skirret::transport {

// One fragment of one coded frame, or one row of the parity over its fragments.
//
//   +------+----------------------+-------------------+--------------------+
//   |  1   | sender notes (…)     | frame (varint)    | distance (varint)  |
//   +------+-------+--------------+----+--------------+--------------------+
//   | k (varint)   | n-1 (varint)      | frame bytes (varint) | fragment …  |
//   +--------------+-------------------+--------------+--------------------+
//
// distance: frame - source; 0 marks a key frame, which has no source. Fragments are cut evenly: fragment k
// (0 … n-1) of a frame of B bytes holds bytes [B*k/n, B*(k+1)/n), so size and place follow from the header.
//
// k ≥ n is row k-n of the parity (transport/parity/erasure_code.hh), as long as the longest fragment; there
// are up to 32 rows, and none for a frame of more than 192 fragments. Any n of a frame's packets give the
// frame.
struct DataPacket {
  SenderNotes notes;
  FrameNumber frame = 0;
  FrameNumber source = 0;      // the frame whose state this one was coded from; 0: a key frame
  std::uint32_t fragment = 0;  // from `fragments` on: a parity row
  std::uint32_t fragments = 1;
  std::uint32_t frame_bytes = 0;
  Bytes bytes;  // borrowed

  bool key_frame() const { return source == 0; }
  bool parity() const { return fragment >= fragments; }
};

inline constexpr std::uint32_t kMaxFragments = 4096;
inline constexpr std::uint32_t kMaxFrameBytes = 4u << 20;
inline constexpr std::uint32_t kMaxParityFragments = 192;  // of a frame that has parity
inline constexpr std::uint32_t kMaxParityRows = 32;

// Where fragment k of n begins in a frame of `bytes` bytes.
constexpr std::size_t fragment_begin(std::size_t bytes, std::size_t k, std::size_t n) {
  return bytes * k / n;
}

constexpr std::size_t longest_fragment(std::size_t bytes, std::size_t n) {
  return (bytes + n - 1) / n;
}

// The most bytes that a data packet holds besides its fragment.
inline constexpr std::size_t kMaxDataOverhead = 1 + (4 + 1 + 5 + 6) + 5 + 5 + 2 + 2 + 4;

ByteVector write_data(const DataPacket&);
// The fragment borrows from `payload`.
Result<DataPacket> parse_data(Bytes payload);

}  // namespace skirret::transport
