#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "codec/container/output_file.hh"
#include "tools/bench/codec/clip.hh"
#include "tools/bench/report/call_json.hh"
#include "tools/bench/report/calls_page.hh"
#include "tools/cli/progress.hh"
#include "tools/cli/stop.hh"
#include "tools/skirret-bench/baseline_file.hh"
#include "tools/skirret-bench/call_matrix.hh"
#include "tools/skirret-bench/command.hh"

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
  int finest = sender::PipelineConfig().finest;
  int effort = 2;
  int skew_ppm = 0;
  double clock_offset = 0;
  std::vector<std::string> steps;
  std::string folder;
  bool resume = false;
  BaselineOptions baseline;
};

Duration seconds_of(double seconds) {
  return Duration(static_cast<std::int64_t>(seconds * 1e9));
}

Result<std::vector<std::string>> systems_of(const Options& options) {
  std::vector<std::string> systems;
  for (const std::string& name : names_in(options.systems)) {
    if (name == "all") {
      const std::vector<std::string> live = {"skirret", "webrtc", "webrtc-20m"};
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
                                               : "for a live run: skirret, webrtc, webrtc-20m or all; "
                                                 "conventional runs with --virtual"));
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
  matrix.sender.finest = options.finest;
  matrix.sender.effort.start = options.effort;
  auto clips = clips_of(options);
  if (!clips) return tl::unexpected(clips.error());
  matrix.clips = std::move(*clips);
  return matrix;
}

Result<void> write_text(const std::filesystem::path& path, const std::string& text) {
  auto file = codec::OutputFile::create(path.string());
  if (!file) return tl::unexpected(file.error());
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  if (auto written = file->write(Bytes(bytes, text.size())); !written) return written;
  return file->commit();
}

Result<void> write_report(const std::string& folder, const std::string& page, const Json& report) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail(ErrorCode::kIo, folder + ": cannot be made: " + error.message());
  const std::filesystem::path in(folder);
  if (auto written = write_text(in / "report.html", page); !written) return written;
  return write_text(in / "report.json", report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
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
  if (!options.folder.empty()) {
    const auto written = write_report(options.folder, calls_page(runs, comparison, SKIRRET_VERSION), report);
    if (!written) return tl::unexpected(written.error());
    program.print("\n" + options.folder + "/report.html\n");
  }
  const bool regressed = comparison && comparison->regressed();
  return cli::Outcome{.report = std::move(report), .exit_code = regressed ? cli::kFailed : cli::kDone};
}

Result<cli::Outcome> run(const cli::Program& program, const Options& options) {
  const auto baseline = read_baseline(options.baseline);
  if (!baseline) return tl::unexpected(baseline.error());
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
  return tell(program, options, *baseline, *runs);
}

void add_call_options(CLI::App& app, Options& options) {
  app.add_option("--clip", options.clips,
                 "Files, beginnings of names in $SKIRRET_DATA/clips, or scene:WxH (generated)")
      ->delimiter(',')
      ->required();
  app.add_option("--trace", options.traces,
                 "Links, with commas between: names in $SKIRRET_DATA/traces (X.up forward, X.down back), "
                 "trace files, "
                 "constant:MBIT, lte; each may end in /loss=P")
      ->required();
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
       {"skirret-bench call --virtual --clip scene:320x176 --trace constant:0.5 --duration 10 --json",
        "ten seconds of a generated scene, every figure as JSON"}});
  auto options = std::make_shared<Options>();
  add_call_options(app, *options);
  add_virtual_options(app, *options);
  return {&app, [&program, options] { return run(program, *options); }};
}

}  // namespace skirret::bench
