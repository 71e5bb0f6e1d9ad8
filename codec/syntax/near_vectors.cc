#include "codec/syntax/near_vectors.hh"

#include <algorithm>
#include <utility>

#include "codec/bitstream/tables/mode_tables.hh"

namespace skirret::codec {

const MacroblockModes& outside_macroblock() {
  static const MacroblockModes outside;
  return outside;
}

Neighbours neighbours_of(std::span<const MacroblockModes> modes, int mb_cols, int col, int row) {
  const auto at =
      static_cast<std::size_t>(row) * static_cast<std::size_t>(mb_cols) + static_cast<std::size_t>(col);
  const auto stride = static_cast<std::size_t>(mb_cols);
  const MacroblockModes& outside = outside_macroblock();
  return {row > 0 ? modes[at - stride] : outside, col > 0 ? modes[at - 1] : outside,
          row > 0 && col > 0 ? modes[at - stride - 1] : outside};
}

MotionVector VectorBounds::clamp(MotionVector v) const {
  return {static_cast<std::int16_t>(std::clamp<int>(v.row, min_row, max_row)),
          static_cast<std::int16_t>(std::clamp<int>(v.col, min_col, max_col))};
}

VectorBounds vector_bounds(Dimensions dimensions, int col, int row) {
  constexpr int kMacroblock = 16 * 4;  // quarter-pels; also the margin allowed outside
  return {-(row + 1) * kMacroblock, (dimensions.mb_rows() - row) * kMacroblock, -(col + 1) * kMacroblock,
          (dimensions.mb_cols() - col) * kMacroblock};
}

SignBiases sign_biases(const ReferenceFields& references) {
  return {{false, false, references.sign_bias_golden, references.sign_bias_altref}};
}

NearVectors find_near_vectors(const Neighbours& around, ReferenceFrame reference, const SignBiases& biases,
                              const VectorBounds& bounds) {
  std::array<MotionVector, 4> found{};  // [0] stays zero
  std::array<int, 4> weight{};          // [0]: of "zero", [1..3]: of found vectors
  std::size_t last = 0;

  const auto consider = [&](const MacroblockModes& neighbour, int importance) {
    if (!neighbour.is_inter()) return;
    if (neighbour.vector.is_zero()) {
      weight[0] += importance;
      return;
    }
    const bool flip = biases.of[static_cast<std::size_t>(neighbour.reference)] !=
                      biases.of[static_cast<std::size_t>(reference)];
    const MotionVector vector = flip ? negated(neighbour.vector) : neighbour.vector;
    if (last == 0 || vector != found[last]) found[++last] = vector;
    weight[last] += importance;
  };
  consider(around.above, 2);
  consider(around.left, 2);
  consider(around.above_left, 1);

  NearVectors result;
  const auto& contexts = tables::kInterModeContexts;
  result.mode_probabilities[0] = contexts[static_cast<std::size_t>(weight[0])][0];

  // Three different vectors, the last like the first: it strengthens the first.
  if (weight[3] > 0 && found[3] == found[1]) ++weight[1];
  if (weight[2] > weight[1]) {
    std::swap(weight[1], weight[2]);
    std::swap(found[1], found[2]);
  }
  const auto is_split = [](const MacroblockModes& m) { return m.luma == LumaMode::kSplit ? 1 : 0; };
  const int splits = 2 * (is_split(around.above) + is_split(around.left)) + is_split(around.above_left);
  result.mode_probabilities[1] = contexts[static_cast<std::size_t>(weight[1])][1];
  result.mode_probabilities[2] = contexts[static_cast<std::size_t>(weight[2])][2];
  result.mode_probabilities[3] = contexts[static_cast<std::size_t>(splits)][3];

  result.nearest = bounds.clamp(found[1]);
  result.near = bounds.clamp(found[2]);
  result.best = weight[1] >= weight[0] ? result.nearest : bounds.clamp({});
  return result;
}

const std::array<Probability, 3>& split_vector_probabilities(MotionVector left, MotionVector above) {
  const auto& by_context = tables::kSplitVectorProbabilities;
  if (left == above) return above.is_zero() ? by_context[4] : by_context[3];
  if (above.is_zero()) return by_context[2];
  return left.is_zero() ? by_context[1] : by_context[0];
}

SubblockMode implied_subblock_mode(LumaMode mode) {
  switch (mode) {
    case LumaMode::kVertical:
      return SubblockMode::kVertical;
    case LumaMode::kHorizontal:
      return SubblockMode::kHorizontal;
    case LumaMode::kTrueMotion:
      return SubblockMode::kTrueMotion;
    default:
      return SubblockMode::kDc;
  }
}

}  // namespace skirret::codec
