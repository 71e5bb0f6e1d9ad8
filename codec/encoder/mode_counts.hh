#pragma once

#include <vector>

#include "codec/encoder/coded_frame.hh"
#include "codec/encoder/probability_updates.hh"
#include "codec/syntax/near_vectors.hh"

namespace skirret::codec {

// Adds one coded macroblock's header to a frame's counts. `best` is what its new vectors are coded
// against (find_near_vectors); unused for intra macroblocks.
void count_modes(const MacroblockModes& modes, bool key_frame, MotionVector best, FrameCounts& counts);

// Adds its tokens, and moves the contexts past it.
void count_tokens(const MacroblockCoefficients& levels, bool has_y2, TokenContext& above, TokenContext& left,
                  TokenCounts& counts);
// The same, and notes them down.
void record_tokens(const MacroblockCoefficients& levels, bool has_y2, TokenContext& above, TokenContext& left,
                   TokenCounts& counts, std::vector<RecordedToken>& record);

}  // namespace skirret::codec
