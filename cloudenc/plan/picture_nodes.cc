#include "cloudenc/plan/picture_nodes.hh"

#include <algorithm>

namespace skirret::cloudenc {
namespace {

// A decoding task may have to begin at its segment's key frame, so a small one decodes much for little; a
// large one fills the disk before anybody needs it.
constexpr std::uint64_t kRangeBytes = std::uint64_t{160} << 20;
constexpr std::size_t kMostPictures = 128;
// A part of a long segment, packed and taken apart.
constexpr std::uint64_t kPartsMemory = std::uint64_t{48} << 20;

}  // namespace

std::uint64_t picture_bytes(codec::Dimensions d) {
  return static_cast<std::uint64_t>(d.aligned_width()) * static_cast<std::uint64_t>(d.aligned_height()) * 3 /
         2;
}

PictureNodes::PictureNodes(Graph& graph, std::span<const BlobGroup> segments,
                           std::span<const SourceFrame> frames)
    : graph_(graph), segments_(segments), frames_(frames) {
  range_of_.reserve(frames.size());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const std::uint64_t fitting = kRangeBytes / picture_bytes(frames[i].dimensions);
    const auto most = std::clamp<std::size_t>(static_cast<std::size_t>(fitting), 4, kMostPictures);
    const bool same = i > 0 && frames[i].segment == frames[i - 1].segment && ranges_.back().count < most;
    if (!same) ranges_.push_back({i, 0, kAll});
    ++ranges_.back().count;
    range_of_.push_back(ranges_.size() - 1);
  }
}

std::size_t PictureNodes::node_of(Range& range, std::uint64_t order) {
  if (range.node != kAll) return range.node;
  const SourceFrame& first = frames_[range.first];
  Node node;
  node.function = "pictures";
  node.arguments = {{"first", first.index}, {"count", range.count}};
  const BlobGroup& parts = segments_[first.segment];
  node.inputs = {{parts.begin(), parts.end()}};
  node.label =
      "pictures " + std::to_string(range.first) + "-" + std::to_string(range.first + range.count - 1);
  node.cost = static_cast<std::int64_t>(range.count) * 4;
  node.memory = 40 * picture_bytes(first.dimensions);  // a decoder's references, mostly
  if (parts.size() > 1) node.memory += kPartsMemory;
  node.lane = Lane{first.segment, first.index};
  node.order = order;
  return range.node = graph_.add(std::move(node));
}

std::vector<Input> PictureNodes::pictures(std::size_t first, std::size_t count, std::uint64_t order) {
  std::vector<Input> inputs;
  for (std::size_t i = first; i < first + count;) {
    Range& range = ranges_[range_of_[i]];
    const std::size_t end = std::min(first + count, range.first + range.count);
    inputs.emplace_back(OutputsOf{node_of(range, order), i - range.first, end - i});
    i = end;
  }
  return inputs;
}

}  // namespace skirret::cloudenc
