#pragma once

#include <array>
#include <cstdint>

namespace skirret::codec {

// Block order inside a macroblock: 0..15 luma raster, 16..19 U, 20..23 V, 24 = Y2.
inline constexpr int kBlocksPerMacroblock = 25;
inline constexpr int kY2Block = 24;

// Quantised coefficient levels of one macroblock, in raster (not zigzag) order inside each 4x4 block,
// range -2048..2047 plus what DCT_CAT6 can express (up to +-(67+2^11-1)); not multiplied by the quantizer.
struct MacroblockCoefficients {
  alignas(32) std::array<std::array<std::int16_t, 16>, kBlocksPerMacroblock> levels{};
  // One past the last coded position in zigzag order; 0 = empty block. A luma block of a macroblock
  // with Y2 starts at position 1: 0 or 1 there both mean that nothing was coded. This is what the tokens
  // said (explicit zeros before an end-of-block included), since the format's contexts depend on it.
  std::array<std::uint8_t, kBlocksPerMacroblock> ends{};

  bool any() const {
    for (const auto end : ends)
      if (end > 0) return true;
    return false;
  }
  bool operator==(const MacroblockCoefficients&) const = default;
};

}  // namespace skirret::codec
