#pragma once

#include <span>
#include <vector>

#include "cloudenc/plan/graph.hh"
#include "cloudenc/split/split.hh"

namespace skirret::cloudenc {

// Nodes that decode pictures, a bounded number each, added to a graph as they are asked for.
class PictureNodes {
 public:
  PictureNodes(Graph& graph, std::span<const BlobGroup> segments, std::span<const SourceFrame> frames);

  // Frames `first`, `first`+1, …: one after another, maybe of several nodes. `order` is that of new nodes.
  std::vector<Input> pictures(std::size_t first, std::size_t count, std::uint64_t order);

 private:
  struct Range {
    std::size_t first = 0, count = 0;  // frames
    std::size_t node = kAll;
  };
  std::size_t node_of(Range& range, std::uint64_t order);

  Graph& graph_;
  std::span<const BlobGroup> segments_;
  std::span<const SourceFrame> frames_;
  std::vector<Range> ranges_;
  std::vector<std::size_t> range_of_;  // by frame
};

// Bytes of one picture in memory.
std::uint64_t picture_bytes(codec::Dimensions dimensions);

}  // namespace skirret::cloudenc
