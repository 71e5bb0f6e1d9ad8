#include <algorithm>
#include <utility>

#include "cloudenc/plan/batch_nodes.hh"
#include "cloudenc/plan/plan.hh"
#include "cloudenc/plan/quantizer_schedule.hh"

namespace skirret::cloudenc {

EncodePlan encode_plan(std::span<const BlobGroup> segments, std::span<const SourceFrame> frames,
                       std::vector<Batch> batches, std::span<const FrameStatistics> statistics,
                       const EncodeOptions& options, int width) {
  EncodePlan plan;
  plan.batches = std::move(batches);
  PictureNodes sources(plan.graph, segments, frames);
  for (std::size_t b = 0; b < plan.batches.size(); ++b) {
    const Batch& batch = plan.batches[b];
    BatchNodes how;
    how.name = std::to_string(b);
    how.effort = options.effort;
    how.quantizers = quantizer_schedule(batch, statistics, options.quality);
    how.dimensions = frames[batch.first()].dimensions;
    // As many batches at a time as there are workers; inside, the critical path decides.
    how.order = b / static_cast<std::size_t>(std::max(1, width));
    plan.targets.push_back(add_batch(plan.graph, sources, batch, how));
    plan.quantizers.insert(plan.quantizers.end(), how.quantizers.begin(), how.quantizers.end());
  }
  return plan;
}

}  // namespace skirret::cloudenc
