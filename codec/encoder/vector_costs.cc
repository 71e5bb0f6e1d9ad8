#include "codec/encoder/vector_costs.hh"

#include "codec/bitstream/tree.hh"

namespace skirret::codec {
namespace {

// Hands every decision of one component's coding to `decide(place, bit)`; the order of wire bits does not
// matter for costs.
template <class Decide>
void component_decisions(int value, Decide decide) {
  const auto magnitude = static_cast<std::uint32_t>(std::abs(value));
  const bool is_long = magnitude >= 8;
  decide(tables::kVectorIsLong, is_long);
  if (is_long) {
    for (int bit = 0; bit < tables::kVectorLongBits; ++bit)
      if (bit != 3 || magnitude > 15) decide(tables::kVectorLong + bit, (magnitude >> bit & 1) != 0);
  } else {
    detail::TreePath path;
    detail::find_leaf(tables::kVectorShortTree, 0, static_cast<int>(magnitude), path);
    for (int i = 0; i < path.length; ++i)
      decide(tables::kVectorShort + path.nodes[static_cast<std::size_t>(i)],
             (path.bits >> (path.length - 1 - i) & 1) != 0);
  }
  if (magnitude != 0) decide(tables::kVectorSign, value < 0);
}

}  // namespace

VectorCosts::VectorCosts(const VectorProbabilities& probabilities) {
  for (std::size_t which = 0; which < 2; ++which) {
    const auto& p = probabilities[which];
    const Cost sign = cost_of_zero(p[tables::kVectorSign]);
    signs_[which] = {static_cast<std::uint16_t>(sign),
                     static_cast<std::uint16_t>(cost_of_one(p[tables::kVectorSign]))};
    for (int magnitude = 0; magnitude <= tables::kVectorMax; ++magnitude) {
      Cost cost = 0;
      component_decisions(magnitude, [&](int place, bool bit) {
        if (place != tables::kVectorSign) cost += cost_of_bit(p[static_cast<std::size_t>(place)], bit);
      });
      magnitudes_[which][static_cast<std::size_t>(magnitude)] = static_cast<std::uint16_t>(cost);
    }
  }
}

void VectorCounts::component(std::size_t which, int value) {
  component_decisions(value, [&](int place, bool bit) {
    BranchCount& branch = branches_[which][static_cast<std::size_t>(place)];
    ++(bit ? branch.ones : branch.zeros);
  });
}

}  // namespace skirret::codec
