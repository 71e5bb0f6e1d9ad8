#include <algorithm>
#include <utility>

#include "cloudenc/plan/picture_nodes.hh"
#include "cloudenc/plan/plan.hh"
#include "cloudenc/plan/quantizer_schedule.hh"

namespace skirret::cloudenc {
namespace {

// Rough times of one 720p frame, in milliseconds: they order tasks, no more.
constexpr std::int64_t kChunkFrame = 200;
constexpr std::int64_t kBridgeFrame = 300;
constexpr std::int64_t kRebaseFrame = 8;
constexpr std::int64_t kStitchFrame = 3;

class Planner {
 public:
  Planner(std::span<const ContentHash> segments, std::span<const SourceFrame> frames, EncodePlan& plan,
          const EncodeOptions& options, int width)
      : frames_(frames),
        plan_(plan),
        options_(options),
        width_(std::max(1, width)),
        sources_(plan.graph, segments, frames) {}

  void run() {
    for (std::size_t b = 0; b < plan_.batches.size(); ++b) {
      batch_ = b;
      // As many batches at a time as there are workers; inside, the critical path decides.
      order_ = b / static_cast<std::size_t>(width_);
      plan_batch(plan_.batches[b]);
    }
  }

 private:
  void plan_batch(const Batch& batch) {
    std::vector<std::size_t> coded;
    for (std::size_t c = 0; c < batch.chunks.size(); ++c) coded.push_back(chunk(batch, c));
    std::vector<Input> parts = {OutputsOf{coded[0], 0, 1}};
    std::size_t before = 0;
    for (std::size_t c = 1; c < batch.chunks.size(); ++c) {
      const std::size_t first = bridge(batch, c, coded);
      before = rebase(batch, c, coded, first, before);
      parts.emplace_back(OutputsOf{before, 0, 1});
    }
    Node node = make("stitch", 0, kStitchFrame * static_cast<std::int64_t>(batch.count()), 16);
    node.label = "stitch " + std::to_string(batch_);
    node.inputs = {std::move(parts)};
    plan_.targets.push_back(plan_.graph.add(std::move(node)));
  }

  std::size_t chunk(const Batch& batch, std::size_t c) {
    const Chunk& where = batch.chunks[c];
    Node node = make("chunk", c, kChunkFrame * static_cast<std::int64_t>(where.count), where.count + 24);
    node.arguments["effort"] = options_.effort;
    const auto start = plan_.quantizers.begin() + static_cast<std::ptrdiff_t>(where.first);
    node.arguments["quantizers"] = std::vector<int>(start, start + static_cast<std::ptrdiff_t>(where.count));
    node.inputs = {pictures(where.first, where.count)};
    return plan_.graph.add(std::move(node));
  }

  std::size_t bridge(const Batch& batch, std::size_t c, const std::vector<std::size_t>& coded) {
    const Chunk& where = batch.chunks[c];
    Node node = make("bridge", c, kBridgeFrame, 24);
    node.arguments["level"] = options_.effort == "rt" ? 2 : 5;
    std::vector<Input> before = {OutputsOf{coded[c - 1], 0, 1}};
    std::vector<Input> own = {OutputsOf{coded[c], 0, 1}};
    append(before, pictures(where.first - 1, 1));
    append(own, pictures(where.first, 1));
    node.inputs = {std::move(before), std::move(own)};
    return plan_.graph.add(std::move(node));
  }

  std::size_t rebase(const Batch& batch, std::size_t c, const std::vector<std::size_t>& coded,
                     std::size_t first, std::size_t before) {
    const Chunk& where = batch.chunks[c];
    Node node = make("rebase", c, kRebaseFrame * static_cast<std::int64_t>(where.count), where.count + 24);
    node.arguments["exact"] = c == 1;
    node.arguments["hold"] = false;
    node.arguments["state"] = c + 1 < batch.chunks.size();
    const Input start = c == 1 ? Input(OutputsOf{coded[0], 0, 1}) : Input(OutputsOf{before, 1, kAll});
    node.inputs = {{start},
                   {OutputsOf{first, 0, kAll}},
                   {OutputsOf{coded[c], 0, 1}},
                   pictures(where.first, where.count)};
    return plan_.graph.add(std::move(node));
  }

  static void append(std::vector<Input>& to, const std::vector<Input>& more) {
    to.insert(to.end(), more.begin(), more.end());
  }
  std::vector<Input> pictures(std::size_t first, std::size_t count) {
    return sources_.pictures(first, count, order_);
  }

  Node make(const char* function, std::size_t chunk_index, std::int64_t cost, std::size_t pictures) {
    const codec::Dimensions size = frames_[plan_.batches[batch_].first()].dimensions;
    Node node;
    node.function = function;
    node.label = std::string(function) + " " + std::to_string(batch_) + "." + std::to_string(chunk_index);
    node.cost = std::max<std::int64_t>(1, cost * size.mb_count() / 3600);
    node.memory = pictures * picture_bytes(size);
    node.order = order_;
    return node;
  }

  std::span<const SourceFrame> frames_;
  EncodePlan& plan_;
  const EncodeOptions& options_;
  int width_;
  PictureNodes sources_;
  std::size_t batch_ = 0;
  std::uint64_t order_ = 0;
};

}  // namespace

EncodePlan encode_plan(std::span<const ContentHash> segments, std::span<const SourceFrame> frames,
                       std::vector<Batch> batches, std::span<const FrameStatistics> statistics,
                       const EncodeOptions& options, int width) {
  EncodePlan plan;
  plan.batches = std::move(batches);
  plan.quantizers.assign(frames.size(), options.quality);
  for (const Batch& batch : plan.batches) {
    const std::span<const FrameStatistics> own =
        statistics.empty() ? statistics : statistics.subspan(batch.first(), batch.count());
    const std::vector<int> schedule = quantizer_schedule(batch, own, options.quality);
    std::copy(schedule.begin(), schedule.end(),
              plan.quantizers.begin() + static_cast<std::ptrdiff_t>(batch.first()));
  }
  Planner(segments, frames, plan, options, width).run();
  return plan;
}

}  // namespace skirret::cloudenc
