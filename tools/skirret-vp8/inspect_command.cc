#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "tools/cli/stop.hh"
#include "tools/skirret-vp8/command.hh"
#include "tools/skirret-vp8/macroblocks.hh"
#include "tools/skirret-vp8/overlay.hh"
#include "tools/skirret-vp8/overlay_file.hh"
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

struct Options {
  std::string in;
  bool macroblocks = false;
  std::optional<std::uint64_t> frame;
  std::string overlay;
};

class Inspection {
 public:
  Inspection(const cli::Program& program, const Options& options, std::optional<OverlayFile> overlays)
      : program_(program), options_(options), overlays_(std::move(overlays)) {}

  Result<void> add(const Vp8File::Step& step) {
    if (options_.frame && step.index != *options_.frame) return {};
    const auto parsed = codec::parse(step.source, step.bytes);
    if (!parsed) return tl::unexpected(parsed.error());
    ++count_;
    cli::Json frame = frame_json(step, *parsed);
    if (program_.json() && options_.macroblocks) frame["macroblocks"]["each"] = macroblocks_json(*parsed);
    program_.print(frame_line(frame));
    if (options_.macroblocks) program_.print(macroblock_lines(*parsed));
    if (program_.json()) frames_.push_back(std::move(frame));
    if (!overlays_) return {};
    const auto drawn = overlay(step.decoded.shown, *parsed);
    if (!drawn) return tl::unexpected(drawn.error());
    return overlays_->add(*drawn);
  }

  Result<cli::Json> finish() {
    if (options_.frame && count_ == 0)
      return fail(ErrorCode::kInvalid,
                  options_.in + ": has no frame " + std::to_string(*options_.frame) + " (the first is 0)");
    if (overlays_)
      if (auto done = overlays_->finish(); !done) return tl::unexpected(done.error());
    return std::move(frames_);
  }

 private:
  const cli::Program& program_;
  const Options& options_;
  std::optional<OverlayFile> overlays_;
  cli::Json frames_ = cli::Json::array();
  std::uint64_t count_ = 0;
};

Result<std::optional<OverlayFile>> overlay_file(const Options& options, const codec::IvfHeader& header) {
  if (options.overlay.empty()) return std::optional<OverlayFile>();
  auto file = OverlayFile::at(options.overlay, header.rate, header.scale);
  if (!file) return tl::unexpected(file.error());
  if (file->one_picture() && !options.frame)
    return fail(ErrorCode::kInvalid, options.overlay + ": is one picture: name its frame with --frame N");
  return std::optional(std::move(*file));
}

Result<cli::Outcome> inspect(const cli::Program& program, const Options& options) {
  auto file = Vp8File::open(options.in);
  if (!file) return tl::unexpected(file.error());
  const codec::IvfHeader& header = file->header();
  auto overlays = overlay_file(options, header);
  if (!overlays) return tl::unexpected(overlays.error());
  Inspection inspection(program, options, std::move(*overlays));
  program.print(options.in + ": " + std::to_string(header.width) + "x" + std::to_string(header.height) +
                ", " + std::to_string(header.rate) + "/" + std::to_string(header.scale) +
                " a second (* = not shown; probabilities: coefficients+vectors)\n");
  for (std::uint64_t index = 0; !options.frame || index <= *options.frame; ++index) {
    if (cli::stop_requested())
      return fail(ErrorCode::kIo, "stopped after " + std::to_string(index) + " frames");
    const auto step = file->next();
    if (!step) return tl::unexpected(step.error());
    if (!*step) break;
    if (auto done = inspection.add(**step); !done) return tl::unexpected(done.error());
  }
  auto frames = inspection.finish();
  if (!frames) return tl::unexpected(frames.error());
  return cli::Outcome{{{"file", options.in},
                       {"width", header.width},
                       {"height", header.height},
                       {"rate", header.rate},
                       {"scale", header.scale},
                       {"frames", std::move(*frames)}}};
}

}  // namespace

Command inspect_command(cli::Program& program) {
  CLI::App& app = program.add_command(
      "inspect", "Say what each frame and macroblock says, and which states a frame leads from and to.",
      {{"skirret-vp8 inspect clip.ivf", "a line for each frame"},
       {"skirret-vp8 inspect clip.ivf --json", "everything of the headers, as JSON"},
       {"skirret-vp8 inspect clip.ivf --macroblocks --frame 3", "and a line for each macroblock"},
       {"skirret-vp8 inspect clip.ivf --overlay modes.y4m",
        "the pictures, modes and vectors drawn on them"}});
  auto options = std::make_shared<Options>();
  app.add_option("IN", options->in, "The stream: an IVF file")->required();
  app.add_option("--frame", options->frame, "Only this one, from 0 (by default all)");
  app.add_flag("--macroblocks", options->macroblocks,
               "Each one's modes, vectors (right, down; quarter samples), segment and count of tokens");
  app.add_option("--overlay", options->overlay,
                 "Write the pictures at twice their size to OUT.y4m, or one --frame to OUT.png. Red: intra; "
                 "orange: intra 4x4; blue: nearest, near; green: new; magenta: split; lines: vectors; bright "
                 "frame: from golden, dark: from altref; bright corner: has a residue");
  return {&app, [&program, options] { return inspect(program, *options); }};
}

}  // namespace skirret::vp8
