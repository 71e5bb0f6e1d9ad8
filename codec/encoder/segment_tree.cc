#include "codec/encoder/segment_tree.hh"

#include "codec/encoder/bit_cost.hh"

namespace skirret::codec {
namespace {

std::optional<Probability> sent_probability(const BranchCount& branch) {
  const Probability best = branch.best(255);
  // Sending one takes eight bits more than not.
  return branch.cost(best) + 8 * kOneBit < branch.cost(255) ? std::optional<Probability>(best) : std::nullopt;
}

}  // namespace

std::array<std::optional<Probability>, 3> segment_tree(std::span<const std::uint8_t> map) {
  std::array<std::uint32_t, 4> counts{};
  for (const std::uint8_t segment : map) ++counts[segment];
  return {sent_probability({counts[0] + counts[1], counts[2] + counts[3]}),
          sent_probability({counts[0], counts[1]}), sent_probability({counts[2], counts[3]})};
}

}  // namespace skirret::codec
