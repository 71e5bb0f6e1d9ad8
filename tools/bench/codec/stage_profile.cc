#include "tools/bench/codec/stage_profile.hh"

#include <chrono>
#include <utility>

#include "tools/bench/codec/call_steps.hh"

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace skirret::bench {
namespace {

std::uint64_t steady_ticks() {
#if defined(__x86_64__)
  return __rdtsc();
#else
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
#endif
}

// Lends the calling thread a meter.
class MeteredThread {
 public:
  MeteredThread() {
    meter_.ticks = steady_ticks;
    meter_.since = steady_ticks();
    codec::stage_meter = &meter_;
  }
  MeteredThread(const MeteredThread&) = delete;
  MeteredThread& operator=(const MeteredThread&) = delete;
  ~MeteredThread() { codec::stage_meter = nullptr; }

  const codec::StageMeter& meter() const { return meter_; }

 private:
  codec::StageMeter meter_;
};

template <class Work>
std::uint64_t ticks_of(Work work) {
  const std::uint64_t start = steady_ticks();
  work();
  return steady_ticks() - start;
}

}  // namespace

const char* stage_name(codec::Stage stage) {
  static constexpr std::array<const char*, codec::kStages> kNames = {
      "other",    "pad references", "motion search", "predict and transform", "intra modes",
      "quantise", "probabilities",  "packing",       "reconstruction",        "loop filter"};
  return kNames[static_cast<std::size_t>(stage)];
}

StageProfile profile_stages(const Clip& clip, int effort, int quantizer) {
  std::uint64_t analyse_ticks = 0, code_ticks = 0, finish_ticks = 0;
  const auto start = std::chrono::steady_clock::now();
  const std::uint64_t first = steady_ticks();
  const MeteredThread metered;
  CallSteps call;
  for (const codec::Picture& picture : clip.pictures) {
    const codec::FramePlan plan = call.plan(picture);
    codec::Analysis analysis;
    codec::Candidate candidate;
    codec::State next;
    analyse_ticks += ticks_of([&] {
      analysis = codec::analyse(call.state, picture, plan, {quantizer, quantizer}, call.hints, {effort});
    });
    code_ticks += ticks_of([&] { candidate = codec::code(call.state, picture, analysis, quantizer); });
    finish_ticks += ticks_of([&] { next = codec::finish(call.state, candidate); });
    call.go_on(plan, candidate, std::move(next), picture);
  }
  const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - start;
  const double ms =
      taken.count() / static_cast<double>(steady_ticks() - first) / static_cast<double>(clip.pictures.size());
  StageProfile profile{static_cast<double>(analyse_ticks) * ms,
                       static_cast<double>(code_ticks) * ms,
                       static_cast<double>(finish_ticks) * ms,
                       {}};
  for (std::size_t i = 0; i < codec::kStages; ++i)
    profile.stages[i] = static_cast<double>(metered.meter().spent[i]) * ms;
  return profile;
}

}  // namespace skirret::bench
