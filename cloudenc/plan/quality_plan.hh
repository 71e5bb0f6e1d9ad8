#pragma once

#include <optional>
#include <span>
#include <vector>

#include "cloudenc/plan/plan.hh"

// Which quantizer meets a wish for quality or rate: pairs of chunks, spread over the recording, are coded and
// joined at a few quantizers as they would be in a batch; between these, decibels and the logarithm of the
// rate are taken to be straight lines.
namespace skirret::cloudenc {

struct QualityWish {
  std::optional<double> ssim_db;  // mean luma SSIM, in dB
  std::optional<int> kbps;        // of the pictures alone
};

struct QualityPlan {
  Graph graph;
  std::vector<std::size_t> targets;  // scores: of each quantizer in turn, the pairs in order
  std::vector<int> qualities;
  std::vector<std::size_t> steady;  // of each pair: the frame in it where its second chunk begins
};
QualityPlan quality_plan(std::span<const BlobGroup> segments, std::span<const SourceFrame> frames,
                         std::span<const Batch> batches, std::span<const FrameStatistics> statistics,
                         const EncodeOptions& options);

// The recording's length in batches, frames and seconds, for rates.
struct Extent {
  std::size_t batches = 0, frames = 0;
  double seconds = 0;
};
// `tables`: the targets' outputs. 0..63; the end of the scale where the wish lies beyond it.
Result<int> choose_quality(const QualityPlan& plan, std::span<const ByteVector> tables,
                           const QualityWish& wish, const Extent& extent);

}  // namespace skirret::cloudenc
