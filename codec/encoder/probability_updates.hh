#pragma once

#include <array>
#include <cstdint>

#include "codec/encoder/token_costs.hh"
#include "codec/encoder/vector_costs.hh"
#include "codec/syntax/frame_header.hh"
#include "codec/syntax/probabilities.hh"

namespace skirret::codec {

// Everything of a frame that its probabilities are fitted to.
struct FrameCounts {
  TokenCounts tokens;
  VectorCounts vectors;
  BranchCount skip;                           // ones: skipped
  BranchCount inter;                          // ones: inter
  BranchCount other;                          // of inter macroblocks; ones: not from last
  BranchCount altref;                         // of those; ones: altref
  std::array<std::uint32_t, 5> luma_modes{};  // intra macroblocks of interframes
  std::array<std::uint32_t, 4> chroma_modes{};
};

// Sets the header's probabilities: an update is sent exactly where the bits it saves in this frame are
// more than those it costs. `in_force` are the probabilities before the frame.
void fit_probabilities(const FrameCounts& counts, const Probabilities& in_force, FrameHeader& header);

// Only those of tokens.
void fit_coefficients(const TokenCounts& tokens, const CoefficientProbabilities& in_force,
                      CoefficientUpdates& updates);

}  // namespace skirret::codec
