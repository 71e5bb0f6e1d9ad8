#pragma once

#include <cstdint>

#include "codec/encoder/frame_quantizer.hh"
#include "codec/encoder/token_costs.hh"

namespace skirret::codec {

// One 4x4 block to be quantised with its rate in mind.
struct TrellisBlock {
  BlockType type;
  const std::int16_t* coefficients;  // raster
  const BlockQuantizer* quantizer;
  int first;             // 1 for luma blocks after a Y2, else 0
  int context;           // non-zero neighbours: 0..2
  std::uint32_t weight;  // sixteenths of a squared sample for one squared coefficient: 4, or 1 for Y2
  std::uint32_t lambda;  // as in FrameQuantizer
};

// Lowers levels (each by at most one) and moves the end of the block where bits are worth more than
// distortion: an exact search over all such choices. `levels` and `quantised` come from
// EncoderKernels::quantise and are replaced by what is chosen. Returns what the tokens cost.
Cost optimise_levels(const TrellisBlock& block, const TokenCosts& costs, std::int16_t* levels,
                     QuantisedBlock& quantised);

// The same by one pass from the block's start that looks one token ahead, and the best end on its way: a
// third of the time, for what is coded often and sent seldom.
Cost choose_levels_quickly(const TrellisBlock& block, const TokenCosts& costs, std::int16_t* levels,
                           QuantisedBlock& quantised);

}  // namespace skirret::codec
