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
  static constexpr int kAfterZero = kTokenCount;

  std::uint8_t place;  // of its probabilities: (type * 8 + band) * 3 + context
  std::uint8_t code;   // the token, plus kAfterZero where no end of block may stand
  std::int16_t level;

  bool after_zero() const { return code >= kAfterZero; }
  Token token() const { return static_cast<Token>(after_zero() ? code - kAfterZero : code); }
};

// What macroblock headers say beside their skip flags, as it is coded: for frames of the same modes.
struct ModeSymbols {
  static constexpr std::uint16_t kOne = 256;
  struct Macroblock {
    std::uint32_t skip, end;  // where its skip flag stands, and one past its last symbol
  };
  std::vector<std::uint16_t> symbols;  // probability, plus kOne for a set bit
  std::vector<Macroblock> macroblocks;
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
