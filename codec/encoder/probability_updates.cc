#include "codec/encoder/probability_updates.hh"

#include "codec/bitstream/tables/coefficient_tables.hh"
#include "codec/bitstream/tables/mode_tables.hh"
#include "codec/bitstream/tables/vector_tables.hh"
#include "codec/bitstream/tree.hh"
#include "codec/kernels/stage_meter.hh"

namespace skirret::codec {
namespace {

bool worth_sending(const BranchCount& branch, Probability old_value, Probability new_value,
                   Probability update_probability, Cost value_cost) {
  const std::uint64_t kept = branch.cost(old_value) + cost_of_zero(update_probability);
  const std::uint64_t sent = branch.cost(new_value) + cost_of_one(update_probability) + value_cost;
  return sent < kept;
}

void fit_vectors(const VectorCounts& vectors, const VectorProbabilities& in_force, InterFrameFields& fields) {
  for (std::size_t component = 0; component < 2; ++component)
    for (std::size_t place = 0; place < 19; ++place) {
      const BranchCount& branch = vectors.branch(component, place);
      const Probability old_value = in_force[component][place];
      const int seven_bits = branch.best(old_value) >> 1;  // the wire's precision
      const auto best = static_cast<Probability>(seven_bits ? seven_bits * 2 : 1);
      if (best != old_value &&
          worth_sending(branch, old_value, best, tables::kVectorUpdateProbabilities[component][place],
                        7 * kOneBit))
        fields.vectors[component][place] = best;
    }
}

// Branch counts of a tree from how often each of its leaves was coded.
template <std::size_t kNodes, std::size_t kSize, std::size_t kLeaves>
std::array<BranchCount, kNodes> tree_branches(const std::array<TreeIndex, kSize>& tree,
                                              const std::array<std::uint32_t, kLeaves>& counts) {
  std::array<BranchCount, kNodes> branches{};
  for (std::size_t value = 0; value < kLeaves; ++value) {
    detail::TreePath path;
    detail::find_leaf(tree, 0, static_cast<int>(value), path);
    for (int i = 0; i < path.length; ++i) {
      BranchCount& branch = branches[path.nodes[static_cast<std::size_t>(i)]];
      ((path.bits >> (path.length - 1 - i) & 1) ? branch.ones : branch.zeros) += counts[value];
    }
  }
  return branches;
}

template <std::size_t kNodes>
void fit_modes(const std::array<BranchCount, kNodes>& branches,
               const std::array<Probability, kNodes>& in_force,
               std::optional<std::array<Probability, kNodes>>& sent) {
  std::array<Probability, kNodes> best{};
  std::uint64_t kept_cost = 0, sent_cost = kNodes * 8 * kOneBit;
  for (std::size_t i = 0; i < kNodes; ++i) {
    best[i] = branches[i].best(in_force[i]);
    kept_cost += branches[i].cost(in_force[i]);
    sent_cost += branches[i].cost(best[i]);
  }
  if (sent_cost < kept_cost) sent = best;
}

}  // namespace

void fit_coefficients(const TokenCounts& tokens, const CoefficientProbabilities& in_force,
                      CoefficientUpdates& updates) {
  for (std::size_t type = 0; type < 4; ++type)
    for (std::size_t band = 0; band < 8; ++band)
      for (std::size_t context = 0; context < 3; ++context) {
        const auto branches = tokens.branches(type, band, context);
        for (std::size_t node = 0; node < 11; ++node) {
          const Probability old_value = in_force[type][band][context][node];
          const Probability best = branches[node].best(old_value);
          if (best != old_value &&
              worth_sending(branches[node], old_value, best,
                            tables::kCoefficientUpdateProbabilities[type][band][context][node], 8 * kOneBit))
            updates.at[type][band][context][node] = best;
        }
      }
}

void fit_probabilities(const FrameCounts& counts, const Probabilities& in_force, FrameHeader& header) {
  const StageScope scope(Stage::kProbabilities);
  fit_coefficients(counts.tokens, in_force.coefficients, header.coefficient_updates);
  if (counts.skip.ones > 0) header.skip_probability = counts.skip.best(128);
  if (header.key_frame) return;
  header.inter.intra_probability = counts.inter.best(1);
  header.inter.last_probability = counts.other.best(255);
  header.inter.golden_probability = counts.altref.best(128);
  fit_vectors(counts.vectors, in_force.vectors, header.inter);
  fit_modes(tree_branches<4>(tables::kLumaTree, counts.luma_modes), in_force.luma_modes,
            header.inter.luma_modes);
  fit_modes(tree_branches<3>(tables::kChromaTree, counts.chroma_modes), in_force.chroma_modes,
            header.inter.chroma_modes);
}

}  // namespace skirret::codec
