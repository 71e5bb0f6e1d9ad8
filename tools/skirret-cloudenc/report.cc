#include "tools/skirret-cloudenc/report.hh"

#include <array>
#include <cstdio>
#include <map>

namespace skirret::cloudenc_tool {
namespace {

using cloudenc::Input;
using cloudenc::Node;
using cloudenc::OutputsOf;

cli::Json input_json(const Input& input) {
  if (const auto* hash = std::get_if<cloudenc::ContentHash>(&input)) return hash->hex();
  const auto& outputs = std::get<OutputsOf>(input);
  cli::Json json = {{"node", outputs.node}, {"first", outputs.first}};
  if (outputs.count != cloudenc::kAll) json["count"] = outputs.count;
  return json;
}

std::string counted(std::uint64_t count, const char* what, const char* plural = "s") {
  return std::to_string(count) + " " + what + (count == 1 ? "" : plural);
}

cli::Json node_json(const Node& node) {
  cli::Json groups = cli::Json::array();
  for (const auto& group : node.inputs) {
    cli::Json inputs = cli::Json::array();
    for (const Input& input : group) inputs.push_back(input_json(input));
    groups.push_back(std::move(inputs));
  }
  return {{"function", node.function}, {"arguments", node.arguments}, {"inputs", std::move(groups)},
          {"label", node.label},       {"cost", node.cost},           {"memory", node.memory}};
}

}  // namespace

cli::Json plan_json(const cloudenc::PlannedJob& job) {
  cli::Json frames = cli::Json::array(), batches = cli::Json::array(), nodes = cli::Json::array();
  for (std::size_t i = 0; i < job.frames.size(); ++i)
    frames.push_back({job.frames[i].time, job.frames[i].dimensions.width, job.frames[i].dimensions.height,
                      job.plan.quantizers[i]});
  for (const cloudenc::Batch& batch : job.plan.batches) {
    cli::Json chunks = cli::Json::array();
    for (const cloudenc::Chunk& chunk : batch.chunks) chunks.push_back({chunk.first, chunk.count});
    batches.push_back(std::move(chunks));
  }
  for (const Node& node : job.plan.graph.nodes()) nodes.push_back(node_json(node));
  return {{"time_base", {job.recording.time_base.numerator, job.recording.time_base.denominator}},
          {"segments", job.recording.video.size()},
          {"frames", std::move(frames)},
          {"batches", std::move(batches)},
          {"nodes", std::move(nodes)},
          {"targets", job.plan.targets}};
}

std::string plan_text(const cloudenc::PlannedJob& job) {
  std::map<std::string, std::size_t> counts;
  for (const Node& node : job.plan.graph.nodes()) ++counts[node.function];
  std::string text = counted(job.frames.size(), "frame") + " in " +
                     counted(job.recording.video.size(), "segment") + ", " +
                     counted(job.plan.batches.size(), "batch", "es") + ":";
  for (const auto& [function, count] : counts) text += " " + function + " " + std::to_string(count);
  return text + " (--json for all of it)\n";
}

cli::Json result_json(const cloudenc::JobResult& result, double seconds) {
  return {{"frames", result.frames},
          {"batches", result.batches},
          {"chunks", result.chunks},
          {"width", result.dimensions.width},
          {"height", result.dimensions.height},
          {"seconds", result.seconds},
          {"bytes", result.bytes},
          {"video_bytes", result.video_bytes},
          {"sound", result.sound},
          {"quality", result.quality},
          {"tasks_executed", result.executed},
          {"damage", result.damage},
          {"elapsed_s", seconds}};
}

std::string result_text(const std::string& output, const cloudenc::JobResult& result, double seconds) {
  std::array<char, 64> speed{};
  std::snprintf(speed.data(), speed.size(), " in %.1f s, %.1f frames/s\n", seconds,
                static_cast<double>(result.frames) / seconds);
  const char* const sound = result.sound            ? " with sound; "
                            : result.sound_left_out ? " without the sound, for which IVF has no place; "
                                                    : "; ";
  return output + ": " + counted(result.frames, "frame") + " in " + counted(result.batches, "batch", "es") +
         ", " + counted(result.bytes, "byte") + sound + counted(result.executed, "task") + speed.data();
}

}  // namespace skirret::cloudenc_tool
