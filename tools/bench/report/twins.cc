#include "tools/bench/report/twins.hh"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

namespace skirret::bench {
namespace {

constexpr double kMostP95 = 0.15;
constexpr double kMostSsim = 0.5;

double median(const RunGroup& group, double (*of)(const CallMetrics&)) {
  return group.median_of({"", "", "", false, 0, 0, of});
}
double p95(const CallMetrics& metrics) {
  return metrics.whole.delay_ms.p95;
}
double ssim(const CallMetrics& metrics) {
  return metrics.displayed.ssim_db;
}

std::string row(const char* name, const RunGroup& group) {
  char line[160];
  std::snprintf(line, sizeof line, "  %-8s %6.0f / %6.0f   %6.2f   %5.1f   %3.0f %%   (p95", name,
                median(group, [](const CallMetrics& m) { return m.whole.delay_ms.p50; }), median(group, p95),
                median(group, ssim),
                median(group, [](const CallMetrics& m) { return m.whole.motion.frames_per_second; }),
                median(group, [](const CallMetrics& m) { return 100 * m.used_share; }));
  std::string text = line;
  for (const MeasuredRun* run : group.runs) {
    std::snprintf(line, sizeof line, " %.0f", p95(run->metrics));
    text += line;
  }
  return text + ")\n";
}

}  // namespace

double TwinGroup::p95_difference() const {
  const double wanted = median(live, p95);
  return wanted > 0 ? median(twins, p95) / wanted - 1 : 0;
}

double TwinGroup::ssim_difference() const {
  return median(twins, ssim) - median(live, ssim);
}

bool TwinGroup::agree() const {
  return std::abs(p95_difference()) <= kMostP95 && std::abs(ssim_difference()) <= kMostSsim;
}

std::vector<TwinGroup> twin_groups(const std::vector<TwinRuns>& runs) {
  std::vector<TwinGroup> groups;
  for (const TwinRuns& run : runs) {
    if (run.live.is_void) continue;
    const RunGroup live = group_of(run.live);
    auto group = std::ranges::find(groups, live.key(), [](const TwinGroup& one) { return one.live.key(); });
    if (group == groups.end()) group = groups.insert(group, {live, group_of(run.twin)});
    group->live.runs.push_back(&run.live);
    group->twins.runs.push_back(&run.twin);
  }
  return groups;
}

Json twins_json(const std::vector<TwinRuns>& runs) {
  Json all = {{"runs", Json::array()}, {"groups", Json::array()}};
  for (const TwinRuns& run : runs)
    all["runs"].push_back({{"live", run_json(run.live)}, {"virtual", run_json(run.twin)}});
  for (const TwinGroup& group : twin_groups(runs))
    all["groups"].push_back({{"system", group.live.system},
                             {"trace", group.live.trace},
                             {"clip", group.live.clip},
                             {"repetitions", group.live.runs.size()},
                             {"p95_difference", group.p95_difference()},
                             {"ssim_difference_db", group.ssim_difference()},
                             {"agree", group.agree()}});
  return all;
}

std::string twins_text(const std::vector<TwinRuns>& runs) {
  std::string text =
      "live and virtual runs of the same calls, medians: p50 / p95 ms, SSIM dB, frames/s, link used\n";
  for (const TwinGroup& group : twin_groups(runs)) {
    text += group.live.system + " | " + group.live.trace + " | " + group.live.clip + ", " +
            std::to_string(group.live.runs.size()) + (group.live.runs.size() == 1 ? " run\n" : " runs\n");
    text += row("live", group.live) + row("virtual", group.twins);
    char line[96];
    std::snprintf(line, sizeof line, "  differ by %+.1f %% in p95 and %+.2f dB: %s\n",
                  100 * group.p95_difference(), group.ssim_difference(),
                  group.agree() ? "they agree" : "MORE THAN 15 % OR 0.5 dB");
    text += line;
  }
  const auto void_runs = std::ranges::count_if(runs, [](const TwinRuns& run) { return run.live.is_void; });
  if (void_runs > 0)
    text += std::to_string(void_runs) + " void runs (the link emulator was late) are left out\n";
  return text;
}

}  // namespace skirret::bench
