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
  return near_vectors_of(around, reference, biases, bounds);
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
