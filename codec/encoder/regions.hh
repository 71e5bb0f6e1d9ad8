#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "codec/base/result.hh"
#include "codec/encoder/encoder.hh"
#include "codec/state/state.hh"
#include "codec/syntax/frame_header.hh"

namespace skirret::codec {

// What each of VP8's four segments stands for (RFC 6386 section 9.3). A macroblock that is more than one of
// them is the last.
enum class Region : std::uint8_t { kPlain = 0, kStill = 1, kText = 2, kSkin = 3 };

// The regions of one frame, the same for all its candidates.
struct RegionMap {
  SegmentMap map;                                                // null: no segments in this frame
  bool update = false;                                           // it differs from the state's, and is sent
  std::array<std::optional<Probability>, 3> tree_probabilities;  // fitted to the map, when it is sent
  Stillness stillness;                                           // for the next frame's hints

  std::uint8_t segment_at(std::size_t macroblock) const { return map ? (*map)[macroblock] : std::uint8_t{0}; }
};

// Looks at the source alone: still is what differs from the source before by no more than noise for some
// frames in a row, text has many hard edges between plain samples, skin lies in a box of chroma. The map that
// the state holds stays until a good part of it is wrong: sending one costs bits.
RegionMap find_regions(const State& from, const Picture& target, const FramePlan& plan,
                       QuantizerRange expected, const Hints& hints);

// From names with commas between them: "still", "text", "skin"; "none" is no region. kInvalid names what it
// does not know.
Result<Regions> parse_regions(std::string_view names);

// The quantizer of a region in a frame whose own is `quantizer`.
Quantizer region_quantizer(Region region, Quantizer quantizer);

// What a frame's header says of its regions: only what the state does not say already.
SegmentationFields segmentation_fields(const State& from, const RegionMap& regions, bool key_frame,
                                       Quantizer quantizer);

}  // namespace skirret::codec
