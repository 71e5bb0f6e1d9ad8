#include "cloudenc/plan/batch_nodes.hh"

#include <algorithm>
#include <utility>

#include "cloudenc/plan/quantizer_schedule.hh"

namespace skirret::cloudenc {
namespace {

// Rough times of one 720p frame, in milliseconds: they order tasks, no more.
constexpr std::int64_t kChunkFrame = 200;
constexpr std::int64_t kBridgeFrame = 300;
constexpr std::int64_t kRebaseFrame = 30;
constexpr std::int64_t kStitchFrame = 3;

class Planner {
 public:
  Planner(Graph& graph, PictureNodes& sources, const Batch& batch, const BatchNodes& how)
      : graph_(graph), sources_(sources), batch_(batch), how_(how) {}

  std::size_t run() {
    const std::size_t chunks = batch_.chunks.size();
    std::vector<std::size_t> coded;
    for (std::size_t c = 0; c < chunks; ++c) coded.push_back(chunk(c));
    std::vector<Input> parts = {OutputsOf{coded[0], 0, 1}};
    std::size_t before = 0;
    for (std::size_t c = 1; c < chunks; ++c) {
      const std::size_t first = bridge(c, coded);
      before = rebase(c, coded, first, before);
      parts.emplace_back(OutputsOf{before, 0, 1});
    }
    Node node = make("stitch", 0, kStitchFrame * static_cast<std::int64_t>(batch_.count()), 16);
    node.label = "stitch " + how_.name;
    node.inputs = {std::move(parts)};
    return graph_.add(std::move(node));
  }

 private:
  std::size_t chunk(std::size_t c) {
    const Chunk& where = batch_.chunks[c];
    Node node = make("chunk", c, kChunkFrame * static_cast<std::int64_t>(where.count), where.count + 24);
    // The first one stays as it is. The chain looks at the others' vectors again.
    node.arguments["effort"] = c > 0 && how_.effort == "good" ? "vectors" : how_.effort;
    const auto start = how_.quantizers.begin() + static_cast<std::ptrdiff_t>(where.first - batch_.first());
    node.arguments["quantizers"] = std::vector<int>(start, start + static_cast<std::ptrdiff_t>(where.count));
    node.inputs = {pictures(where.first, where.count)};
    return graph_.add(std::move(node));
  }

  std::size_t bridge(std::size_t c, const std::vector<std::size_t>& coded) {
    const Chunk& where = batch_.chunks[c];
    Node node = make("bridge", c, kBridgeFrame, 24);
    // The first one stays as it is. Of the others the chain takes vectors alone.
    node.arguments["level"] = c > 1 || how_.effort == "rt" ? 2 : 5;
    node.arguments["improve"] = c == 1;
    std::vector<Input> before = {OutputsOf{coded[c - 1], 0, 1}};
    std::vector<Input> own = {OutputsOf{coded[c], 0, 1}};
    append(before, pictures(where.first - 1, 1));
    append(own, pictures(where.first, 1));
    node.inputs = {std::move(before), std::move(own)};
    return graph_.add(std::move(node));
  }

  std::size_t rebase(std::size_t c, const std::vector<std::size_t>& coded, std::size_t first,
                     std::size_t before) {
    const Chunk& where = batch_.chunks[c];
    Node node = make("rebase", c, kRebaseFrame * static_cast<std::int64_t>(where.count), where.count + 24);
    node.arguments["exact"] = c == 1;
    node.arguments["level"] = kChainLevel;
    node.arguments["golden"] = golden_frames(where);
    node.arguments["state"] = c + 1 < batch_.chunks.size();
    const Input start = c == 1 ? Input(OutputsOf{coded[0], 0, 1}) : Input(OutputsOf{before, 1, kAll});
    node.inputs = {{start},
                   {OutputsOf{first, 0, kAll}},
                   {OutputsOf{coded[c], 0, 1}},
                   pictures(where.first, where.count)};
    return graph_.add(std::move(node));
  }

  static void append(std::vector<Input>& to, const std::vector<Input>& more) {
    to.insert(to.end(), more.begin(), more.end());
  }
  std::vector<Input> pictures(std::size_t first, std::size_t count) {
    return sources_.pictures(first, count, how_.order);
  }

  Node make(const char* function, std::size_t chunk_index, std::int64_t cost, std::size_t pictures) {
    Node node;
    node.function = function;
    node.label = std::string(function) + " " + how_.name + "." + std::to_string(chunk_index);
    node.cost = std::max<std::int64_t>(1, cost * how_.dimensions.mb_count() / 3600);
    node.memory = pictures * picture_bytes(how_.dimensions);
    node.order = how_.order;
    return node;
  }

  Graph& graph_;
  PictureNodes& sources_;
  const Batch& batch_;
  const BatchNodes& how_;
};

}  // namespace

std::size_t add_batch(Graph& graph, PictureNodes& sources, const Batch& batch, const BatchNodes& how) {
  return Planner(graph, sources, batch, how).run();
}

}  // namespace skirret::cloudenc
