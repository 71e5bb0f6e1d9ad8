#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cloudenc/plan/graph.hh"
#include "cloudenc/split/split.hh"

// Plans as pure functions: options and what is known so far give a graph of thunks.
namespace skirret::cloudenc {

struct EncodeOptions {
  Division division;
  int quality = 20;             // libvpx's quantizer 0..63, finer to coarser
  std::string effort = "good";  // good, best, rt
};

// Stage one: what pictures are there? A node for each part of each segment, in order, is the table of those.
Graph index_graph(std::span<const BlobGroup> segments);
// All tables. kMalformed; kUnsupported where there is no picture at all.
Result<std::vector<SourceFrame>> frames_of_tables(std::span<const BlobGroup> segments,
                                                  std::span<const ByteVector> tables);

// Stage two: how do they differ? Nodes `targets` are first-pass statistics of consecutive frames.
struct AnalysisPlan {
  Graph graph;
  std::vector<std::size_t> targets;
};
AnalysisPlan analysis_plan(std::span<const BlobGroup> segments, std::span<const SourceFrame> frames);

struct FrameStatistics {
  std::int64_t intra_error = 0;
  std::int64_t coded_error = 0;
  // Millionths of the macroblocks: predicted from the frame before; from elsewhere than where they stand.
  std::int64_t inter_share = 0, motion_share = 0;
};
Result<std::vector<FrameStatistics>> statistics_of_tables(std::span<const ByteVector> tables);
// Frames that begin a scene, ascending.
std::vector<std::size_t> scene_cuts(std::span<const FrameStatistics> statistics);

// Stage three: the stream. Target i is batch i's IVF.
struct EncodePlan {
  std::vector<Batch> batches;
  std::vector<int> quantizers;  // of each frame
  Graph graph;
  std::vector<std::size_t> targets;
};
EncodePlan encode_plan(std::span<const BlobGroup> segments, std::span<const SourceFrame> frames,
                       std::vector<Batch> batches, std::span<const FrameStatistics> statistics,
                       const EncodeOptions& options, int width);

// A sound node, to stand in any graph.
Node sound_node(std::span<const ContentHash> segments, int kbps, bool copy);

}  // namespace skirret::cloudenc
