#include "cloudenc/plan/quality_plan.hh"

#include <algorithm>
#include <cmath>
#include <utility>

#include "cloudenc/plan/batch_nodes.hh"
#include "cloudenc/plan/quantizer_schedule.hh"

namespace skirret::cloudenc {
namespace {

constexpr int kQualities[] = {4, 14, 24, 36, 48, 60};
constexpr std::size_t kSamples = 4;

// Each chunk with the one that it is joined to: what follows the second is much as that is.
std::vector<Batch> sample_pairs(std::span<const Batch> batches) {
  std::vector<Batch> all;
  for (const Batch& batch : batches) {
    const std::vector<Chunk>& chunks = batch.chunks;
    if (chunks.size() == 1) all.push_back(batch);
    for (std::size_t c = 1; c < chunks.size(); ++c) all.push_back({{chunks[c - 1], chunks[c]}});
  }
  std::vector<Batch> chosen;
  const std::size_t count = std::min(kSamples, all.size());
  for (std::size_t i = 0; i < count; ++i) chosen.push_back(all[(2 * i + 1) * all.size() / (2 * count)]);
  return chosen;
}

struct Tried {
  double key_bytes = 0, inter_bytes = 0, key_ssim = 0, inter_ssim = 0;  // sums
  std::size_t keys = 0, inters = 0;

  double decibels() const {
    // Nearly all frames of the stream are interframes.
    const double mean =
        inters > 0 ? inter_ssim / static_cast<double>(inters) : key_ssim / static_cast<double>(keys);
    return -10 * std::log10(std::max(1e-9, 1 - mean));
  }
  // What the whole recording would take, by these.
  double kbps(const Extent& extent) const {
    const double key = key_bytes / static_cast<double>(keys);
    // Chunks of one frame: what comes after a key frame takes about a third.
    const double inter = inters > 0 ? inter_bytes / static_cast<double>(inters) : key / 3;
    const double bytes = key * static_cast<double>(extent.batches) +
                         inter * static_cast<double>(extent.frames - extent.batches);
    return bytes * 8 / 1000 / extent.seconds;
  }
};

// Frames between the key frame and `steady` count for neither.
Result<void> add(const ByteVector& blob, std::size_t steady, Tried& tried) {
  const Arguments table = Arguments::parse(blob.begin(), blob.end(), nullptr, false);
  if (!table.is_array() || table.empty())
    return fail(ErrorCode::kMalformed, "scores have another form than expected");
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (!table[i].is_array() || table[i].size() != 2)
      return fail(ErrorCode::kMalformed, "scores have another form than expected");
    if (i > 0 && i < steady) continue;
    const double bytes = table[i][0].get<double>();
    (i == 0 ? tried.key_bytes : tried.inter_bytes) += bytes;
    ++(i == 0 ? tried.keys : tried.inters);
    (i == 0 ? tried.key_ssim : tried.inter_ssim) += table[i][1].get<double>() / 1e9;
  }
  return {};
}

}  // namespace

QualityPlan quality_plan(std::span<const BlobGroup> segments, std::span<const SourceFrame> frames,
                         std::span<const Batch> batches, std::span<const FrameStatistics> statistics,
                         const EncodeOptions& options) {
  QualityPlan plan;
  PictureNodes sources(plan.graph, segments, frames);
  const std::vector<Batch> pairs = sample_pairs(batches);
  for (const Batch& pair : pairs) plan.steady.push_back(pair.chunks.back().first - pair.first());
  for (const int quality : kQualities) {
    plan.qualities.push_back(quality);
    for (const Batch& pair : pairs) {
      BatchNodes how;
      how.name = std::to_string(quality) + " at " + std::to_string(pair.first());
      how.effort = options.effort;
      how.quantizers = quantizer_schedule(pair, statistics, quality);
      how.dimensions = frames[pair.first()].dimensions;
      Node scored;
      scored.function = "score";
      scored.inputs = {{OutputsOf{add_batch(plan.graph, sources, pair, how), 0, 1}},
                       sources.pictures(pair.first(), pair.count(), 0)};
      scored.label = "score " + how.name;
      scored.cost = static_cast<std::int64_t>(pair.count()) * 5;
      scored.memory = (pair.count() + 8) * picture_bytes(how.dimensions);
      plan.targets.push_back(plan.graph.add(std::move(scored)));
    }
  }
  return plan;
}

Result<int> choose_quality(const QualityPlan& plan, std::span<const ByteVector> tables,
                           const QualityWish& wish, const Extent& extent) {
  const std::size_t samples = tables.size() / plan.qualities.size();
  // Rises with what is asked for: decibels, or log2 of the rate.
  std::vector<double> reached;
  for (std::size_t q = 0; q < plan.qualities.size(); ++q) {
    Tried tried;
    for (std::size_t i = 0; i < samples; ++i)
      if (auto done = add(tables[q * samples + i], plan.steady[i], tried); !done)
        return tl::unexpected(done.error());
    reached.push_back(wish.kbps ? std::log2(std::max(1e-3, tried.kbps(extent))) : tried.decibels());
  }
  const double wanted = wish.kbps ? std::log2(static_cast<double>(*wish.kbps)) : wish.ssim_db.value_or(0);
  if (wanted >= reached.front()) return wanted > reached.front() + 0.5 ? 0 : plan.qualities.front();
  for (std::size_t q = 1; q < reached.size(); ++q) {
    if (reached[q] > wanted) continue;
    const double span = reached[q - 1] - reached[q];
    const double share = span > 0 ? (reached[q - 1] - wanted) / span : 0;
    const double quality = plan.qualities[q - 1] + share * (plan.qualities[q] - plan.qualities[q - 1]);
    // Rather better than asked for; rather fewer bits.
    return static_cast<int>(wish.kbps ? std::ceil(quality) : std::floor(quality));
  }
  return 63;
}

}  // namespace skirret::cloudenc
