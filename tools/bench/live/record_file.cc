#include "tools/bench/live/record_file.hh"

#include <exception>
#include <fstream>

#include <nlohmann/json.hpp>

#include "codec/container/output_file.hh"

namespace skirret::bench {
namespace {

using Json = nlohmann::ordered_json;
using transport::LinkEvent;
using transport::LinkEventKind;

constexpr int kVersion = 1;

Json settings_json(const CallSettings& s) {
  return {{"system", s.system},
          {"clip", s.clip},
          {"trace", s.trace},
          {"width", s.size.width},
          {"height", s.size.height},
          {"frame_interval", s.frame_interval.count()},
          {"one_way", s.one_way.count()},
          {"trace_offset", s.trace_offset.count()},
          {"queue_packets", s.queue_packets},
          {"loss", s.loss},
          {"seed", s.seed},
          {"live", s.live}};
}

CallSettings settings_from(const Json& json) {
  CallSettings s;
  s.system = json.at("system");
  s.clip = json.at("clip");
  s.trace = json.at("trace");
  s.size = {json.at("width"), json.at("height")};
  s.frame_interval = Duration(json.at("frame_interval").get<std::int64_t>());
  s.one_way = Duration(json.at("one_way").get<std::int64_t>());
  s.trace_offset = Duration(json.at("trace_offset").get<std::int64_t>());
  s.queue_packets = json.at("queue_packets");
  s.loss = json.at("loss");
  s.seed = json.at("seed");
  s.live = json.at("live");
  return s;
}

Json captures_json(const CallRecord& record) {
  Json all = Json::array();
  for (const CaptureRecord& capture : record.captures) all.push_back({capture.frame, to_ns(capture.at)});
  return all;
}

Json displays_json(const CallRecord& record) {
  Json all = Json::array();
  for (const DisplayRecord& display : record.displays) {
    Json entry = {to_ns(display.at)};
    if (display.frame && display.distance) {
      entry.push_back(*display.frame);
      entry.push_back(display.distance->ssim);
      entry.push_back(display.distance->mse);
    }
    all.push_back(std::move(entry));
  }
  return all;
}

Json screen_json(const CallRecord& record) {
  Json all = Json::array();
  for (const ScreenRecord& look : record.screen)
    all.push_back({look.frame, look.nothing_yet ? 1 : 0, look.on_screen.ssim, look.on_screen.mse,
                   look.by_then.ssim, look.by_then.mse});
  return all;
}

Json events_json(const CallRecord& record) {
  Json all = Json::array();
  for (const LinkEvent& event : record.forward)
    all.push_back(
        {static_cast<int>(event.kind), to_ns(event.at), event.packet, event.bytes, event.queued.count()});
  return all;
}

Json record_json(const CallRecord& record) {
  Json json = {{"version", kVersion},
               {"settings", settings_json(record.settings)},
               {"notes", record.settings.notes},
               {"begin", to_ns(record.begin)},
               {"end", to_ns(record.end)},
               {"watched_until", to_ns(record.watched_until)},
               {"key_frames", record.key_frames},
               {"code",
                {record.code.checked, record.code.behind, record.code.misread, record.code.coarsest_quantizer,
                 record.code.fewest_bytes}},
               {"captures", captures_json(record)},
               {"displays", displays_json(record)},
               {"screen", screen_json(record)},
               {"forward", events_json(record)}};
  if (record.validity) {
    const Validity& v = *record.validity;
    json["validity"] = {v.lateness_p99.count(), v.lateness_max.count(), v.steal, v.run_queue_mean,
                        v.source_stalls};
  }
  return json;
}

DisplayRecord display_from(const Json& entry) {
  DisplayRecord display{from_ns(entry.at(0)), std::nullopt, std::nullopt};
  if (entry.size() > 1) {
    display.frame = entry.at(1).get<std::uint64_t>();
    display.distance = PictureDistance{entry.at(2), entry.at(3)};
  }
  return display;
}

LinkEvent event_from(const Json& entry) {
  const int kind = entry.at(0);
  if (kind < 0 || kind > static_cast<int>(LinkEventKind::kDropLoss)) throw std::out_of_range("event kind");
  return {static_cast<LinkEventKind>(kind), from_ns(entry.at(1)), entry.at(2), entry.at(3),
          Duration(entry.at(4).get<std::int64_t>())};
}

CallRecord record_from(const Json& json) {
  if (json.at("version") != kVersion) throw std::out_of_range("another version");
  CallRecord record;
  record.settings = settings_from(json.at("settings"));
  record.settings.notes = json.at("notes");
  record.begin = from_ns(json.at("begin"));
  record.end = from_ns(json.at("end"));
  record.watched_until = from_ns(json.at("watched_until"));
  record.key_frames = json.at("key_frames");
  if (json.contains("code")) {  // records from before have none
    const Json& c = json.at("code");
    record.code = {c.at(0), c.at(1), c.at(2), c.at(3), c.at(4)};
  }
  for (const Json& entry : json.at("captures"))
    record.captures.push_back({entry.at(0), from_ns(entry.at(1))});
  for (const Json& entry : json.at("displays")) record.displays.push_back(display_from(entry));
  for (const Json& entry : json.at("screen"))
    record.screen.push_back(
        {entry.at(0), entry.at(1) == 1, {entry.at(2), entry.at(3)}, {entry.at(4), entry.at(5)}});
  for (const Json& entry : json.at("forward")) record.forward.push_back(event_from(entry));
  if (json.contains("validity")) {
    const Json& v = json.at("validity");
    record.validity = Validity{Duration(v.at(0).get<std::int64_t>()), Duration(v.at(1).get<std::int64_t>()),
                               v.at(2), v.at(3), v.at(4)};
  }
  return record;
}

}  // namespace

Result<void> save_record(const std::filesystem::path& path, const CallRecord& record) {
  auto file = codec::OutputFile::create(path);
  if (!file) return tl::unexpected(file.error());
  const std::string text = record_json(record).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  if (auto written = file->write(Bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
      !written)
    return written;
  return file->commit();
}

Result<CallRecord> load_record(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) return fail(ErrorCode::kNotFound, "cannot read " + path.string());
  try {
    return record_from(Json::parse(file));
  } catch (const std::exception& error) {
    return fail(ErrorCode::kMalformed, path.string() + " is no record of a run: " + error.what());
  }
}

bool is_run_of(const CallRecord& record, const CallSettings& settings, Duration duration) {
  CallSettings live = settings;
  live.live = record.settings.live;
  return settings_json(record.settings) == settings_json(live) && record.end - record.begin == duration;
}

}  // namespace skirret::bench
