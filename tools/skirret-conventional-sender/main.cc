#include <string>

#include "tools/bench/conventional/live_conventional.hh"
#include "tools/cli/program.hh"
#include "tools/skirret-sender/outgoing_call.hh"

// What `skirret-bench call --system conventional` runs in skirret-sender's place.
namespace {

using namespace skirret;

struct Options {
  std::string link;
  std::string source;
  std::string rate_each = "second";
  std::string stats;
};

void declare(CLI::App& app, Options& options) {
  app.add_option("LINK", options.link, "The receiver's link, as skirret-sender's");
  app.add_option("--source", options.source, "What to send, as skirret-sender's")->required();
  app.add_option("--rate-each", options.rate_each, "How often the encoder is told its rate: second or frame")
      ->check(CLI::IsMember({"second", "frame"}))
      ->capture_default_str();
  app.add_option("--stats", options.stats, "Write what happens to FILE, as skirret-sender's");
}

cli::Json report(const tools::SenderStats::Totals& totals, const bench::LiveConventional& call) {
  return {{"frames_captured", totals.captured},        {"frames_sent", totals.sent},
          {"key_frames", totals.key_frames},           {"coded_bytes", totals.bytes},
          {"packets_lost", call.stats().packets_lost}, {"source_stalls", call.source_stalls()}};
}

Result<cli::Outcome> run(const cli::Program& program, const Options& options) {
  auto callee = tools::find_callee(options.link);
  if (!callee) return tl::unexpected(callee.error());
  auto source = codec::open_source(options.source, {});
  if (!source) return tl::unexpected(source.error());
  auto opened = tools::OutgoingCall::open(*callee, options.stats);
  if (!opened) return tl::unexpected(opened.error());
  tools::OutgoingCall& outgoing = **opened;
  bench::ConventionalConfig config;
  config.rate = (*source)->info().rate;
  if (options.rate_each == "frame") config.rate_interval = Duration::zero();
  transport::SendConfig send;
  send.peer_name = callee->link.peer_name();
  send.frame_interval = Duration(1'000'000'000 * config.rate.denominator / config.rate.numerator);

  bench::LiveConventional call(outgoing.loop(), outgoing.socket(), std::move(callee->link.secret),
                               callee->address, std::move(*source), config, send, outgoing.stats(),
                               outgoing.random(), [&](Result<void> how) { outgoing.end(std::move(how)); });
  if (auto ended = outgoing.run([&] { call.finish(); }); !ended) return tl::unexpected(ended.error());
  cli::Outcome done{report(outgoing.stats().totals(), call)};
  program.print(done.report.dump() + "\n");
  return done;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  cli::Program program({"skirret-conventional-sender",
                        "Calls a skirret-receiver with libvpx's real-time encoder driven by a rate: what "
                        "skirret-sender is measured by (skirret-bench call --system conventional).",
                        {{"skirret-conventional-sender @link.txt --source clip.y4m", "a rate each second"}}});
  declare(program.app(), options);
  return program.run(argc, argv, [&] { return run(program, options); });
}
