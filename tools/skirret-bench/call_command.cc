#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "sender/thread_pool.hh"
#include "tools/bench/codec/clip.hh"
#include "tools/bench/report/call_json.hh"
#include "tools/bench/report/calls_page.hh"
#include "tools/cli/progress.hh"
#include "tools/cli/stop.hh"
#include "tools/skirret-bench/baseline_file.hh"
#include "tools/skirret-bench/call_matrix.hh"
#include "tools/skirret-bench/command.hh"
#include "tools/skirret-bench/kept_runs.hh"
#include "tools/skirret-bench/virtual_twin.hh"

namespace skirret::bench {
namespace {

struct Options {
  std::vector<std::string> clips;
  std::string traces;
  std::string systems = "skirret";
  double seconds = 60;
  double offset = 20;
  double one_way_ms = 20;
  std::size_t queue_packets = 256;
  std::string size;
  std::string fps = "30";
  std::uint64_t seed = 0;
  int repetitions = 1;
  bool in_virtual_time = false;
  unsigned threads = 0;
  std::string coding = "720p:15ms";
  int candidates = 3;
  std::string estimator = "ours";
  int finest = sender::PipelineConfig().finest.usual;
  int effort = 3;
  int skew_ppm = 0;
  double clock_offset = 0;
  std::vector<std::string> steps;
  std::string folder;
  bool resume = false;
  std::vector<std::string> kept;  // folders: no new runs
  std::string picture;
  bool compare_virtual = false;
  BaselineOptions baseline;
};

Duration seconds_of(double seconds) {
  return Duration(static_cast<std::int64_t>(seconds * 1e9));
}

Result<std::vector<std::string>> systems_of(const Options& options) {
  std::vector<std::string> systems;
  for (const std::string& name : names_in(options.systems)) {
    if (name == "all") {
      const std::vector<std::string> live = {"skirret", "conventional-second", "conventional-frame", "webrtc",
                                             "webrtc-20m"};
      const std::vector<std::string> here = {"skirret", "conventional-second", "conventional-frame"};
      const auto& all = options.in_virtual_time ? here : live;
      systems.insert(systems.end(), all.begin(), all.end());
    } else if (name == "conventional") {
      systems.insert(systems.end(), {"conventional-second", "conventional-frame"});
    } else {
      systems.push_back(name);
    }
  }
  for (const std::string& name : systems) {
    const bool known = options.in_virtual_time ? runs_virtually(name) : runs_live(name);
    if (!known)
      return fail(ErrorCode::kInvalid,
                  "'" + name + "' is no system " +
                      (options.in_virtual_time ? "in virtual time: skirret, conventional or all"
                                               : "for a live run: skirret, conventional, webrtc, "
                                                 "webrtc-20m or all"));
  }
  return systems;
}

Result<std::vector<LoopedClip>> clips_of(const Options& options) {
  LoopedClipOptions wanted;
  if (!options.size.empty()) {
    const auto size = codec::parse_size(options.size);
    if (!size) return tl::unexpected(size.error());
    wanted.size = *size;
  }
  const auto rate = codec::parse_rate(options.fps);
  if (!rate) return tl::unexpected(rate.error());
  wanted.rate = *rate;
  std::vector<LoopedClip> clips;
  for (const std::string& name : options.clips) {
    const bool generated = name.starts_with("scene") || name.starts_with("lavfi:");
    const auto path = generated ? Result<std::string>(name) : find_clip(name);
    if (!path) return tl::unexpected(path.error());
    auto clip = LoopedClip::load(*path, wanted);
    if (!clip) return tl::unexpected(clip.error());
    clips.push_back(std::move(*clip));
  }
  return clips;
}

// "10:0.5": at second 10, half a second; below 0: of the other end's clock.
Result<void> add_step(const std::string& text, CallMatrix& matrix) {
  double at = 0;
  double forward = 0;
  char rest = 0;
  if (std::sscanf(text.c_str(), "%lf:%lf%c", &at, &forward, &rest) != 2 || !(at >= 0) || forward == 0)
    return fail(ErrorCode::kInvalid, "'" + text + "': write --step SECOND:SECONDS, e.g. 10:0.5");
  ClockFault& clock = forward > 0 ? matrix.receiver_clock : matrix.sender_clock;
  clock.steps.push_back({TimePoint{} + seconds_of(at), seconds_of(std::abs(forward))});
  return {};
}

Result<CallMatrix> matrix_of(const Options& options) {
  CallMatrix matrix;
  auto systems = systems_of(options);
  if (!systems) return tl::unexpected(systems.error());
  matrix.systems = std::move(*systems);
  for (const std::string& name : names_in(options.traces)) {
    auto link = open_call_link(name, traces_folder());
    if (!link) return tl::unexpected(link.error());
    matrix.links.push_back(std::move(*link));
  }
  auto coding = CodingModel::parse(options.coding);
  if (!coding) return tl::unexpected(coding.error());
  matrix.coding = std::move(*coding);
  ClockFault& offset_clock = options.clock_offset >= 0 ? matrix.receiver_clock : matrix.sender_clock;
  offset_clock.offset = seconds_of(std::abs(options.clock_offset));
  matrix.receiver_clock.skew_ppm = options.skew_ppm;
  for (const std::string& step : options.steps)
    if (auto added = add_step(step, matrix); !added) return tl::unexpected(added.error());
  matrix.repetitions = options.repetitions;
  matrix.seed = options.seed;
  matrix.live = !options.in_virtual_time;
  matrix.threads = options.threads;
  matrix.folder = options.folder;
  matrix.resume = options.resume;
  matrix.duration = seconds_of(options.seconds);
  matrix.offset = seconds_of(options.offset);
  matrix.one_way = seconds_of(options.one_way_ms / 1000);
  matrix.queue_packets = options.queue_packets;
  matrix.sender.candidates = options.candidates;
  matrix.estimator = options.estimator;
  matrix.sender.finest.usual = options.finest;
  matrix.sender.effort.start = options.effort;
  auto clips = clips_of(options);
  if (!clips) return tl::unexpected(clips.error());
  matrix.clips = std::move(*clips);
  return matrix;
}

Result<void> write_report(const std::string& folder, const std::string& page, const Json& report) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail(ErrorCode::kIo, folder + ": cannot be made: " + error.message());
  const std::filesystem::path in(folder);
  if (auto written = write_text_file(in / "report.html", page); !written) return written;
  return write_text_file(in / "report.json",
                         report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

// What was measured, in all the forms asked for.
Result<cli::Outcome> tell(const cli::Program& program, const Options& options,
                          const std::optional<Json>& baseline, const std::vector<MeasuredRun>& runs) {
  Json report = calls_json(runs, SKIRRET_VERSION);
  program.print(calls_text(runs));
  std::optional<Comparison> comparison;
  if (baseline) {
    auto compared = compare_with(*baseline, report, options.baseline.file, options.baseline.tolerance);
    if (!compared) return tl::unexpected(compared.error());
    comparison = std::move(*compared);
    report["comparison"] = comparison_json(*comparison);
    program.print("\n" + comparison_text(*comparison));
  }
  if (!options.picture.empty()) {
    if (auto written = write_text_file(options.picture, calls_picture(runs)); !written)
      return tl::unexpected(written.error());
    program.print("\n" + options.picture + "\n");
  }
  if (!options.folder.empty()) {
    const auto written = write_report(options.folder, calls_page(runs, comparison, SKIRRET_VERSION), report);
    if (!written) return tl::unexpected(written.error());
    program.print("\n" + options.folder + "/report.html\n");
  }
  const bool regressed = comparison && comparison->regressed();
  return cli::Outcome{.report = std::move(report), .exit_code = regressed ? cli::kFailed : cli::kDone};
}

// Of the live runs that lie in the folders, those that have a virtual form; what differs fails.
Result<cli::Outcome> compare_twins(const cli::Program& program, const Options& options,
                                   const std::vector<std::string>& folders) {
  const auto kept = kept_runs(folders);
  if (!kept) return tl::unexpected(kept.error());
  cli::Progress progress("virtual runs", kept->size());
  std::size_t count = 0;
  sender::ThreadPool pool(options.threads == 0 ? std::thread::hardware_concurrency() : options.threads);
  const auto twins = virtual_twins(
      *kept, pool, [] { return cli::stop_requested(); },
      [&](const KeptRun& run) {
        progress.update(++count, run.record.settings.system + " over " + run.record.settings.trace);
      });
  if (!twins) return tl::unexpected(twins.error());
  if (twins->empty()) return fail(ErrorCode::kNotFound, "no run there has a virtual form");
  program.print(twins_text(*twins));
  const bool agree = std::ranges::all_of(twin_groups(*twins), &TwinGroup::agree);
  return cli::Outcome{.report = {{"twins", twins_json(*twins)}},
                      .exit_code = agree ? cli::kDone : cli::kFailed};
}

Result<cli::Outcome> tell_kept(const cli::Program& program, const Options& options,
                               const std::optional<Json>& baseline) {
  const auto kept = kept_runs(options.kept);
  if (!kept) return tl::unexpected(kept.error());
  std::vector<MeasuredRun> runs;
  for (const KeptRun& run : *kept) runs.push_back(measure_run(run.record));
  return tell(program, options, baseline, runs);
}

Result<cli::Outcome> run(const cli::Program& program, const Options& options) {
  const auto baseline = read_baseline(options.baseline);
  if (!baseline) return tl::unexpected(baseline.error());
  if (!options.kept.empty())
    return options.compare_virtual ? compare_twins(program, options, options.kept)
                                   : tell_kept(program, options, *baseline);
  if (options.clips.empty() || options.traces.empty())
    return fail(ErrorCode::kInvalid, "--clip and --trace are needed, or --from for runs that are kept");
  if (options.compare_virtual && (options.in_virtual_time || options.folder.empty()))
    return fail(ErrorCode::kInvalid,
                "--compare-virtual compares live runs kept in the folder of -o or --from");
  const auto matrix = matrix_of(options);
  if (!matrix) return tl::unexpected(matrix.error());
  cli::Progress progress("calls", runs_in(*matrix));
  std::size_t count = 0;
  const auto runs = run_matrix(
      *matrix, [] { return cli::stop_requested(); },
      [&](const std::string& doing) { progress.update(count, doing); },
      [&](const MeasuredRun& run) {
        progress.update(++count, run.settings.system + " over " + run.settings.trace);
      });
  if (!runs) return tl::unexpected(runs.error());
  if (runs->empty()) return fail(ErrorCode::kIo, "stopped before the first call was done");
  auto told = tell(program, options, *baseline, *runs);
  if (!told || !options.compare_virtual) return told;
  const auto compared = compare_twins(program, options, {options.folder});
  if (!compared) return tl::unexpected(compared.error());
  told->report["twins"] = compared->report["twins"];
  told->exit_code = std::max(told->exit_code, compared->exit_code);
  return told;
}

void add_call_options(CLI::App& app, Options& options) {
  app.add_option("--clip", options.clips,
                 "Files, beginnings of names in $SKIRRET_DATA/clips, or scene:WxH (generated)")
      ->delimiter(',');
  app.add_option("--trace", options.traces,
                 "Links, with commas between: names in $SKIRRET_DATA/traces (X.up forward, X.down back), "
                 "trace files, "
                 "constant:MBIT, lte; each may end in /loss=P");
  app.add_option("--system", options.systems, "skirret, conventional, webrtc, webrtc-20m or all; with commas")
      ->capture_default_str();
  app.add_flag("--virtual", options.in_virtual_time, "In virtual time: reproducible, faster than real time");
  app.add_option("--duration", options.seconds, "Seconds measured")
      ->check(CLI::Range(1.0, 3600.0))
      ->capture_default_str();
  app.add_option("--begin", options.offset, "Where in the trace a call begins, seconds")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  app.add_option("--one-way", options.one_way_ms, "Fixed delay each way, ms")
      ->check(CLI::Range(0.0, 5000.0))
      ->capture_default_str();
  app.add_option("--queue", options.queue_packets, "Packets that each queue holds; 0: any number")
      ->capture_default_str();
  app.add_option("--size", options.size, "WxH to scale the clips to");
  app.add_option("--fps", options.fps, "Captures a second")->capture_default_str();
  app.add_option("--seed", options.seed, "Of the first repetition; 0 begins clip and trace in step")
      ->capture_default_str();
  app.add_option("-o,--output", options.folder,
                 "Folder for report.html and report.json, and each live run's logs and record");
  app.add_flag("--resume", options.resume,
               "Live runs whose records lie in the output folder are not run again");
  app.add_option("--from", options.kept,
                 "No new runs: tells of the live runs that lie in these folders (of -o)")
      ->delimiter(',');
  app.add_option("--chart", options.picture, "Draws the runs as one SVG, light and dark");
  app.add_flag("--compare-virtual", options.compare_virtual,
               "Repeats each live run in virtual time, as slow as its programs were; exit 1 when medians "
               "differ by more than 15 % in p95 or 0.5 dB");
  add_baseline_options(app, options.baseline);
  app.add_option("--repetitions", options.repetitions, "Runs of each kind")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
}

void add_virtual_options(CLI::App& app, Options& options) {
  constexpr const char* kGroup = "Of virtual runs";
  app.add_option("--threads", options.threads, "Runs at once; 0: one for each core")->group(kGroup);
  app.add_option("--coding", options.coding,
                 "Coding time: 15ms, 720p:15ms (by the number of macroblocks) or a sender's --stats file")
      ->capture_default_str()
      ->group(kGroup);
  app.add_option("--candidates", options.candidates, "Forms in which skirret codes each frame")
      ->check(CLI::Range(1, 16))
      ->capture_default_str()
      ->group(kGroup);
  app.add_option(
         "--estimator", options.estimator,
         "skirret's budget from its own model of the link, from averaged gaps (ewma), or from the slope "
         "of the delay (gcc)")
      ->check(CLI::IsMember({"ours", "ewma", "gcc"}))
      ->capture_default_str()
      ->group(kGroup);
  app.add_option("--finest", options.finest, "skirret's finest quantizer")
      ->check(CLI::Range(0, 127))
      ->capture_default_str()
      ->group(kGroup);
  app.add_option("--effort", options.effort, "skirret's search effort")
      ->check(CLI::Range(0, 5))
      ->capture_default_str()
      ->group(kGroup);
  app.add_option("--skew", options.skew_ppm, "How much faster the receiver's clock runs, ppm")
      ->check(CLI::Range(-1000, 1000))
      ->group(kGroup);
  app.add_option("--clock-offset", options.clock_offset, "How far ahead the receiver's clock is, seconds")
      ->check(CLI::Range(-1e6, 1e6))
      ->group(kGroup);
  app.add_option(
         "--step", options.steps,
         "SECOND:SECONDS: then the receiver's clock jumps ahead of the sender's by so much, or falls back "
         "behind it (below 0)")
      ->group(kGroup);
}

}  // namespace

Command call_command(cli::Program& program) {
  CLI::App& app = program.add_command(
      "call", "Measures whole calls over emulated links: delay and quality of what is shown",
      {{"skirret-bench call --virtual --clip talk-plants --trace Verizon-LTE,ATT-LTE --system all -o report",
        "ours and the ablation over two recorded links, in virtual time"},
       {"skirret-bench call --clip talk-plants --trace Verizon-LTE --system all --repetitions 3 -o report",
        "ours and WebRTC as real processes, three times each (as root)"},
       {"skirret-bench call --from report -o report --chart calls.svg",
        "page and picture of runs made before"},
       {"skirret-bench call --virtual --clip scene:320x176 --trace constant:0.5 --duration 10 --json",
        "ten seconds of a generated scene, every figure as JSON"}});
  auto options = std::make_shared<Options>();
  add_call_options(app, *options);
  add_virtual_options(app, *options);
  return {&app, [&program, options] { return run(program, *options); }};
}

}  // namespace skirret::bench
