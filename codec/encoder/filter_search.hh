#pragma once

#include "codec/encoder/coded_frame.hh"
#include "codec/encoder/partial_reconstruction.hh"
#include "codec/picture/picture.hh"
#include "codec/state/state.hh"
#include "codec/syntax/frame_header.hh"

namespace skirret::codec {

// The loop filter level and sharpness that bring a coded frame nearest to its target, by trying some on half
// of its rows. Starts from what the header says; the deltas stay. `made` gets the rest of the frame made.
FilterFields search_filter(const State& from, const Picture& target, const FrameHeader& header,
                           const CodedFrame& frame, PartialReconstruction& made);

}  // namespace skirret::codec
