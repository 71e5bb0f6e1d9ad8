#include "codec/encoder/vector_costs.hh"

#include <bit>

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

// Costs of all magnitudes of one component, without their signs.
std::array<std::uint16_t, tables::kVectorMax + 1> magnitude_costs(const std::array<Probability, 19>& p) {
  std::array<std::uint16_t, tables::kVectorMax + 1> costs{};
  const auto place_cost = [&p](int place, bool bit) {
    return cost_of_bit(p[static_cast<std::size_t>(place)], bit);
  };
  for (int magnitude = 0; magnitude < 16; ++magnitude) {
    Cost cost = 0;
    component_decisions(magnitude, [&](int place, bool bit) {
      if (place != tables::kVectorSign) cost += place_cost(place, bit);
    });
    costs[static_cast<std::size_t>(magnitude)] = static_cast<std::uint16_t>(cost);
  }
  // From 16 on every bit is coded: a magnitude costs what it costs without its lowest 1, and that bit.
  std::array<Cost, tables::kVectorMax + 1> bits{};
  bits[0] = place_cost(tables::kVectorIsLong, true);
  for (int bit = 0; bit < tables::kVectorLongBits; ++bit)
    bits[0] += place_cost(tables::kVectorLong + bit, false);
  for (std::size_t m = 1; m < bits.size(); ++m) {
    const int place = tables::kVectorLong + std::countr_zero(m);
    bits[m] = bits[m & (m - 1)] + place_cost(place, true) - place_cost(place, false);
    if (m >= 16) costs[m] = static_cast<std::uint16_t>(bits[m]);
  }
  return costs;
}

}  // namespace

VectorCosts::VectorCosts(const VectorProbabilities& probabilities) {
  for (std::size_t which = 0; which < 2; ++which) {
    const auto& p = probabilities[which];
    signs_[which] = {static_cast<std::uint16_t>(cost_of_zero(p[tables::kVectorSign])),
                     static_cast<std::uint16_t>(cost_of_one(p[tables::kVectorSign]))};
    magnitudes_[which] = magnitude_costs(p);
  }
}

void VectorCounts::component(std::size_t which, int value) {
  component_decisions(value, [&](int place, bool bit) {
    BranchCount& branch = branches_[which][static_cast<std::size_t>(place)];
    ++(bit ? branch.ones : branch.zeros);
  });
}

}  // namespace skirret::codec
