#pragma once

#include <array>
#include <cstdint>

namespace skirret::codec {

using Probability = std::uint8_t;  // of a 0 bit, in 1/256

// [block type][coefficient band][context][tree node] (RFC 6386 section 13)
using CoefficientProbabilities = std::array<std::array<std::array<std::array<Probability, 11>, 3>, 8>, 4>;
// [row, col][is_short, sign, short tree 0..6, long bits 0..9] (RFC 6386 section 17.2)
using VectorProbabilities = std::array<std::array<Probability, 19>, 2>;

// The probabilities that persist from frame to frame and that refresh_entropy_probs=0 restores.
struct Probabilities {
  CoefficientProbabilities coefficients;
  VectorProbabilities vectors;
  std::array<Probability, 4> luma_modes;    // 16x16 intra modes in interframes
  std::array<Probability, 3> chroma_modes;  // in interframes

  static const Probabilities& defaults();  // what a key frame starts from
  bool operator==(const Probabilities&) const = default;
};

}  // namespace skirret::codec
