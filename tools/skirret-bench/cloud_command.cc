#include <charconv>
#include <memory>
#include <string>
#include <utility>

#include "tools/bench/cloud/measure_cloud.hh"
#include "tools/cli/progress.hh"
#include "tools/cli/stop.hh"
#include "tools/skirret-bench/baseline_file.hh"
#include "tools/skirret-bench/command.hh"

namespace skirret::bench {
namespace {

struct Options {
  CloudBenchOptions bench;
  std::vector<std::string> divisions;  // "6x16"
  bool quick = false, ours_only = false;
  BaselineOptions baseline;
  std::string page;
};

// "6x16": chunks of 6 frames, 16 behind a key frame.
Result<cloudenc::Division> division_of(const std::string& text) {
  cloudenc::Division division;
  const char* const end = text.data() + text.size();
  const auto chunk = std::from_chars(text.data(), end, division.chunk);
  if (chunk.ec == std::errc() && chunk.ptr != end && *chunk.ptr == 'x') {
    const auto batch = std::from_chars(chunk.ptr + 1, end, division.batch);
    if (batch.ec == std::errc() && batch.ptr == end && division.chunk > 0 && division.batch > 0)
      return division;
  }
  return fail(ErrorCode::kInvalid, "--divisions: '" + text + "' is none: name frames and chunks as in 6x16");
}

Result<cli::Outcome> run(const cli::Program& program, const CLI::App& command, Options options) {
  CloudBenchOptions& bench = options.bench;
  const auto given = [&](const char* option) { return command.count(option) > 0; };
  if (options.quick) {
    if (!given("--clips")) bench.clips = {"foreman"};
    if (!given("--frames")) bench.frames = 48;
    bench.divisions = {{6, 8}};
    bench.rebased = 12;
    bench.threads.clear();
    if (!given("--lag")) bench.lag = 0;
  }
  if (options.ours_only) {
    bench.threads.clear();
    bench.lag = 0;
    bench.workers.clear();
    bench.rebased = 0;
  }
  if (!options.divisions.empty()) {
    bench.divisions.clear();
    for (const std::string& text : options.divisions) {
      const auto division = division_of(text);
      if (!division) return tl::unexpected(division.error());
      bench.divisions.push_back(*division);
    }
  }
  if (bench.clips.empty()) bench.clips = {"talk-plants", "screen-web"};
  const auto baseline = read_baseline(options.baseline);
  if (!baseline) return tl::unexpected(baseline.error());
  cli::Progress progress("measuring", 0);
  std::size_t steps = 0;
  const auto figures = measure_cloud(bench, [&](const std::string& what) {
    progress.update(++steps, what);
    return !cli::stop_requested();
  });
  if (!figures) return tl::unexpected(figures.error());
  program.print(cloud_text(*figures));
  if (!options.page.empty())
    if (auto written = write_text_file(options.page, cloud_page(*figures)); !written)
      return tl::unexpected(written.error());
  return told_beside(program, options.baseline, *baseline, cloud_compared_figures(), cloud_json(*figures));
}

}  // namespace

Command cloud_command(cli::Program& program) {
  CLI::App& app = program.add_command(
      "cloud", "Measures skirret-cloudenc's streams beside libvpx's in two passes, one and more threads",
      {{"skirret-bench cloud", "two 720p clips, [6,16] and [24,4]; an hour"},
       {"skirret-bench cloud --quick", "two seconds of one small clip"},
       {"skirret-bench cloud --clips talk-plants --known vpx.json",
        "can be stopped and goes on: points are kept"},
       {"skirret-bench cloud --clips my.mp4 --qualities 10,20,30,40 --json", "a clip of yours"}});
  auto options = std::make_shared<Options>();
  CloudBenchOptions& bench = options->bench;
  app.add_option("--clips", bench.clips, "Files, or beginnings of names in $SKIRRET_DATA/clips")
      ->delimiter(',');
  app.add_option("--frames", bench.frames, "Of each clip at most; 0: all")->capture_default_str();
  app.add_option("--qualities", bench.qualities, "Quantizers 0..63 of the curves; four or more")
      ->delimiter(',')
      ->check(CLI::Range(0, 63));
  app.add_option("--threads", bench.threads, "Of libvpx, beside one")
      ->delimiter(',')
      ->check(CLI::Range(2, 64));
  app.add_option("--lag", bench.lag, "Of libvpx, beside none; 0: leave it out")->check(CLI::Range(0, 25));
  app.add_option("--divisions", options->divisions,
                 "Frames of a chunk and chunks of a batch, as in 6x16,24x4")
      ->delimiter(',');
  app.add_flag("--ours-only", options->ours_only, "Beside libvpx on one thread nothing else is measured");
  app.add_option("--known", bench.known,
                 "File of points, libvpx's and this very program's: known ones are taken, new ones added");
  app.add_option("--frames-csv", bench.frames_csv, "Where to write each measured frame's bytes and SSIM");
  app.add_option("--jobs,-j", bench.jobs, "Tasks of ours at a time")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app.add_option("--workers", bench.workers, "How many to measure the wall time with")
      ->delimiter(',')
      ->check(CLI::Range(1, 256));
  app.add_option("-o,--output", options->page, "The page to write (HTML), with the time line of each worker");
  add_baseline_options(app, options->baseline);
  app.add_flag("--quick", options->quick, "One clip, one division, one thread");
  return {&app, [&program, &app, options] { return run(program, app, *options); }};
}

}  // namespace skirret::bench
