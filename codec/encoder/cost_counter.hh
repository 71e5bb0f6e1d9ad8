#pragma once

#include "codec/bitstream/tree.hh"
#include "codec/encoder/bit_cost.hh"

namespace skirret::codec {

// Takes coded bits and only adds up what they cost.
struct CostCounter {
  Cost cost = 0;
  void write(bool bit, std::uint8_t probability) { cost += cost_of_bit(probability, bit); }
};

template <std::size_t N, class Probabilities>
Cost tree_cost(const std::array<TreeIndex, N>& tree, const Probabilities& probabilities, int value) {
  CostCounter counter;
  write_tree(counter, tree, probabilities, value);
  return counter.cost;
}

}  // namespace skirret::codec
