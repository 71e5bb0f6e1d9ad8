#include "tools/skirret-bench/virtual_twin.hh"

#include <cmath>
#include <cstdio>

#include "tools/bench/codec/clip.hh"
#include "tools/bench/measure/call_link.hh"
#include "tools/bench/measure/looped_clip.hh"
#include "tools/bench/virtual/virtual_call.hh"

namespace skirret::bench {
namespace {

constexpr double kMostP95 = 0.15;
constexpr double kMostSsim = 0.5;

Result<LoopedClip> clip_of(const CallSettings& settings) {
  LoopedClipOptions wanted;
  wanted.size = settings.size;
  wanted.rate = {std::llround(1000 / to_seconds(settings.frame_interval)), 1000};
  if (settings.clip.starts_with("scene") || settings.clip.starts_with("lavfi:"))
    return LoopedClip::load(settings.clip, wanted);
  const auto path = find_clip(settings.clip);
  if (!path) return tl::unexpected(path.error());
  return LoopedClip::load(*path, wanted);
}

}  // namespace

double TwinRuns::p95_difference() const {
  const double p95 = live.metrics.whole.delay_ms.p95;
  return p95 > 0 ? twin.metrics.whole.delay_ms.p95 / p95 - 1 : 0;
}

double TwinRuns::ssim_difference() const {
  return twin.metrics.displayed.ssim_db - live.metrics.displayed.ssim_db;
}

bool TwinRuns::agree() const {
  return std::abs(p95_difference()) <= kMostP95 && std::abs(ssim_difference()) <= kMostSsim;
}

Result<TwinRuns> virtual_twin(const CallRecord& live, const std::filesystem::path& sender_stats,
                              const std::function<bool()>& stop) {
  const CallSettings& settings = live.settings;
  const auto clip = clip_of(settings);
  if (!clip) return tl::unexpected(clip.error());
  const auto link = open_call_link(settings.trace, traces_folder());
  if (!link) return tl::unexpected(link.error());
  auto coding = CodingModel::parse(sender_stats.string());
  if (!coding) return tl::unexpected(coding.error());
  VirtualCall call;
  call.settings = settings;
  call.settings.live = false;
  call.settings.notes = "twin of a live run";
  call.forward = link->forward;
  call.reverse = link->reverse;
  call.originals = clip->source();
  call.duration = live.end - live.begin;
  call.tail = live.watched_until - live.end;
  call.coding = std::move(*coding);
  call.recorded_effort = true;
  call.sender.effort.share = settings.frame_interval * 6 / 10;  // as skirret-sender has it
  if (!live.captures.empty()) call.first_capture = live.captures.front().at - live.begin;
  const auto record = run_virtual_call(call, stop);
  if (!record) return tl::unexpected(record.error());
  return TwinRuns{measure_run(live), measure_run(*record)};
}

Json twins_json(const std::vector<TwinRuns>& twins) {
  Json all = Json::array();
  for (const TwinRuns& twin : twins)
    all.push_back({{"live", run_json(twin.live)},
                   {"virtual", run_json(twin.twin)},
                   {"p95_difference", twin.p95_difference()},
                   {"ssim_difference_db", twin.ssim_difference()},
                   {"agree", twin.agree()}});
  return all;
}

std::string twins_text(const std::vector<TwinRuns>& twins) {
  std::string text = "live and virtual runs of the same calls: p50 / p95 ms, SSIM dB, frames/s, link used\n";
  for (const TwinRuns& twin : twins) {
    const CallSettings& settings = twin.live.settings;
    char line[320];
    std::snprintf(line, sizeof line, "%s | %s | %s %dx%d, seed %llu%s\n", settings.system.c_str(),
                  settings.trace.c_str(), settings.clip.c_str(), settings.size.width, settings.size.height,
                  static_cast<unsigned long long>(settings.seed), twin.live.is_void ? " (void)" : "");
    text += line;
    for (const MeasuredRun* run : {&twin.live, &twin.twin}) {
      const CallMetrics& m = run->metrics;
      std::snprintf(line, sizeof line, "  %-8s %6.0f / %6.0f   %6.2f   %5.1f   %3.0f %%\n",
                    run == &twin.live ? "live" : "virtual", m.whole.delay_ms.p50, m.whole.delay_ms.p95,
                    m.displayed.ssim_db, m.whole.motion.frames_per_second, 100 * m.used_share);
      text += line;
    }
    std::snprintf(line, sizeof line, "  differ by %+.1f %% in p95 and %+.2f dB: %s\n",
                  100 * twin.p95_difference(), twin.ssim_difference(),
                  twin.agree() ? "they agree" : "MORE THAN 15 % OR 0.5 dB");
    text += line;
  }
  return text;
}

}  // namespace skirret::bench
