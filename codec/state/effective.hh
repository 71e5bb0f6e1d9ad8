#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "codec/state/state.hh"
#include "codec/syntax/frame_header.hh"
#include "codec/syntax/modes.hh"

// What a frame header means on top of the state it is decoded from (RFC 6386 sections 9.3 and 9.6).
namespace skirret::codec {

// In force for this frame, and what the next state keeps. A key frame starts from zero; a data update
// sets what it does not send to 0; filter deltas keep what is not sent.
SegmentationState effective_segmentation(const State& from, const FrameHeader& header);
FilterDeltaState effective_filter_deltas(const State& from, const FrameHeader& header);

// The segment map that the frame starts from: the state's, or null (all zero) on a key frame.
SegmentMap kept_segment_map(const State& from, const FrameHeader& header);

// The segment map after a frame whose macroblocks have these modes.
SegmentMap segment_map_after(const State& from, const FrameHeader& header,
                             std::span<const MacroblockModes> modes);

// Quantizer index 0..127 of a macroblock in `segment`.
int effective_quantizer(const FrameHeader& header, const SegmentationState& segmentation, int segment);

// Loop filter levels 0..63 of all kinds of macroblocks in a frame. A frame level of 0 turns every one off.
class FilterLevels {
 public:
  FilterLevels(const FrameHeader& header, const SegmentationState& segmentation,
               const FilterDeltaState& deltas);
  std::uint8_t of(const MacroblockModes& modes) const;

 private:
  // [segment][reference][0 kSubblocks, 1 other intra and kZero, 2 nearest/near/new, 3 split]
  std::array<std::array<std::array<std::uint8_t, 4>, 4>, 4> levels_{};
};

// The state after a frame: `picture` is what was reconstructed, `probabilities` those in force for it,
// `map` the segment map after it (kept_segment_map when it had no update).
State advance(const State& from, const FrameHeader& header, const Probabilities& probabilities,
              SegmentMap map, const Picture& picture);

}  // namespace skirret::codec
