#include "tools/bench/live/live_call.hh"

#include <cinttypes>
#include <cstdio>
#include <memory>
#include <thread>

#include "codec/media/picture_scaler.hh"
#include "tools/bench/live/coded_clip.hh"
#include "tools/bench/live/link_emulator.hh"
#include "tools/bench/live/machine_load.hh"
#include "tools/bench/live/record_file.hh"
#include "tools/bench/live/skirret_system.hh"
#include "tools/bench/live/webrtc_system.hh"
#include "tools/bench/measure/screen_meter.hh"
#include "tools/cli/stop.hh"
#include "transport/link/opportunities.hh"
#include "transport/udp/clock.hh"

namespace skirret::bench {
namespace {

using Progress = std::function<void(const std::string&)>;

constexpr Duration kLookEvery = std::chrono::milliseconds(200);
constexpr Duration kSpareClip = std::chrono::seconds(3);  // the source must not end before the call does
constexpr std::uint64_t kWebrtcHighBitrate = 20'000'000;

Result<std::unique_ptr<LiveSystem>> system_named(const std::string& name) {
  const auto ours = [](std::vector<std::string> sender) {
    return std::make_unique<SkirretSystem>(std::move(sender));
  };
  if (name == "skirret") return ours({"skirret-sender"});
  if (name == "conventional-second") return ours({"skirret-conventional-sender", "--rate-each", "second"});
  if (name == "conventional-frame") return ours({"skirret-conventional-sender", "--rate-each", "frame"});
  if (name == "webrtc") return std::make_unique<WebrtcSystem>(0);
  if (name == "webrtc-20m") return std::make_unique<WebrtcSystem>(kWebrtcHighBitrate);
  return fail(ErrorCode::kInvalid, "there is no live system '" + name +
                                       "': skirret, conventional-second, conventional-frame, webrtc or "
                                       "webrtc-20m");
}

transport::NamedSource later(const transport::NamedSource& source, Duration offset) {
  return {source.name, [make = source.make, offset] {
            return std::make_unique<transport::LaterOpportunities>(make(), offset);
          }};
}

// As `mm-delay N mm-link UP DOWN` has it, with the sender inside.
EmulatedLink link_of(const LiveCall& call) {
  const CallSettings& settings = call.settings;
  EmulatedLink link{
      later(call.forward, settings.trace_offset), later(call.reverse, settings.trace_offset), {}, {}};
  link.forward_config.delay = link.reverse_config.delay = settings.one_way;
  link.reverse_config.delay_place = transport::DelayPlace::kBeforeQueue;
  link.forward_config.queue_packets = link.reverse_config.queue_packets = settings.queue_packets;
  link.forward_config.loss = settings.loss;
  link.forward_config.seed = settings.seed;
  link.reverse_config.seed = settings.seed + 1;
  return link;
}

// The clip with its codes, made once for all runs that can use it.
Result<std::filesystem::path> coded_clip(const LiveCall& call, const FrameCode& code,
                                         const Progress& progress) {
  const Duration length = call.duration + call.tail + kSpareClip;
  const auto frames = static_cast<std::uint64_t>(length / call.settings.frame_interval);
  char name[120];
  std::snprintf(name, sizeof name, "%.60s-%dx%d-%" PRIu64 ".y4m", call.settings.clip.c_str(),
                call.settings.size.width, call.settings.size.height, frames);
  const std::filesystem::path path = call.clip_folder / name;
  if (std::filesystem::exists(path)) return path;
  progress("drawing the frame code into " + std::to_string(frames) + " pictures");
  std::filesystem::create_directories(call.clip_folder);
  if (auto written = write_coded_clip(path, call.originals, code, frames, call.settings.frame_interval);
      !written)
    return tl::unexpected(written.error());
  return path;
}

struct Run {
  TimePoint begin;
  SystemRecord system;
  LinkEmulator::Report link;
  MachineLoad load;
};

Result<Run> run_once(const LiveCall& call, const std::filesystem::path& clip, const Progress& progress) {
  std::filesystem::remove_all(call.folder);
  std::filesystem::create_directories(call.folder);
  auto system = system_named(call.settings.system);
  if (!system) return tl::unexpected(system.error());
  auto link = LinkEmulator::create(link_of(call));
  if (!link) return tl::unexpected(link.error());
  progress(call.settings.system + ": starting");
  if (auto prepared = (*system)->prepare(**link, clip, call.folder); !prepared)
    return tl::unexpected(prepared.error());

  Run run;
  run.begin = (*link)->begin();
  run.load = {};
  if (auto begun = (*system)->begin(); !begun) return tl::unexpected(begun.error());
  const TimePoint end = run.begin + call.duration + call.tail;
  for (TimePoint now = run.begin; now < end; now = transport::monotonic_now()) {
    if (cli::stop_requested()) return fail(ErrorCode::kIo, "interrupted");
    if (auto fine = (*system)->look(); !fine) return tl::unexpected(fine.error());
    std::this_thread::sleep_for(std::min(kLookEvery, end - now));
    run.load.look();
    char text[80];
    std::snprintf(text, sizeof text, ": %.0f of %.0f s", to_seconds(now - run.begin),
                  to_seconds(end - run.begin));
    progress(call.settings.system + text);
  }
  auto record = (*system)->finish();
  if (!record) return tl::unexpected(record.error());
  run.system = std::move(*record);
  run.link = (*link)->finish();
  return run;
}

// What was displayed goes through the same eye as every system's pictures.
Result<void> look_at(const SystemRecord& system, codec::Dimensions size, TimePoint end_of_run,
                     ScreenMeter& meter) {
  std::size_t capture = 0;
  const auto captures_until = [&](TimePoint at) {
    for (; capture < system.captures.size() && system.captures[capture].at <= at; ++capture)
      meter.capture(system.captures[capture].frame, system.captures[capture].at);
  };
  for (;;) {
    auto shown = system.next_shown();
    if (!shown) return tl::unexpected(shown.error());
    if (!*shown) break;
    const auto& [at, picture, told] = **shown;
    captures_until(at);
    auto whole = picture.dimensions() == size ? picture : codec::scaled(picture, size);
    if (!whole) return tl::unexpected(whole.error());
    meter.display(at, *whole, picture.display_plane(codec::PlaneName::kY), told);
  }
  captures_until(end_of_run);
  meter.finish(end_of_run);
  return {};
}

std::string notes_of(const Run& run, int tries) {
  char text[300];
  std::snprintf(text, sizeof text,
                "try %d; processors %.0f %% busy; link emulator with %s priority, %" PRIu64
                " packets, %" PRIu64 " refused",
                tries, 100 * run.load.busy(), run.link.realtime ? "real-time" : "ordinary", run.link.packets,
                run.link.refused);
  std::string notes = text;
  if (run.link.lateness_p99 > kMostLateness) notes = "VOID, the link emulator was late; " + notes;
  return run.system.notes.empty() ? notes : notes + "; " + run.system.notes;
}

Result<CallRecord> record_of(const LiveCall& call, const FrameCode& code, Run run, int tries) {
  CallRecord record;
  record.settings = call.settings;
  record.settings.live = true;
  record.begin = run.begin;
  record.end = run.begin + call.duration;
  record.watched_until = record.end + call.tail;
  ScreenMeter meter(code, call.originals, record.begin, record.end);
  if (auto looked = look_at(run.system, call.settings.size, record.watched_until, meter); !looked)
    return tl::unexpected(looked.error());
  record.settings.notes = notes_of(run, tries);
  record.captures = meter.captures();
  record.displays = meter.displays();
  record.screen = meter.screen();
  record.code = meter.code_reading();
  record.code.coarsest_quantizer = run.system.sent.coarsest_quantizer;
  record.code.fewest_bytes = run.system.sent.fewest_bytes;
  record.forward = std::move(run.link.forward);
  record.key_frames = run.system.key_frames;
  record.validity = Validity{run.link.lateness_p99, run.link.lateness_max, run.load.steal(),
                             run.load.run_queue_mean(), run.system.source_stalls};
  return record;
}

void remove_recordings(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::remove_all(folder / "decoded", error);
  std::filesystem::remove_all(folder / "sender.profile", error);
  std::filesystem::remove_all(folder / "receiver.profile", error);
  for (const auto& entry : std::filesystem::directory_iterator(folder, error))
    if (entry.path().extension() == ".y4m" || entry.path().extension() == ".link")
      std::filesystem::remove(entry.path(), error);
}

}  // namespace

Result<CallRecord> run_live_call(const LiveCall& call, const Progress& progress) {
  const std::filesystem::path kept = call.folder / "record.json";
  if (call.resume) {
    auto record = load_record(kept);
    if (record && is_run_of(*record, call.settings, call.duration) && record->validity &&
        record->validity->lateness_p99 <= kMostLateness)
      return record;
  }
  const auto code = FrameCode::fit(call.settings.size);
  if (!code) return tl::unexpected(code.error());
  const auto clip = coded_clip(call, *code, progress);
  if (!clip) return tl::unexpected(clip.error());
  for (int tries = 1;; ++tries) {
    auto run = run_once(call, *clip, progress);
    if (!run) return tl::unexpected(run.error());
    if (run->link.lateness_p99 > kMostLateness && tries < kLiveTries) {
      progress(call.settings.system + ": void, the link emulator was late; again");
      continue;
    }
    progress(call.settings.system + ": looking at the pictures");
    auto record = record_of(call, *code, std::move(*run), tries);
    if (record)
      if (auto saved = save_record(kept, *record); !saved) return tl::unexpected(saved.error());
    if (!call.keep_recording) remove_recordings(call.folder);
    return record;
  }
}

}  // namespace skirret::bench
