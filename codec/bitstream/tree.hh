#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>

// Binary trees of the format (RFC 6386 section 8.1). A tree is pairs of branches; branch b of the node
// at index i is tree[i + b]: the next node's index, or leaf(value). Node i uses probability i / 2.
namespace skirret::codec {

using TreeIndex = std::int8_t;

constexpr TreeIndex leaf(int value) {
  return static_cast<TreeIndex>(-1 - value);
}
constexpr bool is_leaf(TreeIndex index) {
  return index < 0;
}
constexpr int leaf_value(TreeIndex index) {
  return -1 - index;
}

// What takes coded bits: a BoolEncoder, or a counter of their cost.
template <class Sink>
concept BitSink = requires(Sink sink, bool bit, std::uint8_t probability) {
  sink.write(bit, probability);
};

template <class Decoder, std::size_t N, class Probabilities>
int read_tree(Decoder& from, const std::array<TreeIndex, N>& tree, const Probabilities& probabilities) {
  TreeIndex at = 0;
  do {
    const auto node = static_cast<std::size_t>(at);
    at = from.branch(probabilities[node / 2]) ? tree[node + 1] : tree[node];
  } while (!is_leaf(at));
  return leaf_value(at);
}

namespace detail {

// The branches from the root to a leaf, first decision in the highest used bit.
struct TreePath {
  std::uint32_t bits = 0;
  std::array<std::uint8_t, 12> nodes{};  // probability index of each decision
  int length = 0;
};

template <std::size_t N>
constexpr bool find_leaf(const std::array<TreeIndex, N>& tree, std::size_t node, int value, TreePath& path) {
  const auto depth = static_cast<std::size_t>(path.length);
  for (std::uint32_t branch = 0; branch < 2; ++branch) {
    const TreeIndex next = tree[node + branch];
    path.nodes[depth] = static_cast<std::uint8_t>(node / 2);
    path.bits = path.bits << 1 | branch;
    ++path.length;
    if (is_leaf(next) ? leaf_value(next) == value
                      : find_leaf(tree, static_cast<std::size_t>(next), value, path))
      return true;
    path.bits >>= 1;
    --path.length;
  }
  return false;
}

}  // namespace detail

// `value` must be one of the tree's leaves.
template <BitSink Sink, std::size_t N, class Probabilities>
void write_tree(Sink& to, const std::array<TreeIndex, N>& tree, const Probabilities& probabilities,
                int value) {
  detail::TreePath path;
  detail::find_leaf(tree, 0, value, path);
  for (int i = 0; i < path.length; ++i)
    to.write((path.bits >> (path.length - 1 - i) & 1) != 0,
             probabilities[path.nodes[static_cast<std::size_t>(i)]]);
}

// An unsigned number, highest bit first, each bit with even odds.
template <BitSink Sink>
void write_literal(Sink& to, std::uint32_t value, int bits) {
  for (int i = bits - 1; i >= 0; --i) to.write((value >> i & 1) != 0, 128);
}

template <BitSink Sink>
void write_flag(Sink& to, bool flag) {
  to.write(flag, 128);
}

}  // namespace skirret::codec
