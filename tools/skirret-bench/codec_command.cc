#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "codec/encoder/regions.hh"
#include "tools/bench/codec/compared_groups.hh"
#include "tools/bench/codec/measure_codec.hh"
#include "tools/cli/progress.hh"
#include "tools/cli/stop.hh"
#include "tools/skirret-bench/baseline_file.hh"
#include "tools/skirret-bench/command.hh"

namespace skirret::bench {
namespace {

struct Options {
  CodecBenchOptions bench;
  bool profile = false;
  bool quick = false;
  std::string regions = "none";
  BaselineOptions baseline;
  std::string page;
};

// Enough to see that all works, and roughly where things stand: seconds, not minutes.
void make_quick(const CLI::App& command, CodecBenchOptions& bench) {
  const auto given = [&](const char* option) { return command.count(option) > 0; };
  if (!given("--clips")) bench.clips = {"foreman"};
  if (!given("--frames")) bench.frames = 30;
  if (!given("--repetitions")) bench.repetitions = 1;
  if (!given("--efforts")) bench.efforts = {0, 3};
  if (!given("--frame-bytes")) bench.frame_bytes = {2500};
  bench.baseline_only = true;
}

Result<cli::Outcome> run(const cli::Program& program, const CLI::App& command, Options options) {
  CodecBenchOptions& bench = options.bench;
  const auto regions = codec::parse_regions(options.regions);
  if (!regions) return tl::unexpected(regions.error());
  bench.regions = *regions;
  if (bench.parts.empty()) {
    if (!options.profile) bench.parts = {"gate", "quantizers", "rates", "decode", "candidates", "budget"};
    if (!options.profile && !options.quick) bench.parts.push_back("screen");
  }
  if (options.profile) bench.parts.emplace_back("profile");
  if (bench.clips.empty()) bench.clips = usual_clips();
  if (options.quick) make_quick(command, bench);
  const auto baseline = read_baseline(options.baseline);
  if (!baseline) return tl::unexpected(baseline.error());
  cli::Progress progress("measuring", 0);
  std::size_t steps = 0;
  const auto figures = measure_codec(bench, [&](const std::string& what) {
    progress.update(++steps, what);
    return !cli::stop_requested();
  });
  if (!figures) return tl::unexpected(figures.error());
  if (!options.page.empty())
    if (auto written = write_text_file(options.page, figures_page(*figures)); !written)
      return tl::unexpected(written.error());
  program.print(figures_text(*figures));
  return told_beside(program, options.baseline, *baseline, codec_compared_figures(), figures_json(*figures));
}

}  // namespace

Command codec_command(cli::Program& program) {
  CLI::App& app = program.add_command(
      "codec", "Measures speed and size of our encoder and decoder beside libvpx and FFmpeg",
      {{"skirret-bench codec -o codec.html",
        "the usual clips: curves, decoding, candidates, budgets; minutes"},
       {"skirret-bench codec --quick", "the same over one second of one clip"},
       {"skirret-bench codec --only quantizers --efforts 0,3 --clips foreman,my.mp4 --json",
        "two efforts, two clips"},
       {"skirret-bench codec --profile --clips talk-plants --efforts 3", "where the time goes"}});
  auto options = std::make_shared<Options>();
  CodecBenchOptions& bench = options->bench;
  app.add_option("--clips", bench.clips, "Files, or beginnings of names in $SKIRRET_DATA/clips")
      ->delimiter(',');
  app.add_option("--only", bench.parts,
                 "What to measure: gate, quantizers, rates, screen, decode, candidates, budget")
      ->delimiter(',')
      ->check(CLI::IsMember(std::vector<std::string>(std::begin(kParts), std::end(kParts))));
  app.add_option("--efforts", bench.efforts, "Ours to measure, 0 to 5")
      ->delimiter(',')
      ->check(CLI::Range(0, 5));
  app.add_option("--quantizers", bench.quantizers, "Of the curves, 0 to 127; four or more")
      ->delimiter(',')
      ->check(CLI::Range(0, 127));
  app.add_option("--rates", bench.rates, "Of the curves at call rates, kbit/s; four or more")
      ->delimiter(',')
      ->check(CLI::Range(1, 1'000'000));
  app.add_option("--frame-bytes", bench.frame_bytes, "Limits to keep frames to")->delimiter(',');
  app.add_option("--call-effort", bench.call_effort, "Effort of candidates and budgets")
      ->check(CLI::Range(0, 5));
  app.add_option("--regions", options->regions, "Of ours on curves: still, text, skin, or none")
      ->capture_default_str();
  app.add_option("--frames", bench.frames, "Of each clip at most; 0: all")->capture_default_str();
  app.add_option("--repetitions", bench.repetitions, "Times are medians of so many")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  app.add_flag("--baseline-only", bench.baseline_only, "Of libvpx's settings only --rt --cpu-used=-8");
  app.add_flag("--profile", options->profile,
               "Time of each stage of encoding; alone unless --only names more");
  app.add_flag("--quick", options->quick, "One clip, 30 frames, two efforts, one repetition");
  add_baseline_options(app, options->baseline);
  app.add_option("-o,--output", options->page, "The page to write (HTML)");
  return {&app, [&program, &app, options] { return run(program, app, *options); }};
}

}  // namespace skirret::bench
