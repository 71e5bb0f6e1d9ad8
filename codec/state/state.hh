#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "codec/base/bytes.hh"
#include "codec/base/ids.hh"
#include "codec/base/result.hh"
#include "codec/picture/picture.hh"
#include "codec/syntax/modes.hh"
#include "codec/syntax/probabilities.hh"

namespace skirret::codec {

// An immutable, shared segment map: one id (0..3) for each macroblock, raster order. Null = all zero.
using SegmentMap = std::shared_ptr<const std::vector<std::uint8_t>>;

struct SegmentationState {
  bool absolute = false;
  std::array<std::int8_t, 4> quantizer{};     // -127..127
  std::array<std::int8_t, 4> filter_level{};  // -63..63
  bool operator==(const SegmentationState&) const = default;
};

struct FilterDeltaState {
  std::array<std::int8_t, 4> reference{};  // intra, last, golden, altref; -63..63
  std::array<std::int8_t, 4> mode{};
  bool operator==(const FilterDeltaState&) const = default;
};

// Everything a VP8 decoder carries from one frame to the next, and nothing else. A value: copies are
// cheap (pictures and map are shared and immutable), == compares what decoding can see. A state that
// has decoded nothing has no pictures; only a key frame decodes from it.
struct State {
  Dimensions dimensions;              // 0x0 before the first key frame
  std::uint8_t horizontal_scale = 0;  // 0..3
  std::uint8_t vertical_scale = 0;
  bool color_space = false;
  bool clamping_unneeded = false;
  Picture last, golden, altref;
  Probabilities probabilities = Probabilities::defaults();  // after the restore of refresh_entropy_probs=0
  SegmentationState segmentation;
  SegmentMap segment_map;
  FilterDeltaState filter_deltas;

  bool has_pictures() const { return !last.empty(); }
  const Picture& reference(ReferenceFrame which) const;  // kIntra is our fault: checked
  std::uint8_t segment_at(std::size_t macroblock) const {
    return segment_map ? (*segment_map)[macroblock] : std::uint8_t{0};
  }

  // XXH3-64 over the canonical bytes of the fields and each picture's cached hash. A null map and an
  // all-zero one are equal and have one id.
  StateId id() const;
  bool operator==(const State&) const;
};

// A self-contained blob (zstd inside, versioned); load checks every size before it allocates.
ByteVector save(const State&);
Result<State> load(Bytes, std::uint64_t max_pixels = 4096ull * 4096ull);

}  // namespace skirret::codec
