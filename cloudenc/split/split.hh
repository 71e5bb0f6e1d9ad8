#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "codec/picture/picture.hh"

namespace skirret::cloudenc {

// One picture of the recording, in order of showing.
struct SourceFrame {
  std::size_t segment = 0;
  std::size_t index = 0;  // among the segment's pictures
  std::int64_t time = 0;  // in the recording's time base, strictly rising
  codec::Dimensions dimensions;
  bool operator==(const SourceFrame&) const = default;
};

struct Chunk {
  std::size_t first = 0;  // frame
  std::size_t count = 0;  // >= 1
  bool operator==(const Chunk&) const = default;
};

// Chunks behind one key frame, one after another, of one picture size.
struct Batch {
  std::vector<Chunk> chunks;
  std::size_t first() const { return chunks.front().first; }
  std::size_t count() const { return chunks.back().first + chunks.back().count - first(); }
  bool operator==(const Batch&) const = default;
};

struct Division {
  std::size_t chunk = 6;   // frames at most, >= 1
  std::size_t batch = 16;  // chunks at most, >= 1
};

// Every frame in order, in exactly one chunk. A batch ends where the size changes, before each of `cuts`
// (ascending frames, may be empty) that leaves it a whole chunk at least, and when it is full; only a batch's
// last chunk is shorter than the others.
std::vector<Batch> divide(std::span<const SourceFrame> frames, const Division& division,
                          std::span<const std::size_t> cuts);

}  // namespace skirret::cloudenc
