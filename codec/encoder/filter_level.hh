#pragma once

#include "codec/state/state.hh"
#include "codec/syntax/frame_header.hh"

namespace skirret::codec {

// Loop filter of a frame as a function of its quantizer: blocking grows with the step. The deltas filter
// macroblocks less that repeat what was filtered before, and more where prediction breaks at subblocks.
// `in_force`: the deltas before the frame; only those that differ are sent.
FilterFields filter_fields(int quantizer_index, const FilterDeltaState& in_force);

// What a trial that came to `found` in place of `usual` at one quantizer says of another one, whose usual
// level is `own`.
std::uint8_t moved_level(int own, int usual, int found);

}  // namespace skirret::codec
