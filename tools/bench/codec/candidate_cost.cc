#include "tools/bench/codec/candidate_cost.hh"

#include <algorithm>
#include <chrono>
#include <utility>

#include "sender/thread_pool.hh"
#include "tools/bench/codec/call_steps.hh"
#include "tools/bench/codec/coding_run.hh"
#include "tools/bench/codec/cpu_time.hh"

namespace skirret::bench {
namespace {

constexpr int kSpacing = 6;  // of quantizers: about a seventh of the bytes

std::vector<codec::Quantizer> quantizers_around(int middle, int count) {
  std::vector<codec::Quantizer> all = {middle};
  for (int i = 1; i < count; ++i) {
    const int away = (i + 1) / 2 * kSpacing;
    all.push_back(std::clamp(middle + (i % 2 == 1 ? -away : away), 0, 127));
  }
  return all;
}

// Codes one picture several ways; the first candidate is finished.
void code_and_finish(CallSteps& call, const codec::Picture& picture, int effort,
                     const std::vector<codec::Quantizer>& quantizers, codec::Executor& executor) {
  const codec::FramePlan plan = call.plan(picture);
  const auto [finest, coarsest] = std::ranges::minmax(quantizers);
  const auto analysis = codec::analyse(call.state, picture, plan, {finest, coarsest}, call.hints,
                                       codec::Effort{effort}, &executor);
  const std::vector<codec::Candidate> made =
      codec::code_each(call.state, picture, analysis, quantizers, executor);
  call.go_on(plan, made.front(), codec::finish(call.state, made.front(), nullptr, &executor), picture);
}

struct Once {
  double cpu = 0, alone = 0, wall = 0;
};

template <class Work>
double wall_time(Work work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::vector<Once> measure_once(const Clip& clip, int effort, int quantizer, const std::vector<int>& counts,
                               sender::ThreadPool& pool) {
  struct Calls {
    CallSteps alone, shared;
  };
  codec::InlineExecutor alone;
  std::vector<Calls> calls(counts.size());
  std::vector<Once> sums(counts.size());
  for (const codec::Picture& picture : clip.pictures)
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const auto quantizers = quantizers_around(quantizer, counts[i]);
      sums[i].alone += wall_time([&] {
        sums[i].cpu += timed_on_this_thread(
            [&] { code_and_finish(calls[i].alone, picture, effort, quantizers, alone); });
      });
      sums[i].wall += wall_time([&] { code_and_finish(calls[i].shared, picture, effort, quantizers, pool); });
    }
  return sums;
}

}  // namespace

std::vector<CandidateCost> measure_candidates(const Clip& clip, int effort, int quantizer,
                                              const std::vector<int>& counts, int repetitions) {
  sender::ThreadPool pool(2);
  std::vector<std::vector<double>> cpu(counts.size()), alone(counts.size()), wall(counts.size());
  for (int repetition = 0; repetition < std::max(repetitions, 1); ++repetition) {
    const auto sums = measure_once(clip, effort, quantizer, counts, pool);
    for (std::size_t i = 0; i < counts.size(); ++i) {
      cpu[i].push_back(sums[i].cpu);
      alone[i].push_back(sums[i].alone);
      wall[i].push_back(sums[i].wall);
    }
  }
  std::vector<CandidateCost> costs;
  for (std::size_t i = 0; i < counts.size(); ++i)
    costs.push_back({counts[i], median(cpu[i]), median(alone[i]), median(wall[i])});
  return costs;
}

}  // namespace skirret::bench
