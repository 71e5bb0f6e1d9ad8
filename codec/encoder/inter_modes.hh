#pragma once

#include "codec/encoder/vector_costs.hh"
#include "codec/syntax/modes.hh"
#include "codec/syntax/near_vectors.hh"

namespace skirret::codec {

// The cheapest way to say a whole macroblock's vector, and what it costs.
struct CheapestMode {
  LumaMode mode;
  Cost cost;
};
CheapestMode cheapest_mode(MotionVector vector, const NearVectors& near, const VectorCosts& costs);

// The cheapest way to say a vector among its neighbours. Each sets what `modes` says about luma, split,
// and vectors, and returns its cost (without reference and flags).
Cost settle_vector(MacroblockModes& modes, MotionVector vector, const NearVectors& near,
                   const VectorCosts& costs);
Cost settle_split(MacroblockModes& modes, SplitKind kind, const std::array<MotionVector, 16>& vectors,
                  const NearVectors& near, const Neighbours& around, const VectorCosts& costs);

// Cost of a leaf of the inter mode tree.
Cost inter_mode_cost(LumaMode mode, const std::array<Probability, 4>& probabilities);

}  // namespace skirret::codec
