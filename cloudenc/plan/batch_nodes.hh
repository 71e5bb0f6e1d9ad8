#pragma once

#include <span>
#include <string>
#include <vector>

#include "cloudenc/plan/graph.hh"
#include "cloudenc/plan/picture_nodes.hh"
#include "cloudenc/split/split.hh"

namespace skirret::cloudenc {

// The codec's effort with which the chain along a batch finds modes again.
inline constexpr int kChainLevel = 3;

struct BatchNodes {
  std::string name;  // stands in the nodes' labels
  std::string effort = "good";
  std::vector<int> quantizers;  // of the batch's frames, libvpx's 0..63
  codec::Dimensions dimensions;
  std::uint64_t order = 0;  // of all nodes
};

// Adds what codes a batch: its chunks, the bridges between them, the chain along them. The node of its IVF.
std::size_t add_batch(Graph& graph, PictureNodes& sources, const Batch& batch, const BatchNodes& how);

}  // namespace skirret::cloudenc
