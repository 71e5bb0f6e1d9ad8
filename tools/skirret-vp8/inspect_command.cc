#include <cstdio>
#include <memory>
#include <string>

#include "tools/cli/stop.hh"
#include "tools/skirret-vp8/command.hh"
#include "tools/skirret-vp8/vp8_file.hh"

namespace skirret::vp8 {
namespace {

using codec::FrameHeader;

std::string hexadecimal(StateId id) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(id.value));
  return text;
}

template <class Updates>
int count_updates(const Updates& updates) {
  if constexpr (requires { updates.has_value(); }) {
    return updates.has_value() ? 1 : 0;
  } else {
    int count = 0;
    for (const auto& part : updates) count += count_updates(part);
    return count;
  }
}

cli::Json deltas(const std::array<codec::OptionalDelta, 4>& sent) {
  cli::Json json = cli::Json::array();
  for (const auto& delta : sent) json.push_back(delta ? cli::Json(*delta) : cli::Json(nullptr));
  return json;
}

cli::Json quantizer_json(const codec::QuantizerFields& q) {
  return {{"y_ac", q.y_ac},         {"y_dc", q.y_dc_delta},   {"y2_dc", q.y2_dc_delta},
          {"y2_ac", q.y2_ac_delta}, {"uv_dc", q.uv_dc_delta}, {"uv_ac", q.uv_ac_delta}};
}

cli::Json filter_json(const codec::FilterFields& filter) {
  cli::Json json = {{"type", filter.simple ? "simple" : "normal"},
                    {"level", filter.level},
                    {"sharpness", filter.sharpness},
                    {"deltas", filter.deltas.enabled}};
  if (filter.deltas.update) {
    json["reference_deltas"] = deltas(filter.deltas.reference);
    json["mode_deltas"] = deltas(filter.deltas.mode);
  }
  return json;
}

cli::Json segmentation_json(const codec::SegmentationFields& segmentation) {
  cli::Json json = {{"enabled", segmentation.enabled}, {"map_updated", segmentation.update_map}};
  if (segmentation.update_data)
    json["data"] = {{"absolute", segmentation.update_data->absolute},
                    {"quantizer", deltas(segmentation.update_data->quantizer)},
                    {"filter_level", deltas(segmentation.update_data->filter_level)}};
  return json;
}

// What golden (`golden`) or altref gets from elsewhere: "last", the other one, or null.
cli::Json copy_json(std::uint8_t copy, bool golden) {
  if (copy == 1) return "last";
  if (copy == 2) return golden ? "altref" : "golden";
  return nullptr;
}

cli::Json references_json(const FrameHeader& header) {
  const codec::ReferenceFields& fields = header.references;
  const bool key = header.key_frame;
  cli::Json refreshed = cli::Json::array();
  if (key || fields.refresh_last) refreshed.push_back("last");
  if (key || fields.refresh_golden) refreshed.push_back("golden");
  if (key || fields.refresh_altref) refreshed.push_back("altref");
  cli::Json json = {{"refreshed", refreshed}};
  if (key) return json;
  json["golden_from"] = fields.refresh_golden ? cli::Json(nullptr) : copy_json(fields.copy_to_golden, true);
  json["altref_from"] = fields.refresh_altref ? cli::Json(nullptr) : copy_json(fields.copy_to_altref, false);
  json["sign_bias_golden"] = fields.sign_bias_golden;
  json["sign_bias_altref"] = fields.sign_bias_altref;
  return json;
}

cli::Json probabilities_json(const FrameHeader& header) {
  return {{"coefficients", count_updates(header.coefficient_updates.at)},
          {"vectors", count_updates(header.inter.vectors)},
          {"luma_modes", header.inter.luma_modes.has_value()},
          {"chroma_modes", header.inter.chroma_modes.has_value()},
          {"kept", header.refresh_entropy}};
}

cli::Json frame_json(const Vp8File::Step& step, const codec::ParsedFrame& parsed) {
  const FrameHeader& header = parsed.header;
  cli::Json json = {{"index", step.index},
                    {"pts", step.pts},
                    {"bytes", step.bytes.size()},
                    {"kind", header.key_frame ? "key" : "inter"},
                    {"shown", header.show},
                    {"profile", header.profile},
                    {"width", parsed.dimensions.width},
                    {"height", parsed.dimensions.height},
                    {"quantizer", header.quantizer.y_ac},
                    {"quantizers", quantizer_json(header.quantizer)},
                    {"references", references_json(header)},
                    {"filter", filter_json(header.filter)},
                    {"segmentation", segmentation_json(header.segmentation)},
                    {"partitions", 1 << header.log2_partitions},
                    {"first_partition_bytes", parsed.first_partition_bytes},
                    {"partition_bytes", parsed.partition_bytes},
                    {"probabilities_updated", probabilities_json(header)}};
  json["skip_probability"] =
      header.skip_probability ? cli::Json(*header.skip_probability) : cli::Json(nullptr);
  if (header.key)
    json["key"] = {{"horizontal_scale", header.key->horizontal_scale},
                   {"vertical_scale", header.key->vertical_scale},
                   {"color_space", header.key->color_space},
                   {"clamping_unneeded", header.key->clamping_unneeded}};
  int intra = 0, skipped = 0;
  for (const auto& modes : parsed.modes) {
    intra += modes.is_inter() ? 0 : 1;
    skipped += modes.skip_coefficients ? 1 : 0;
  }
  json["macroblocks"] = {{"all", parsed.modes.size()}, {"intra", intra}, {"skipped", skipped}};
  json["truncated"] = parsed.truncated;
  json["source_state"] = hexadecimal(step.source.id());
  json["target_state"] = hexadecimal(step.decoded.next.id());
  return json;
}

std::string joined(const cli::Json& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : "+") + name.get<std::string>();
  return text.empty() ? "nothing" : text;
}

std::string frame_line(const cli::Json& frame) {
  char text[512];
  const auto& probabilities = frame["probabilities_updated"];
  std::snprintf(text, sizeof text,
                "%5llu %-5s%s %7llu bytes  q %3d  refreshes %-18s  filter %s %2d/%d  partitions %d  "
                "probabilities %d+%d  %s -> %s\n",
                frame["index"].get<unsigned long long>(), frame["kind"].get<std::string>().c_str(),
                frame["shown"].get<bool>() ? " " : "*", frame["bytes"].get<unsigned long long>(),
                frame["quantizer"].get<int>(), joined(frame["references"]["refreshed"]).c_str(),
                frame["filter"]["type"].get<std::string>().c_str(), frame["filter"]["level"].get<int>(),
                frame["filter"]["sharpness"].get<int>(), frame["partitions"].get<int>(),
                probabilities["coefficients"].get<int>(), probabilities["vectors"].get<int>(),
                frame["source_state"].get<std::string>().c_str(),
                frame["target_state"].get<std::string>().c_str());
  return text;
}

Result<cli::Outcome> inspect(const cli::Program& program, const std::string& in) {
  auto file = Vp8File::open(in);
  if (!file) return tl::unexpected(file.error());
  const codec::IvfHeader& header = file->header();
  program.print(in + ": " + std::to_string(header.width) + "x" + std::to_string(header.height) + ", " +
                std::to_string(header.rate) + "/" + std::to_string(header.scale) +
                " a second (* = not shown; probabilities: coefficients+vectors)\n");
  cli::Json frames = cli::Json::array();
  while (true) {
    if (cli::stop_requested())
      return fail(ErrorCode::kIo, "stopped after " + std::to_string(frames.size()) + " frames");
    const auto step = file->next();
    if (!step) return tl::unexpected(step.error());
    if (!*step) break;
    const auto parsed = codec::parse((*step)->source, (*step)->bytes);
    if (!parsed) return tl::unexpected(parsed.error());
    cli::Json frame = frame_json(**step, *parsed);
    program.print(frame_line(frame));
    frames.push_back(program.json() ? std::move(frame) : cli::Json());
  }
  return cli::Outcome{{{"file", in},
                       {"width", header.width},
                       {"height", header.height},
                       {"rate", header.rate},
                       {"scale", header.scale},
                       {"frames", std::move(frames)}}};
}

}  // namespace

Command inspect_command(cli::Program& program) {
  CLI::App& app = program.add_command(
      "inspect", "Say what each frame's header says, and which states it leads from and to.",
      {{"skirret-vp8 inspect clip.ivf", "a line for each frame"},
       {"skirret-vp8 inspect clip.ivf --json", "everything, as JSON"}});
  auto in = std::make_shared<std::string>();
  app.add_option("IN", *in, "The stream: an IVF file")->required();
  return {&app, [&program, in] { return inspect(program, *in); }};
}

}  // namespace skirret::vp8
