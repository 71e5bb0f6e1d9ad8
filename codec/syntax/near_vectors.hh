#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "codec/bitstream/tables/mode_tables.hh"
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
  MotionVector clamp(MotionVector v) const {
    return {static_cast<std::int16_t>(std::clamp<int>(v.row, min_row, max_row)),
            static_cast<std::int16_t>(std::clamp<int>(v.col, min_col, max_col))};
  }
  // Those of the macroblock to the right.
  void next_column() {
    min_col -= 16 * 4;
    max_col -= 16 * 4;
  }
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

// The probability of kZero alone, which does not depend on the reference: for a reader, who asks for the rest
// only when the mode is another one.
inline Probability zero_mode_probability(const Neighbours& around) {
  const auto still = [](const MacroblockModes& m) {
    return static_cast<std::size_t>(m.is_inter()) & static_cast<std::size_t>(m.vector.is_zero());
  };
  return tables::kInterModeContexts[2 * (still(around.above) + still(around.left)) + still(around.above_left)]
                                   [0];
}
NearVectors find_near_vectors(const Neighbours& around, ReferenceFrame reference, const SignBiases& biases,
                              const VectorBounds& bounds);

// The same in place, for a reader's loop.
[[gnu::always_inline]] inline NearVectors near_vectors_of(const Neighbours& around, ReferenceFrame reference,
                                                          const SignBiases& biases,
                                                          const VectorBounds& bounds) {
  MotionVector first, second;  // different ones, as found
  int still_weight = 0, first_weight = 0, second_weight = 0;
  const auto turned = [&](const MacroblockModes& neighbour) {
    const bool flip = biases.of[static_cast<std::size_t>(neighbour.reference)] !=
                      biases.of[static_cast<std::size_t>(reference)];
    return flip ? negated(neighbour.vector) : neighbour.vector;
  };
  if (around.above.is_inter()) {
    if (around.above.vector.is_zero()) {
      still_weight = 2;
    } else {
      first = turned(around.above);
      first_weight = 2;
    }
  }
  if (around.left.is_inter()) {
    if (around.left.vector.is_zero()) {
      still_weight += 2;
    } else if (const MotionVector vector = turned(around.left); first_weight == 0) {
      first = vector;
      first_weight = 2;
    } else if (vector == first) {
      first_weight = 4;
    } else {
      second = vector;
      second_weight = 2;
    }
  }
  if (around.above_left.is_inter()) {
    if (around.above_left.vector.is_zero()) {
      still_weight += 1;
    } else if (const MotionVector vector = turned(around.above_left); first_weight == 0) {
      first = vector;
      first_weight = 1;
    } else if (second_weight == 0) {
      if (vector == first) {
        first_weight += 1;
      } else {
        second = vector;
        second_weight = 1;
      }
    } else if (vector == second) {
      second_weight += 1;
    } else if (vector == first) {
      first_weight += 1;  // a third vector, like the first one
    }
  }
  if (second_weight > first_weight) {
    std::swap(first_weight, second_weight);
    std::swap(first, second);
  }

  const auto is_split = [](const MacroblockModes& m) { return m.luma == LumaMode::kSplit ? 1 : 0; };
  const int splits = 2 * (is_split(around.above) + is_split(around.left)) + is_split(around.above_left);
  const auto probability = [&](int weight, std::size_t node) {
    return tables::kInterModeContexts[static_cast<std::size_t>(weight)][node];
  };
  NearVectors result;
  result.mode_probabilities = {probability(still_weight, 0), probability(first_weight, 1),
                               probability(second_weight, 2), probability(splits, 3)};
  result.nearest = bounds.clamp(first);
  result.near = bounds.clamp(second);
  result.best = first_weight >= still_weight ? result.nearest : bounds.clamp({});
  return result;
}

// Probabilities of SplitVectorMode for a part whose neighbouring subblocks have these vectors.
const std::array<Probability, 3>& split_vector_probabilities(MotionVector left, MotionVector above);

// The vector of subblock `block` of a macroblock of any kind.
inline MotionVector subblock_vector(const MacroblockModes& modes, std::size_t block) {
  return modes.luma == LumaMode::kSplit ? modes.vectors[block] : modes.vector;
}

// The vector to the left of (above) subblock `block`, from the neighbouring macroblock at an edge.
// `own` are the current macroblock's vectors decided so far.
inline MotionVector left_vector(const std::array<MotionVector, 16>& own, const MacroblockModes& left,
                                int block) {
  const auto at = static_cast<std::size_t>(block);
  return (block & 3) == 0 ? subblock_vector(left, at + 3) : own[at - 1];
}
inline MotionVector above_vector(const std::array<MotionVector, 16>& own, const MacroblockModes& above,
                                 int block) {
  const auto at = static_cast<std::size_t>(block);
  return block < 4 ? subblock_vector(above, at + 12) : own[at - 4];
}

// What a 16x16 intra mode looks like as a context of 4x4 modes on key frames.
SubblockMode implied_subblock_mode(LumaMode mode);

}  // namespace skirret::codec
