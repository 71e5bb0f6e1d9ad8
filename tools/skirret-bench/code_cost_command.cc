#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "tools/bench/code_cost/code_cost.hh"
#include "tools/bench/codec/clip.hh"
#include "tools/bench/report/provenance.hh"
#include "tools/cli/progress.hh"
#include "tools/skirret-bench/command.hh"

namespace skirret::bench {
namespace {

struct Options {
  std::vector<std::string> clips = {"talk-kitchen", "talk-plants"};
  double kbps = 300;
  std::uint64_t frames = 90;
};

Result<cli::Outcome> run(const cli::Program& program, const Options& options) {
  cli::Json all = cli::Json::array();
  cli::Progress progress("measuring", 2 * options.clips.size());
  std::size_t done = 0;
  for (const std::string& name : options.clips) {
    const auto path = find_clip(name);
    if (!path) return tl::unexpected(path.error());
    LoopedClipOptions wanted;
    wanted.most_frames = options.frames + 1;
    const auto clip = LoopedClip::load(*path, wanted);
    if (!clip) return tl::unexpected(clip.error());
    for (const auto encoder : {CodeCostOf::kOurs, CodeCostOf::kLibvpx}) {
      const char* who = encoder == CodeCostOf::kOurs ? "skirret" : "libvpx";
      progress.update(done++, clip->name() + ", " + who);
      const auto cost = code_cost_at(*clip, encoder, options.kbps, options.frames);
      if (!cost) return tl::unexpected(cost.error());
      char line[200];
      std::snprintf(line, sizeof line,
                    "%-28s %-8s quantizer %3d: %6.1f kbit/s, with the code %6.1f: %+.1f, %+.1f %%\n",
                    clip->name().c_str(), who, cost->quantizer, cost->plain_kbps, cost->coded_kbps,
                    cost->coded_kbps - cost->plain_kbps, 100 * cost->share());
      program.print(line);
      all.push_back({{"clip", clip->name()},
                     {"encoder", who},
                     {"quantizer", cost->quantizer},
                     {"plain_kbps", cost->plain_kbps},
                     {"coded_kbps", cost->coded_kbps}});
    }
  }
  return cli::Outcome{.report = {{"program", "skirret-bench code-cost"},
                                 {"machine", machine_json()},
                                 {"versions", versions_json(SKIRRET_VERSION)},
                                 {"costs", std::move(all)}}};
}

}  // namespace

Command code_cost_command(cli::Program& program) {
  CLI::App& app =
      program.add_command("code-cost", "Measures what the number drawn into each picture costs in bits",
                          {{"skirret-bench code-cost", "at 300 kbit/s, 360p and 720p, ours and libvpx"}});
  auto options = std::make_shared<Options>();
  app.add_option("--clips", options->clips, "Files, or beginnings of names in $SKIRRET_DATA/clips")
      ->delimiter(',')
      ->capture_default_str();
  app.add_option("--kbps", options->kbps, "What the clips take without it")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--frames", options->frames, "Of each clip")
      ->check(CLI::Range(2, 100'000))
      ->capture_default_str();
  return {&app, [&program, options] { return run(program, *options); }};
}

}  // namespace skirret::bench
