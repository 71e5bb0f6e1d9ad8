#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <spdlog/spdlog.h>

#include "codec/encoder/regions.hh"
#include "sender/live_sender.hh"
#include "tools/cli/program.hh"
#include "tools/cli/progress.hh"
#include "tools/skirret-sender/outgoing_call.hh"
#include "transport/udp/clock.hh"

namespace {

using namespace skirret;

struct Options {
  std::string link;
  std::string source;
  std::string size;
  std::string fps;
  bool loop = false;
  double duration = 0;
  int candidates = 3;
  int effort = -1;
  std::string regions = "none";
  std::string stats;
  double give_up = 60;
};

void declare(cli::Program& program, Options& options) {
  CLI::App& app = program.app();
  app.add_option("LINK", options.link,
                 "The receiver's link: skirret://…, - to read it from stdin, @FILE; default: $SKIRRET_LINK");
  app.add_option("--source", options.source,
                 "What to send: a video file, v4l2:/dev/video0, x11grab:$DISPLAY or lavfi:GRAPH")
      ->required();
  app.add_option("--size", options.size, "Scale to WIDTHxHEIGHT");
  app.add_option("--fps", options.fps, "Pictures a second, e.g. 30 or 30000/1001");
  app.add_flag("--loop", options.loop, "Begin the source again at its end");
  app.add_option("--duration", options.duration, "End the call after so many seconds")
      ->check(CLI::PositiveNumber);
  app.add_option("--candidates", options.candidates, "Forms in which each frame is coded")
      ->check(CLI::Range(1, 16))
      ->capture_default_str();
  app.add_option("--effort", options.effort,
                 "Search effort, 0 fast … 5 thorough; default: what the machine keeps up with")
      ->check(CLI::Range(0, 5));
  app.add_option("--regions", options.regions,
                 "Regions to code finer: still (background), text, skin; with commas, or none")
      ->capture_default_str();
  app.add_option("--give-up", options.give_up,
                 "End when nothing has come from the receiver for so many seconds")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--stats", options.stats, "Write what happens to FILE, one JSON object a line");
}

Result<std::unique_ptr<codec::VideoSource>> open(const Options& options) {
  codec::SourceOptions wanted;
  wanted.loop = options.loop;
  if (!options.size.empty()) {
    const auto size = codec::parse_size(options.size);
    if (!size) return tl::unexpected(size.error());
    wanted.size = *size;
  }
  if (!options.fps.empty()) {
    const auto rate = codec::parse_rate(options.fps);
    if (!rate) return tl::unexpected(rate.error());
    wanted.fps = *rate;
  }
  return codec::open_source(options.source, wanted);
}

sender::LiveConfig configure(const Options& options, const codec::SourceInfo& source, codec::Regions regions,
                             const std::string& peer) {
  sender::LiveConfig config;
  config.pipeline.regions = regions;
  config.pipeline.candidates = options.candidates;
  config.threads = std::clamp(std::thread::hardware_concurrency(), 1u, 4u);
  config.send.peer_name = peer;
  config.send.frame_interval =
      Duration(1'000'000'000 * source.rate.denominator / std::max<std::int64_t>(source.rate.numerator, 1));
  if (options.effort >= 0)
    config.pipeline.effort.start = options.effort;
  else
    config.pipeline.effort.share = config.send.frame_interval * 6 / 10;
  const auto seconds = [](double value) {
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(value));
  };
  config.send.silence_timeout = seconds(options.give_up);
  if (options.duration > 0) config.duration = seconds(options.duration);
  return config;
}

cli::Json report(const tools::SenderStats::Totals& totals, const sender::LiveSender& call, Duration elapsed) {
  const transport::SendStats stats = call.stats();
  const double seconds = std::max(to_seconds(elapsed), 1e-3);
  const auto coded = std::max<std::uint64_t>(totals.sent + totals.skipped, 1);
  return {{"frames_captured", totals.captured},
          {"frames_sent", totals.sent},
          {"frames_skipped", totals.skipped},
          {"frames_superseded", call.pipeline().superseded()},
          {"frames_delivered", stats.frames_delivered},
          {"key_frames", totals.key_frames},
          {"recoveries", totals.recoveries},
          {"seconds", seconds},
          {"coded_bytes", totals.bytes},
          {"sent_bytes", stats.bytes_sent},
          {"kbps", static_cast<double>(stats.bytes_sent) * 8 / 1000 / seconds},
          {"packets_sent", stats.packets_sent},
          {"packets_lost", stats.packets_lost},
          {"mismatches", stats.mismatches},
          {"base_rtt_ms", to_ms(stats.base_rtt)},
          {"coding_ms_mean", to_ms(totals.coding) / static_cast<double>(coded)},
          {"source_stalls", call.source_stalls()}};
}

void print_summary(const cli::Program& program, const cli::Json& report) {
  char text[400];
  std::snprintf(
      text, sizeof text,
      "sent %llu of %llu frames in %.1f s (%llu skipped, %llu key), %.0f kbit/s, %llu of %llu packets lost, "
      "base round trip %.0f ms\n",
      report["frames_sent"].get<unsigned long long>(), report["frames_captured"].get<unsigned long long>(),
      report["seconds"].get<double>(), report["frames_skipped"].get<unsigned long long>(),
      report["key_frames"].get<unsigned long long>(), report["kbps"].get<double>(),
      report["packets_lost"].get<unsigned long long>(), report["packets_sent"].get<unsigned long long>(),
      report["base_rtt_ms"].get<double>());
  program.print(text);
}

std::string progress_note(const sender::LiveSender& call) {
  const transport::SendStats stats = call.stats();
  char text[120];
  std::snprintf(text, sizeof text, "%.2f Mbit/s estimated, round trip %.0f ms, %.1f %% lost%s",
                stats.capacity_bps / 1e6, to_ms(stats.rtt), stats.loss * 100, stats.outage ? ", outage" : "");
  return text;
}

Result<cli::Outcome> run(const cli::Program& program, const Options& options) {
  auto callee = tools::find_callee(options.link);
  if (!callee) return tl::unexpected(callee.error());
  const auto regions = codec::parse_regions(options.regions);
  if (!regions) return tl::unexpected(regions.error());
  auto source = open(options);
  if (!source) return tl::unexpected(source.error());
  auto opened = tools::OutgoingCall::open(*callee, options.stats);
  if (!opened) return tl::unexpected(opened.error());
  tools::OutgoingCall& outgoing = **opened;

  const sender::LiveConfig config = configure(options, (*source)->info(), *regions, callee->link.peer_name());
  sender::LiveSender call(outgoing.loop(), outgoing.socket(), std::move(callee->link.secret), callee->address,
                          std::move(*source), config, outgoing.stats(), outgoing.random(),
                          [&](Result<void> how) { outgoing.end(std::move(how)); });
  cli::Progress progress("sending", 0);
  const TimePoint started = transport::monotonic_now();
  transport::DeadlineTimer ticker(outgoing.loop(), [&](TimePoint now) {
    progress.update(outgoing.stats().totals().sent, progress_note(call));
    ticker.set(now + std::chrono::milliseconds(200));
  });
  ticker.set(started);
  if (auto ended = outgoing.run([&] { call.finish(); }); !ended) return tl::unexpected(ended.error());
  cli::Outcome done{report(outgoing.stats().totals(), call, transport::monotonic_now() - started)};
  print_summary(program, done.report);
  return done;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  cli::Program program(
      {"skirret-sender",
       "Calls a skirret-receiver and sends it video, one direction.",
       {{"skirret-sender @link.txt --source clip.mp4 --loop", "sends a file in real time, again and again"},
        {"skirret-sender skirret://192.0.2.1:4000#… --source v4l2:/dev/video0 --size 1280x720",
         "sends a camera's picture"},
        {"skirret-sender - --source lavfi:testsrc2 --duration 10 --stats sender.jsonl",
         "reads the link from stdin, sends a test picture for 10 s and logs each frame"}}});
  declare(program, options);
  return program.run(argc, argv, [&] { return run(program, options); });
}
