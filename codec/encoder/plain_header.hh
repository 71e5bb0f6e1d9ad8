#pragma once

#include "codec/encoder/analysis_data.hh"
#include "codec/state/state.hh"
#include "codec/syntax/frame_header.hh"

namespace skirret::codec {

// The header of a frame by its plan and quantizer: all but the probabilities.
FrameHeader plain_header(const State& from, const Analysis::Data& analysis, Quantizer quantizer);

}  // namespace skirret::codec
