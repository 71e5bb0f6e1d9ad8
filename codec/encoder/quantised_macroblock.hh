#pragma once

#include "codec/encoder/analysis_data.hh"
#include "codec/encoder/frame_quantizer.hh"
#include "codec/encoder/token_costs.hh"
#include "codec/syntax/coefficients.hh"
#include "codec/syntax/tokens.hh"

namespace skirret::codec {

// Levels of one macroblock under one prediction, and what they cost.
struct QuantisedMacroblock {
  MacroblockCoefficients coefficients;
  Cost cost = 0;             // of all tokens
  std::uint64_t error = 0;   // sixteenths of squared errors, in the transform domain
  std::uint64_t energy = 0;  // the error if nothing were coded

  void clear_totals() {
    cost = 0;
    error = energy = 0;
  }
  void clear_block(std::size_t block) {
    coefficients.levels[block].fill(0);
    coefficients.ends[block] = 0;
  }
};

// How a frame's macroblocks are quantised.
struct QuantisationRules {
  const EncoderKernels* kernels;
  const FrameQuantizer* quantizer;
  const TokenCosts* costs;
  std::uint32_t lambda;
  bool trellis;
  bool quick = false;  // by choose_levels_quickly in its place
  bool priced = true;  // false: costs may be left out

  QuantisationRules with_trellis(bool wanted) const {
    QuantisationRules rules = *this;
    rules.trellis = trellis && wanted;
    return rules;
  }

  const BlockQuantizer& of(BlockType type) const {
    return type == BlockType::kY2       ? quantizer->y2
           : type == BlockType::kChroma ? quantizer->chroma
                                        : quantizer->luma;
  }
  std::uint32_t threshold(BlockType type) const {
    return type == BlockType::kY2       ? quantizer->y2_threshold
           : type == BlockType::kChroma ? quantizer->chroma_threshold
                                        : quantizer->luma_threshold;
  }
};

// Quantises one block (raster coefficients, 32-byte aligned, and their size) into place `block`, adding to
// the totals. `context`: how many of the blocks above and to the left had tokens. True when any level is not
// 0.
bool quantise_block(const QuantisationRules& rules, BlockType type, const std::int16_t* coefficients,
                    Magnitude size, std::size_t block, int context, QuantisedMacroblock& out);

// All blocks of a macroblock. `above` and `left` are the contexts before it; they are not moved on. `finer`:
// what a finer quantizer made of the same coefficients, or null: blocks that were empty there stay empty.
void quantise_macroblock(const QuantisationRules& rules, const MacroblockTransform& transform, bool has_y2,
                         TokenContext above, TokenContext left, QuantisedMacroblock& out,
                         const MacroblockCoefficients* finer = nullptr);

// No levels at all: such a macroblock is skipped, and has no tokens that would cost anything.
void leave_all_empty(const MacroblockTransform& transform, bool has_y2, QuantisedMacroblock& out);

// Moves the contexts past a coded macroblock.
void pass_contexts(const MacroblockCoefficients& coefficients, bool has_y2, TokenContext& above,
                   TokenContext& left);

}  // namespace skirret::codec
