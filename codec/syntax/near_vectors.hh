#pragma once

#include <array>
#include <span>

#include "codec/picture/picture.hh"
#include "codec/syntax/frame_header.hh"
#include "codec/syntax/modes.hh"
#include "codec/syntax/probabilities.hh"

// Contexts that a macroblock header takes from its neighbours: used by reading, writing and by an
// encoder's rate estimates alike (RFC 6386 sections 5, 16.3 and 18.3).
namespace skirret::codec {

// Vectors wrap at 15 bits, as libvpx's 16-bit eighth-sample arithmetic does.
constexpr std::int16_t wrap_vector(int value) {
  return static_cast<std::int16_t>(static_cast<std::int16_t>(static_cast<std::uint16_t>(value * 2)) / 2);
}
constexpr MotionVector operator+(MotionVector a, MotionVector b) {
  return {wrap_vector(a.row + b.row), wrap_vector(a.col + b.col)};
}
constexpr MotionVector operator-(MotionVector a, MotionVector b) {
  return {wrap_vector(a.row - b.row), wrap_vector(a.col - b.col)};
}
constexpr MotionVector negated(MotionVector v) {
  return {wrap_vector(-v.row), wrap_vector(-v.col)};
}

// What stands outside the picture: intra, DC, zero vectors.
const MacroblockModes& outside_macroblock();

struct Neighbours {
  const MacroblockModes& above;
  const MacroblockModes& left;
  const MacroblockModes& above_left;
};

// `modes` in raster order; only entries before (col, row) are looked at.
Neighbours neighbours_of(std::span<const MacroblockModes> modes, int mb_cols, int col, int row);

// Predicted vectors stay within 16 samples outside the picture; in quarter-pels, relative to a macroblock.
struct VectorBounds {
  int min_row, max_row, min_col, max_col;
  MotionVector clamp(MotionVector v) const;
};
VectorBounds vector_bounds(Dimensions dimensions, int col, int row);

struct SignBiases {
  std::array<bool, 4> of{};  // by ReferenceFrame
};
SignBiases sign_biases(const ReferenceFields& references);

struct NearVectors {
  MotionVector nearest;  // clamped: the vectors that kNearest, kNear stand for
  MotionVector near;
  MotionVector best;                              // clamped: what kNew and split kNew add to
  std::array<Probability, 4> mode_probabilities;  // for tables::kInterModeTree
};
NearVectors find_near_vectors(const Neighbours& around, ReferenceFrame reference, const SignBiases& biases,
                              const VectorBounds& bounds);

// Probabilities of SplitVectorMode for a part whose neighbouring subblocks have these vectors.
const std::array<Probability, 3>& split_vector_probabilities(MotionVector left, MotionVector above);

// The vector to the left of (above) subblock `block`, from the neighbouring macroblock at an edge.
// `own` are the current macroblock's vectors decided so far.
inline MotionVector left_vector(const std::array<MotionVector, 16>& own, const MacroblockModes& left,
                                int block) {
  const auto at = static_cast<std::size_t>(block);
  return (block & 3) == 0 ? left.vectors[at + 3] : own[at - 1];
}
inline MotionVector above_vector(const std::array<MotionVector, 16>& own, const MacroblockModes& above,
                                 int block) {
  const auto at = static_cast<std::size_t>(block);
  return block < 4 ? above.vectors[at + 12] : own[at - 4];
}

// What a 16x16 intra mode looks like as a context of 4x4 modes on key frames.
SubblockMode implied_subblock_mode(LumaMode mode);

}  // namespace skirret::codec
