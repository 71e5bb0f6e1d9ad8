#pragma once

#include "codec/encoder/rebase.hh"

namespace skirret::codec {

// The frame's header for `to`: everything but the probabilities, which are fitted after coding. Segment
// ids count as the frame's own (`frame.modes`); the map is sent when `to` holds another one.
FrameHeader rebased_header(const State& to, const ParsedFrame& frame, const RebaseOptions& options);

}  // namespace skirret::codec
