#pragma once

#include <array>
#include <cstdint>
#include <cstdlib>

#include "codec/bitstream/tables/vector_tables.hh"
#include "codec/encoder/bit_cost.hh"
#include "codec/syntax/motion_vector.hh"
#include "codec/syntax/probabilities.hh"

namespace skirret::codec {

// What a vector's difference from its prediction costs, by one frame's probabilities (RFC 6386
// section 17.2).
class VectorCosts {
 public:
  explicit VectorCosts(const VectorProbabilities& probabilities);

  // True when the format can code the difference.
  static bool codable(MotionVector vector, MotionVector predicted) {
    return std::abs(vector.row - predicted.row) <= tables::kVectorMax &&
           std::abs(vector.col - predicted.col) <= tables::kVectorMax;
  }

  Cost difference(MotionVector vector, MotionVector predicted) const {
    return component(0, vector.row - predicted.row) + component(1, vector.col - predicted.col);
  }

 private:
  Cost component(std::size_t which, int value) const {
    const int magnitude = std::abs(value);
    const auto& costs = magnitudes_[which];
    if (magnitude > tables::kVectorMax) return 65535;
    return costs[static_cast<std::size_t>(magnitude)] + (magnitude ? signs_[which][value < 0] : 0u);
  }

  std::array<std::array<std::uint16_t, tables::kVectorMax + 1>, 2> magnitudes_;
  std::array<std::array<std::uint16_t, 2>, 2> signs_;
};

// How often each decision of vector coding went each way.
class VectorCounts {
 public:
  void difference(MotionVector vector, MotionVector predicted) {
    component(0, vector.row - predicted.row);
    component(1, vector.col - predicted.col);
  }
  const BranchCount& branch(std::size_t component, std::size_t place) const {
    return branches_[component][place];
  }

 private:
  void component(std::size_t which, int value);
  std::array<std::array<BranchCount, 19>, 2> branches_{};
};

}  // namespace skirret::codec
