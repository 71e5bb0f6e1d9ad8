#include "codec/encoder/inter_modes.hh"

#include "codec/bitstream/tables/mode_tables.hh"
#include "codec/encoder/cost_counter.hh"

namespace skirret::codec {

Cost inter_mode_cost(LumaMode mode, const std::array<Probability, 4>& p) {
  if (mode == LumaMode::kZero) return cost_of_zero(p[0]);
  Cost cost = cost_of_one(p[0]);
  if (mode == LumaMode::kNearest) return cost + cost_of_zero(p[1]);
  cost += cost_of_one(p[1]);
  if (mode == LumaMode::kNear) return cost + cost_of_zero(p[2]);
  cost += cost_of_one(p[2]);
  return cost + (mode == LumaMode::kNew ? cost_of_zero(p[3]) : cost_of_one(p[3]));
}

CheapestMode cheapest_mode(MotionVector vector, const NearVectors& near, const VectorCosts& costs) {
  const auto& p = near.mode_probabilities;
  CheapestMode best = {LumaMode::kNew,
                       inter_mode_cost(LumaMode::kNew, p) + costs.difference(vector, near.best)};
  const auto offer = [&](LumaMode mode, MotionVector meant) {
    if (meant != vector) return;
    const Cost cost = inter_mode_cost(mode, p);
    if (cost < best.cost) best = {mode, cost};
  };
  offer(LumaMode::kZero, {});
  offer(LumaMode::kNearest, near.nearest);
  offer(LumaMode::kNear, near.near);
  return best;
}

Cost settle_vector(MacroblockModes& modes, MotionVector vector, const NearVectors& near,
                   const VectorCosts& costs) {
  const CheapestMode best = cheapest_mode(vector, near, costs);
  modes.vector = vector;
  modes.vectors.fill(vector);
  modes.luma = best.mode;
  return best.cost;
}

namespace {

// Mode and cost of one part's vector.
struct PartCode {
  SplitVectorMode mode;
  Cost cost;
};

PartCode settle_part(MotionVector vector, MotionVector left, MotionVector above, MotionVector best_vector,
                     const VectorCosts& costs) {
  const auto& p = split_vector_probabilities(left, above);
  const Cost not_left = cost_of_one(p[0]), not_above = not_left + cost_of_one(p[1]);
  PartCode best = {SplitVectorMode::kNew,
                   not_above + cost_of_one(p[2]) + costs.difference(vector, best_vector)};
  const auto offer = [&](SplitVectorMode mode, MotionVector meant, Cost cost) {
    if (meant == vector && cost < best.cost) best = {mode, cost};
  };
  offer(SplitVectorMode::kLeft, left, cost_of_zero(p[0]));
  offer(SplitVectorMode::kAbove, above, not_left + cost_of_zero(p[1]));
  offer(SplitVectorMode::kZero, {}, not_above + cost_of_zero(p[2]));
  return best;
}

}  // namespace

Cost settle_split(MacroblockModes& modes, SplitKind kind, const std::array<MotionVector, 16>& vectors,
                  const NearVectors& near, const Neighbours& around, const VectorCosts& costs) {
  const auto which = static_cast<std::size_t>(kind);
  modes.luma = LumaMode::kSplit;
  modes.split = kind;
  modes.vectors = vectors;
  modes.vector = vectors[15];
  Cost cost = inter_mode_cost(LumaMode::kSplit, near.mode_probabilities) +
              tree_cost(tables::kSplitTree, tables::kSplitProbabilities, static_cast<int>(kind));
  for (std::size_t part = 0; part < tables::kSplitParts[which]; ++part) {
    const int block = tables::kSplitFirst[which][part];
    const PartCode code =
        settle_part(vectors[static_cast<std::size_t>(block)], left_vector(vectors, around.left, block),
                    above_vector(vectors, around.above, block), near.best, costs);
    modes.split_modes[part] = code.mode;
    cost += code.cost;
  }
  return cost;
}

}  // namespace skirret::codec
