#pragma once

#include <cstdint>
#include <vector>

#include "codec/encoder/encoder.hh"
#include "codec/syntax/coefficients.hh"
#include "codec/syntax/modes.hh"

namespace skirret::codec {

// Modes and levels of every macroblock of a frame, raster order. Skipped macroblocks hold no levels.
struct CodedFrame {
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  std::vector<MacroblockModes> modes;
  std::vector<std::uint32_t> level_index;      // into `levels`, or kNone
  std::vector<MacroblockCoefficients> levels;  // of those that have any
  // Which of the analysis's inter options each macroblock took, or kNoOption; empty where nobody may follow.
  static constexpr std::uint8_t kNoOption = 255;
  std::vector<std::uint8_t> options;

  const MacroblockCoefficients* levels_of(std::size_t macroblock) const {
    const std::uint32_t at = level_index[macroblock];
    return at == kNone ? nullptr : &levels[at];
  }
};

struct Candidate::Made {
  CodedFrame frame;
};

}  // namespace skirret::codec
