#include "tools/bench/report/call_json.hh"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "tools/bench/report/provenance.hh"

namespace skirret::bench {
namespace {

// Three decimals say all that there is, and keep a file of many runs readable.
double rounded(double value) {
  return std::isfinite(value) ? std::round(value * 1000) / 1000 : 0;
}

Json spread_json(const Spread& spread) {
  return {{"p50", rounded(spread.p50)},
          {"p75", rounded(spread.p75)},
          {"p95", rounded(spread.p95)},
          {"p99", rounded(spread.p99)},
          {"max", rounded(spread.max)}};
}

Json quality_json(const Quality& quality) {
  return {{"ssim_db", rounded(quality.ssim_db)}, {"psnr_db", rounded(quality.psnr_db)}};
}

Json motion_json(const Motion& motion) {
  return {{"frames_per_second", rounded(motion.frames_per_second)},
          {"frozen_share", rounded(motion.frozen_share)},
          {"longest_freeze_ms", rounded(motion.longest_freeze_ms)}};
}

Json part_json(const PartMetrics& part) {
  return {{"captures", part.captures},
          {"unanswered", part.unanswered},
          {"delay_ms", spread_json(part.delay_ms)},
          {"excess_ms", spread_json(part.excess_ms)},
          {"motion", motion_json(part.motion)},
          {"on_screen_after_150_ms", quality_json(part.screen)},
          {"shown_by_150_ms", quality_json(part.by_then)}};
}

Json settings_json(const CallSettings& settings) {
  return {{"system", settings.system},
          {"trace", settings.trace},
          {"clip", settings.clip},
          {"width", settings.size.width},
          {"height", settings.size.height},
          {"frame_interval_ms", rounded(to_ms(settings.frame_interval))},
          {"one_way_ms", rounded(to_ms(settings.one_way))},
          {"trace_offset_s", rounded(to_seconds(settings.trace_offset))},
          {"queue_packets", settings.queue_packets},
          {"loss", settings.loss},
          {"seed", settings.seed},
          {"time", settings.live ? "live" : "virtual"},
          {"notes", settings.notes}};
}

Json group_json(const RunGroup& group) {
  Json json = {{"key", group.key()},
               {"system", group.system},
               {"trace", group.trace},
               {"clip", group.clip},
               {"time", group.live ? "live" : "virtual"}};
  Json medians = Json::object();
  Json values = Json::object();
  for (const KeyFigure& figure : key_figures()) {
    medians[figure.name] = rounded(group.median_of(figure));
    Json all = Json::array();
    for (const MeasuredRun* run : group.runs) all.push_back(rounded(figure.of(run->metrics)));
    values[figure.name] = std::move(all);
  }
  json["medians"] = std::move(medians);
  json["values"] = std::move(values);
  return json;
}

}  // namespace

const std::vector<KeyFigure>& key_figures() {
  using M = CallMetrics;
  static const std::vector<KeyFigure> figures = {
      {"delay_p50_ms", "delay p50", "ms", true, 3, 0.03, [](const M& m) { return m.whole.delay_ms.p50; }},
      {"delay_p95_ms", "delay p95", "ms", true, 5, 0.05, [](const M& m) { return m.whole.delay_ms.p95; }},
      {"excess_p50_ms", "excess p50", "ms", true, 3, 0.05, [](const M& m) { return m.whole.excess_ms.p50; }},
      {"excess_p95_ms", "excess p95", "ms", true, 10, 0.1, [](const M& m) { return m.whole.excess_ms.p95; }},
      {"ssim_db", "SSIM", "dB", false, 0.1, 0, [](const M& m) { return m.displayed.ssim_db; }},
      {"psnr_db", "PSNR", "dB", false, 0.15, 0, [](const M& m) { return m.displayed.psnr_db; }},
      {"screen_ssim_db", "SSIM on screen", "dB", false, 0.1, 0,
       [](const M& m) { return m.whole.screen.ssim_db; }},
      {"by_then_ssim_db", "SSIM by then", "dB", false, 0.1, 0,
       [](const M& m) { return m.whole.by_then.ssim_db; }},
      {"frames_per_second", "frames/s", "", false, 0.3, 0.01,
       [](const M& m) { return m.whole.motion.frames_per_second; }},
      {"frozen_share", "frozen", "", true, 0.005, 0.1,
       [](const M& m) { return m.whole.motion.frozen_share; }},
      {"longest_freeze_ms", "longest freeze", "ms", true, 50, 0.1,
       [](const M& m) { return m.whole.motion.longest_freeze_ms; }},
      {"startup_ms", "start-up", "ms", true, 20, 0.1, [](const M& m) { return m.startup_ms; }},
  };
  return figures;
}

double RunGroup::median_of(const KeyFigure& figure) const {
  std::vector<double> values;
  for (const MeasuredRun* run : runs) values.push_back(figure.of(run->metrics));
  std::ranges::sort(values);
  if (values.empty()) return 0;
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

std::string RunGroup::key() const {
  return system + " | " + trace + " | " + clip + " | " + (live ? "live" : "virtual");
}

RunGroup group_of(const MeasuredRun& run) {
  const CallSettings& settings = run.settings;
  return {
      settings.system,
      settings.trace,
      settings.clip + " " + std::to_string(settings.size.width) + "x" + std::to_string(settings.size.height),
      settings.live,
      {}};
}

std::vector<RunGroup> grouped(const std::vector<MeasuredRun>& runs) {
  std::vector<RunGroup> groups;
  for (const MeasuredRun& run : runs) {
    if (run.is_void) continue;
    RunGroup fresh = group_of(run);
    auto group = std::ranges::find(groups, fresh.key(), &RunGroup::key);
    if (group == groups.end()) group = groups.insert(groups.end(), std::move(fresh));
    group->runs.push_back(&run);
  }
  return groups;
}

Json run_json(const MeasuredRun& run) {
  const CallMetrics& metrics = run.metrics;
  Json json = settings_json(run.settings);
  json["seconds"] = rounded(run.seconds);
  json["void"] = run.is_void;
  json["displays"] = metrics.displays;
  json["unreadable"] = metrics.unreadable;
  json["code"] = {{"checked", run.code.checked},
                  {"behind", run.code.behind},
                  {"misread", run.code.misread},
                  {"coarsest_quantizer", run.code.coarsest_quantizer},
                  {"fewest_bytes", run.code.fewest_bytes}};
  json["key_frames"] = run.key_frames;
  json["startup_ms"] = rounded(metrics.startup_ms);
  json["displayed"] = quality_json(metrics.displayed);
  json["whole"] = part_json(metrics.whole);
  json["after_start"] = part_json(metrics.after_start);
  json["link"] = {{"sent_mbps", rounded(metrics.sent_mbps)},
                  {"carried_mbps", rounded(metrics.carried_mbps)},
                  {"capacity_mbps", rounded(metrics.capacity_mbps)},
                  {"used_share", rounded(metrics.used_share)},
                  {"queue_p95_ms", rounded(metrics.queue_p95_ms)}};
  json["oracle"] = {{"delay_ms", spread_json(metrics.oracle.delay_ms)},
                    {"motion", motion_json(metrics.oracle.motion)}};
  if (run.validity) {
    json["validity"] = {{"lateness_p99_ms", rounded(to_ms(run.validity->lateness_p99))},
                        {"lateness_max_ms", rounded(to_ms(run.validity->lateness_max))},
                        {"steal", rounded(run.validity->steal)},
                        {"run_queue_mean", rounded(run.validity->run_queue_mean)},
                        {"source_stalls", run.validity->source_stalls}};
  }
  return json;
}

Json calls_json(const std::vector<MeasuredRun>& runs, const std::string& version) {
  Json json = {
      {"program", "skirret-bench call"}, {"machine", machine_json()}, {"versions", versions_json(version)}};
  Json all = Json::array();
  for (const MeasuredRun& run : runs) all.push_back(run_json(run));
  json["runs"] = std::move(all);
  Json groups = Json::array();
  for (const RunGroup& group : grouped(runs)) groups.push_back(group_json(group));
  json["groups"] = std::move(groups);
  return json;
}

std::string unread_text(const RunGroup& group) {
  std::size_t unreadable = 0;
  std::uint64_t misread = 0;
  for (const MeasuredRun* run : group.runs) {
    unreadable += run->metrics.unreadable;
    misread += run->code.misread;
  }
  return std::to_string(unreadable) + (misread > 0 ? ", " + std::to_string(misread) + " misread" : "");
}

std::string calls_text(const std::vector<MeasuredRun>& runs) {
  std::string text;
  std::string above;
  for (const RunGroup& group : grouped(runs)) {
    const std::string heading = group.trace + ", " + group.clip;
    char line[240];
    if (heading != above) {
      const CallMetrics& first = group.runs.front()->metrics;
      std::snprintf(
          line, sizeof line, "%s%s: %.2f Mbit/s; the oracle's p50 %.0f, p95 %.0f ms, %.1f frames/s\n",
          above.empty() ? "" : "\n", heading.c_str(), first.capacity_mbps, first.oracle.delay_ms.p50,
          first.oracle.delay_ms.p95, first.oracle.motion.frames_per_second);
      text += line;
      text +=
          "  system               runs    p50    p95    p99  excess p50/p95    SSIM screen by then   PSNR  "
          "frames/s "
          " frozen  longest    used  no code\n";
      above = heading;
    }
    const auto median = [&](double (*of)(const CallMetrics&)) {
      return group.median_of({"", "", "", false, 0, 0, of});
    };
    using M = CallMetrics;
    std::snprintf(
        line, sizeof line,
        "  %-20s %4zu %6.0f %6.0f %6.0f     %5.0f /%6.0f  %6.2f %6.2f %6.2f  %6.2f    %6.1f  %5.1f %% "
        "%6.0f ms  %4.0f %%  %s\n",
        group.system.c_str(), group.runs.size(), median([](const M& m) { return m.whole.delay_ms.p50; }),
        median([](const M& m) { return m.whole.delay_ms.p95; }),
        median([](const M& m) { return m.whole.delay_ms.p99; }),
        median([](const M& m) { return m.whole.excess_ms.p50; }),
        median([](const M& m) { return m.whole.excess_ms.p95; }),
        median([](const M& m) { return m.displayed.ssim_db; }),
        median([](const M& m) { return m.whole.screen.ssim_db; }),
        median([](const M& m) { return m.whole.by_then.ssim_db; }),
        median([](const M& m) { return m.displayed.psnr_db; }),
        median([](const M& m) { return m.whole.motion.frames_per_second; }),
        median([](const M& m) { return 100 * m.whole.motion.frozen_share; }),
        median([](const M& m) { return m.whole.motion.longest_freeze_ms; }),
        median([](const M& m) { return 100 * m.used_share; }), unread_text(group).c_str());
    text += line;
  }
  const auto void_runs = std::ranges::count_if(runs, [](const MeasuredRun& run) { return run.is_void; });
  if (void_runs > 0)
    text += std::to_string(void_runs) + " void runs (the link emulator was late) are left out\n";
  return text;
}

}  // namespace skirret::bench
