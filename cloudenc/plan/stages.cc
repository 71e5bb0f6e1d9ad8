#include <algorithm>
#include <utility>

#include "cloudenc/plan/picture_nodes.hh"
#include "cloudenc/plan/plan.hh"
#include "codec/base/check.hh"

namespace skirret::cloudenc {
namespace {

constexpr std::size_t kAnalysed = 48;  // frames in one analysis task

Result<Arguments> table_of(const ByteVector& blob, std::size_t columns) {
  Arguments table = Arguments::parse(blob.begin(), blob.end(), nullptr, false);
  bool valid = table.is_array();
  for (std::size_t i = 0; valid && i < table.size(); ++i) {
    valid = table[i].is_array() && table[i].size() == columns;
    for (std::size_t k = 0; valid && k < columns; ++k) valid = table[i][k].is_number_integer();
  }
  if (!valid) return fail(ErrorCode::kMalformed, "a task's table has another form than expected");
  return table;
}

}  // namespace

Graph index_graph(std::span<const BlobGroup> segments) {
  Graph graph;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const BlobGroup& parts = segments[i];
    for (std::size_t k = 0; k < parts.size(); ++k) {
      Node node;
      node.function = "index";
      node.arguments = {{"more", k + 1 < parts.size()}};
      node.inputs = {{parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(k) + 1}};
      node.label = "index " + std::to_string(i);
      if (parts.size() > 1) node.label += "." + std::to_string(k);
      node.memory = std::uint64_t{100} << 20;
      node.lane = Lane{i, k};
      node.order = i;
      graph.add(std::move(node));
    }
  }
  return graph;
}

Result<std::vector<SourceFrame>> frames_of_tables(std::span<const BlobGroup> segments,
                                                  std::span<const ByteVector> tables) {
  std::vector<SourceFrame> frames;
  auto blob = tables.begin();
  for (std::size_t segment = 0; segment < segments.size(); ++segment) {
    std::size_t index = 0;
    for (std::size_t part = 0; part < segments[segment].size(); ++part) {
      SKIRRET_CHECK(blob != tables.end());
      const auto table = table_of(*blob++, 3);
      if (!table) return tl::unexpected(table.error());
      for (const Arguments& row : *table) {
        SourceFrame frame{segment, index++, row[0], {row[1], row[2]}};
        if (!frames.empty() && frame.time <= frames.back().time) frame.time = frames.back().time + 1;
        frames.push_back(frame);
      }
    }
  }
  if (frames.empty())
    return fail(ErrorCode::kUnsupported,
                "holds no picture that can be decoded: check that the file is whole");
  return frames;
}

AnalysisPlan analysis_plan(std::span<const BlobGroup> segments, std::span<const SourceFrame> frames) {
  AnalysisPlan plan;
  PictureNodes sources(plan.graph, segments, frames);
  for (std::size_t first = 0; first < frames.size();) {
    std::size_t end = first + 1;
    while (end < frames.size() && end < first + kAnalysed &&
           frames[end].dimensions == frames[first].dimensions)
      ++end;
    // The first frame is measured against the one before it.
    const bool follows = first > 0 && frames[first - 1].dimensions == frames[first].dimensions;
    const std::size_t skip = follows ? 1 : 0;
    Node node;
    node.function = "first_pass";
    node.arguments = {{"skip", skip}};
    node.inputs = {sources.pictures(first - skip, end - first + skip, plan.targets.size())};
    node.label = "analysis " + std::to_string(first) + "-" + std::to_string(end - 1);
    node.cost = static_cast<std::int64_t>(end - first) * 8;
    node.memory = (end - first + 16) * picture_bytes(frames[first].dimensions);
    node.order = plan.targets.size();
    plan.targets.push_back(plan.graph.add(std::move(node)));
    first = end;
  }
  return plan;
}

Result<std::vector<FrameStatistics>> statistics_of_tables(std::span<const ByteVector> tables) {
  std::vector<FrameStatistics> statistics;
  for (const ByteVector& blob : tables) {
    const auto table = table_of(blob, 6);
    if (!table) return tl::unexpected(table.error());
    for (const Arguments& row : *table) statistics.push_back({row[0], row[1], row[2], row[3]});
  }
  return statistics;
}

// A cut: most macroblocks are no better predicted from the frame before, and it stands out from its
// neighbours.
std::vector<std::size_t> scene_cuts(std::span<const FrameStatistics> statistics) {
  constexpr std::int64_t kFewInter = 450'000;
  std::vector<std::size_t> cuts;
  for (std::size_t i = 1; i < statistics.size(); ++i) {
    const FrameStatistics& frame = statistics[i];
    if (frame.inter_share > kFewInter || frame.coded_error * 5 < frame.intra_error * 3) continue;
    const std::int64_t before = statistics[i - 1].inter_share;
    const std::int64_t after = i + 1 < statistics.size() ? statistics[i + 1].inter_share : 1'000'000;
    // A flash or fast motion is unlike what comes after it, too.
    if (after > frame.inter_share + 250'000 && (before > frame.inter_share + 250'000 || i == 1))
      cuts.push_back(i);
  }
  return cuts;
}

Node sound_node(std::span<const ContentHash> segments, int kbps, bool copy) {
  Node node;
  node.function = "sound";
  node.arguments = {{"kbps", kbps}, {"copy", copy}};
  node.inputs = {{segments.begin(), segments.end()}};
  node.label = "sound";
  node.cost = 1;
  node.memory = std::uint64_t{64} << 20;
  return node;
}

}  // namespace skirret::cloudenc
