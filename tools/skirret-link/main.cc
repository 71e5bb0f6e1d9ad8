#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include <spdlog/spdlog.h>

#include "tools/cli/program.hh"
#include "tools/cli/stop.hh"
#include "tools/skirret-link/options.hh"
#include "tools/skirret-link/relay.hh"
#include "tools/skirret-link/report.hh"
#include "transport/udp/clock.hh"

namespace skirret::link {
namespace {

constexpr Duration kCatchUp = std::chrono::milliseconds(100);

// Until Ctrl-C or the end of `duration` (0: none). Each 100 ms the links are brought up to date and the
// stats go to disk.
void run_loop(transport::EventLoop& loop, Relay& relay, StatsFile* stats, double duration) {
  const TimePoint end = duration > 0 ? relay.started() + Duration(std::llround(duration * 1e9)) : kNever;
  transport::FdWatch stop(loop, cli::stop_descriptor(), [&loop](transport::FdWatch::Ready) { loop.stop(); });
  stop.want(true, false);
  std::unique_ptr<transport::DeadlineTimer> beat;
  bool warned = false;
  beat = std::make_unique<transport::DeadlineTimer>(loop, [&](TimePoint now) {
    relay.catch_up();
    if (stats != nullptr) stats->flush();
    if (stats != nullptr && !stats->status() && !warned) {
      spdlog::warn("{}", stats->status().error().message);
      warned = true;
    }
    if (now >= end) return loop.stop();
    beat->set(std::min(now + kCatchUp, end));
  });
  beat->set(std::min(relay.started() + kCatchUp, end));
  loop.run();
  relay.catch_up();
  if (stats != nullptr) stats->flush();
}

Result<cli::Outcome> relay_until_stopped(const cli::Program& program, const Options& options) {
  const auto config = relay_config(options);
  if (!config) return tl::unexpected(config.error());
  transport::EventLoop loop;
  std::optional<StatsFile> stats;
  const auto relay = Relay::start(loop, *config);
  if (!relay) return tl::unexpected(relay.error());
  if (!options.stats.empty()) {
    auto file = StatsFile::create(options.stats);
    if (!file) return tl::unexpected(file.error());
    stats = std::move(*file);
    (*relay)->log_to(&*stats);
  }
  StatsFile* const stats_file = stats ? &*stats : nullptr;
  const bool realtime = !options.ordinary_priority && try_realtime();
  std::fprintf(stderr, "skirret-link: listening on %s, relaying to %s over %s\n",
               (*relay)->listening().to_string().c_str(), config->to.to_string().c_str(),
               config->forward.source.name.c_str());
  run_loop(loop, **relay, stats_file, options.duration);
  const Duration ran = transport::monotonic_now() - (*relay)->started();
  program.print(report_text(**relay, *config, ran, realtime));
  if (stats_file != nullptr && !stats_file->status()) return tl::unexpected(stats_file->status().error());
  return cli::Outcome{report_json(**relay, *config, ran, realtime)};
}

}  // namespace
}  // namespace skirret::link

int main(int argc, char** argv) {
  namespace cli = skirret::cli;
  namespace link = skirret::link;
  cli::Program program(
      {"skirret-link",
       "Relays UDP both ways like a recorded cellular link.",
       {{"skirret-link --listen 127.0.0.1:5000 --to 127.0.0.1:6000 --trace lte --delay-ms 20 --stats "
         "link.jsonl",
         "an LTE link of 5 Mbit/s on average, each way, with 20 ms each way on top"},
        {"skirret-link --listen :5000 --to 192.0.2.7:6000 --trace Verizon-LTE-short.up --reverse-trace "
         "Verizon-LTE-short.down",
         "a recorded link (mahimahi format): one trace for each direction"},
        {"skirret-link --listen :5000 --to 192.0.2.7:6000 --trace constant:2.5 --queue-packets 100 --loss "
         "0.05",
         "2.5 Mbit/s, a short queue, 5 % random loss"}}});
  link::Options options;
  link::declare(program, options);
  return program.run(argc, argv, [&] { return link::relay_until_stopped(program, options); });
}
