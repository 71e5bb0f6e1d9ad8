#pragma once

#include <cstdint>
#include <vector>

#include "codec/encoder/encoder.hh"
#include "codec/syntax/coefficients.hh"
#include "codec/syntax/modes.hh"
#include "codec/syntax/tokens.hh"

namespace skirret::codec {

// One token with all that writing it takes.
struct RecordedToken {
  std::uint8_t place;  // of its probabilities: (type * 8 + band) * 3 + context
  bool after_zero;
  Token token;
  std::int16_t level;
};

// Modes and levels of every macroblock of a frame, raster order. Skipped macroblocks hold no levels.
struct CodedFrame {
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  std::vector<MacroblockModes> modes;
  std::vector<std::uint32_t> level_index;      // into `levels`, or kNone
  std::vector<MacroblockCoefficients> levels;  // of those that have any
  // Which of the analysis's inter options each macroblock took, or kNoOption; empty where nobody may follow.
  static constexpr std::uint8_t kNoOption = 255;
  std::vector<std::uint8_t> options;

  // The tokens of those levels, for packing; empty where nobody recorded them.
  std::vector<RecordedToken> tokens;
  std::vector<std::size_t> row_tokens;  // where each row's begin

  const MacroblockCoefficients* levels_of(std::size_t macroblock) const {
    const std::uint32_t at = level_index[macroblock];
    return at == kNone ? nullptr : &levels[at];
  }
};

struct Candidate::Made {
  CodedFrame frame;
};

}  // namespace skirret::codec
