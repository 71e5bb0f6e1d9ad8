#include "tools/skirret-bench/virtual_twin.hh"

#include <atomic>
#include <cmath>
#include <mutex>
#include <optional>
#include <utility>

#include "tools/bench/codec/clip.hh"
#include "tools/bench/measure/call_link.hh"
#include "tools/bench/measure/looped_clip.hh"
#include "tools/bench/virtual/virtual_call.hh"
#include "tools/skirret-bench/call_matrix.hh"

namespace skirret::bench {
namespace {

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

Result<TwinRuns> virtual_twin(const KeptRun& kept, const std::function<bool()>& stop) {
  const CallRecord& live = kept.record;
  const CallSettings& settings = live.settings;
  const auto clip = clip_of(settings);
  if (!clip) return tl::unexpected(clip.error());
  const auto link = open_call_link(settings.trace, traces_folder());
  if (!link) return tl::unexpected(link.error());
  auto coding = CodingModel::parse((kept.folder / "sender.jsonl").string());
  if (!coding) return tl::unexpected(coding.error());
  // A log of an earlier version has no times of decoding: declared then.
  if (auto both = coding->with_decoding((kept.folder / "receiver.jsonl").string())) coding = std::move(both);
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

Result<std::vector<TwinRuns>> virtual_twins(const std::vector<KeptRun>& runs, Executor& executor,
                                            const std::function<bool()>& stop,
                                            const std::function<void(const KeptRun&)>& done) {
  std::vector<std::optional<Result<TwinRuns>>> made(runs.size());
  std::atomic<bool> failed = false;
  std::mutex telling;
  executor.run(runs.size(), [&](std::size_t index) {
    const KeptRun& run = runs[index];
    if (failed || !runs_virtually(run.record.settings.system)) return;
    made[index] = virtual_twin(run, [&] { return failed || stop(); });
    if (!*made[index]) failed = true;
    const std::lock_guard lock(telling);
    done(run);
  });
  std::vector<TwinRuns> twins;
  for (auto& twin : made) {
    if (!twin) continue;
    if (!*twin) return tl::unexpected(twin->error());
    twins.push_back(std::move(**twin));
  }
  return twins;
}

}  // namespace skirret::bench
