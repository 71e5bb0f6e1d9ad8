#include <array>
#include <cstdio>

#include "tools/bench/chart/chart.hh"
#include "tools/bench/chart/page.hh"
#include "tools/bench/cloud/known_points.hh"
#include "tools/bench/cloud/measure_cloud.hh"
#include "tools/bench/report/provenance.hh"
#include "tools/cli/html.hh"

namespace skirret::bench {
namespace {

std::string formatted(const char* format, auto... values) {
  std::array<char, 200> text{};
  std::snprintf(text.data(), text.size(), format, values...);
  return text.data();
}

nlohmann::ordered_json scaling_json(const CloudScaling& run) {
  nlohmann::ordered_json tasks = nlohmann::ordered_json::array();
  for (const auto& task : run.tasks)
    tasks.push_back({{"function", task.function},
                     {"label", task.label},
                     {"worker", task.attempt.worker},
                     {"start_ns", to_ns(task.attempt.start)},
                     {"end_ns", to_ns(task.attempt.end)}});
  return {{"workers", run.workers},
          {"wall_s", run.wall_seconds},
          {"cpu_s", run.cpu_seconds},
          {"tasks", std::move(tasks)}};
}

std::string scaling_text(const CloudFigures& clip) {
  std::string text;
  for (const CloudScaling& run : clip.scaling)
    text += formatted("  %2d worker%s: %.2f s, %.2f times as fast as %d, %.2f s of CPU\n", run.workers,
                      run.workers == 1 ? "" : "s", run.wall_seconds,
                      clip.scaling.front().wall_seconds / run.wall_seconds, clip.scaling.front().workers,
                      run.cpu_seconds);
  return text;
}

std::string rebase_text(const CloudRebase& rebase) {
  const auto line = [](const char* how, double fps, const std::optional<double>& bits) {
    return formatted("  rebased %s onto their own states: %.0f frames/s of CPU", how, fps) +
           (bits ? formatted(", %+.1f %% bits\n", *bits) : "\n");
  };
  return line("verbatim", rebase.plain_fps, rebase.plain_bits) +
         line("helpfully", rebase.improved_fps, rebase.improved_bits) +
         line("with modes found again", rebase.again_fps, rebase.again_bits);
}

nlohmann::ordered_json rebase_json(const CloudRebase& rebase) {
  nlohmann::ordered_json json = {{"verbatim_fps", rebase.plain_fps},
                                 {"helpful_fps", rebase.improved_fps},
                                 {"found_again_fps", rebase.again_fps}};
  if (rebase.plain_bits) json["verbatim_extra_bits_percent"] = *rebase.plain_bits;
  if (rebase.improved_bits) json["helpful_extra_bits_percent"] = *rebase.improved_bits;
  if (rebase.again_bits) json["found_again_extra_bits_percent"] = *rebase.again_bits;
  return json;
}

// Where the time goes.
std::string tasks_text(const CloudCurve& curve) {
  if (curve.task_seconds.empty()) return {};
  double sum = 0;
  for (const auto& [function, seconds] : curve.task_seconds) sum += seconds;
  std::string text = "    CPU of its tasks:";
  for (const auto& [function, seconds] : curve.task_seconds)
    text += formatted(" %s %.0f %%", function.c_str(), 100 * seconds / sum);
  return text + "\n";
}

std::string charts_of(const CloudFigures& clip) {
  Chart rates{"Rate and quality", {.label = "kbit/s", .logarithmic = true}, {"mean luma SSIM, dB"}, {}};
  Chart work{"Work and quality", {.label = "CPU, s", .logarithmic = true}, {"mean luma SSIM, dB"}, {}};
  for (const CloudCurve& curve : clip.curves) {
    const bool ours = &curve == &clip.curves.back();
    const std::string role = ours ? "c0" : "c" + std::to_string(5 + (&curve - clip.curves.data()) % 5);
    rates.series.push_back({curve.name, role, ChartStyle::kLineWithMarks, {}});
    work.series.push_back({curve.name, role, ChartStyle::kLineWithMarks, {}});
    for (const CloudPoint& point : curve.points) {
      rates.series.back().points.push_back({point.kbps, point.ssim_db});
      work.series.back().points.push_back({point.cpu_seconds, point.ssim_db});
    }
  }
  Chart scaling{
      "Scaling", {.label = "workers", .low = 0.0}, {.label = "times as fast as the first", .low = 0.0}, {}};
  ChartSeries speed{"skirret-cloudenc", "c0", ChartStyle::kLineWithMarks, {}};
  for (const CloudScaling& run : clip.scaling)
    speed.points.push_back(
        {static_cast<double>(run.workers), clip.scaling.front().wall_seconds / run.wall_seconds});
  scaling.series.push_back(std::move(speed));
  return "<div class='charts'>\n" + chart_svg(rates) + chart_svg(work) + chart_svg(scaling) + "</div>\n";
}

}  // namespace

std::string cloud_page(const std::vector<CloudFigures>& figures) {
  std::string html = page_head("A recording in the cloud beside libvpx") + "<div class='scroll'><pre>" +
                     cli::html_escaped(cloud_text(figures)) + "</pre></div>\n";
  for (const CloudFigures& clip : figures) {
    html += "<h2>" + cli::html_escaped(clip.clip) +
            formatted(", a key frame each %d</h2>\n", clip.key_frame_interval) + charts_of(clip);
    for (const CloudScaling& run : clip.scaling)
      html += formatted("<p>%d worker%s</p>\n", run.workers, run.workers == 1 ? "" : "s") +
              cloudenc_tool::timeline_drawing(run.tasks);
  }
  return html + "</body></html>\n";
}

std::vector<ComparedFigure> cloud_compared_figures() {
  return {{"extra_bits_percent", "bits at equal SSIM beside libvpx", "%", true, 0.2, 0},
          {"cpu_ratio", "CPU beside libvpx", "", true, 0.02, 0.05}};
}

nlohmann::ordered_json cloud_json(const std::vector<CloudFigures>& figures) {
  nlohmann::ordered_json clips = nlohmann::ordered_json::array();
  nlohmann::ordered_json groups = nlohmann::ordered_json::array();
  for (const CloudFigures& clip : figures) {
    nlohmann::ordered_json curves = nlohmann::ordered_json::array();
    for (const CloudCurve& curve : clip.curves) {
      nlohmann::ordered_json points = nlohmann::ordered_json::array();
      for (const CloudPoint& point : curve.points) points.push_back(point_json(point));
      nlohmann::ordered_json json = {
          {"name", curve.name}, {"cpu_ratio", curve.cpu_ratio}, {"points", std::move(points)}};
      nlohmann::ordered_json values = {{"cpu_ratio", {curve.cpu_ratio}}};
      if (curve.bits) {
        json["extra_bits_percent"] = *curve.bits;
        if (curve.worst_below) json["worst_frame_below_db"] = *curve.worst_below;
        if (!curve.task_seconds.empty()) json["task_cpu_s"] = curve.task_seconds;
        values["extra_bits_percent"] = {*curve.bits};
      }
      groups.push_back({{"key", clip.clip + ", a key frame each " + std::to_string(clip.key_frame_interval) +
                                    ", " + curve.name},
                        {"values", std::move(values)}});
      curves.push_back(std::move(json));
    }
    nlohmann::ordered_json scaling = nlohmann::ordered_json::array();
    for (const CloudScaling& run : clip.scaling) scaling.push_back(scaling_json(run));
    clips.push_back({{"clip", clip.clip},
                     {"frames", clip.frames},
                     {"key_frame_interval", clip.key_frame_interval},
                     {"curves", std::move(curves)},
                     {"scaling", std::move(scaling)}});
    if (clip.rebase) clips.back()["rebase"] = rebase_json(*clip.rebase);
  }
  return {{"program", "skirret-bench cloud"},
          {"machine", machine_json()},
          {"versions", versions_json(SKIRRET_VERSION)},
          {"clips", std::move(clips)},
          {"groups", std::move(groups)}};
}

std::string cloud_text(const std::vector<CloudFigures>& figures) {
  std::string text;
  for (const CloudFigures& clip : figures) {
    text += formatted(
        "%s, %zu frames, a key frame each %d: bits at equal mean luma SSIM, CPU, beside libvpx on one "
        "thread\n",
        clip.clip.c_str(), clip.frames, clip.key_frame_interval);
    for (const CloudCurve& curve : clip.curves) {
      text += formatted("  %-20s ", curve.name.c_str());
      text += curve.bits ? formatted("%+6.1f %%", *curve.bits) : "     –  ";
      text += formatted("  %4.2f CPU ", curve.cpu_ratio);
      for (const CloudPoint& point : curve.points)
        text +=
            formatted(" | %.0f kbit/s %.2f dB (worst %.2f)", point.kbps, point.ssim_db, point.worst_ssim_db);
      if (curve.worst_below)
        text += formatted(" | worst frame at equal mean %+.2f dB", 0.0 - *curve.worst_below);
      text += "\n" + tasks_text(curve);
    }
    text += scaling_text(clip);
    if (clip.rebase) text += rebase_text(*clip.rebase);
  }
  return text;
}

}  // namespace skirret::bench
