#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cloudenc/thunk/thunk.hh"

namespace skirret::cloudenc {

inline constexpr std::size_t kAll = static_cast<std::size_t>(-1);

// Outputs of another node: `count` from `first`, or all from there.
struct OutputsOf {
  std::size_t node = 0;
  std::size_t first = 0;
  std::size_t count = kAll;
};

using Input = std::variant<ContentHash, OutputsOf>;

// Tasks that go along the same thing, each from a place where another one may have left off (a decoder, say).
// One at a time runs, and of those that could the one of the lowest place: for speed alone.
struct Lane {
  std::size_t number = 0;
  std::uint64_t place = 0;
};

// A thunk to be: it becomes one when the outputs that it stands on are known. Version and environment are
// those of the registry that it is run with.
struct Node {
  std::string function;
  Arguments arguments = Arguments::object();
  std::vector<std::vector<Input>> inputs;
  std::string label;         // for people: "rebase 3.7"
  std::int64_t cost = 1;     // expected, in milliseconds or so: for priorities only
  std::uint64_t memory = 0;  // expected, in bytes
  std::optional<Lane> lane;
  std::uint64_t order = 0;  // lower goes first, whatever the costs: which part of the recording it serves
};

// Nodes whose inputs stand before them.
class Graph {
 public:
  std::size_t add(Node node);  // gives its index
  const std::vector<Node>& nodes() const { return nodes_; }
  const Node& operator[](std::size_t index) const { return nodes_[index]; }

  // The cost of the dearest way from each node to an end, its own included.
  std::vector<std::int64_t> critical_path() const;

 private:
  std::vector<Node> nodes_;
};

// Calls visit(node index) for each input that is a node's outputs.
template <class Visit>
void each_dependency(const Node& node, Visit visit) {
  for (const auto& group : node.inputs)
    for (const Input& input : group)
      if (const auto* outputs = std::get_if<OutputsOf>(&input)) visit(*outputs);
}

}  // namespace skirret::cloudenc
