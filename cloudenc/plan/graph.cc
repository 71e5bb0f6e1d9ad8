#include "cloudenc/plan/graph.hh"

#include <algorithm>
#include <utility>

#include "codec/base/check.hh"

namespace skirret::cloudenc {

std::size_t Graph::add(Node node) {
  each_dependency(node, [this](const OutputsOf& outputs) { SKIRRET_CHECK(outputs.node < nodes_.size()); });
  nodes_.push_back(std::move(node));
  return nodes_.size() - 1;
}

std::vector<std::int64_t> Graph::critical_path() const {
  std::vector<std::int64_t> beyond(nodes_.size(), 0);
  for (std::size_t i = nodes_.size(); i-- > 0;) {
    beyond[i] += nodes_[i].cost;
    each_dependency(nodes_[i], [&](const OutputsOf& outputs) {
      beyond[outputs.node] = std::max(beyond[outputs.node], beyond[i]);
    });
  }
  return beyond;
}

}  // namespace skirret::cloudenc
