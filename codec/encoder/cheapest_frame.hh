#pragma once

#include "codec/encoder/analysis_data.hh"
#include "codec/encoder/encoder.hh"

namespace skirret::codec {

// The smallest frame that follows a plan: every macroblock skipped; interframes repeat the last picture,
// unfiltered; key frames are flat.
Candidate cheapest_frame(const State& from, const Picture& target, const Analysis::Data& analysis);

}  // namespace skirret::codec
