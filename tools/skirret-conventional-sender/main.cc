#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "tools/bench/conventional/live_conventional.hh"
#include "tools/cli/program.hh"
#include "tools/cli/stop.hh"
#include "tools/skirret-sender/stats.hh"
#include "transport/session/link_source.hh"
#include "transport/udp/resolve.hh"

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
  auto link = transport::read_link(options.link, std::cin, std::getenv(transport::kLinkVariable));
  if (!link) return tl::unexpected(link.error());
  const auto peer = transport::resolve(link->peer_name());
  if (!peer) return tl::unexpected(peer.error());
  auto source = codec::open_source(options.source, {});
  if (!source) return tl::unexpected(source.error());
  std::optional<cli::JsonLines> stats_file;
  if (!options.stats.empty()) {
    auto created = cli::JsonLines::create(options.stats);
    if (!created) return tl::unexpected(created.error());
    stats_file.emplace(std::move(*created));
  }
  bench::ConventionalConfig config;
  config.rate = (*source)->info().rate;
  if (options.rate_each == "frame") config.rate_interval = Duration::zero();
  transport::SendConfig send;
  send.peer_name = link->peer_name();
  send.frame_interval = Duration(1'000'000'000 * config.rate.denominator / config.rate.numerator);

  transport::EventLoop loop;
  const std::string any = peer->is_ipv6() ? "[::]:0" : "0.0.0.0:0";
  auto socket = transport::UdpSocket::bind(loop, *transport::Address::parse(any));
  if (!socket) return tl::unexpected(socket.error());
  transport::SystemRandom random;
  tools::SenderStats stats(std::move(stats_file));
  Result<void> outcome;
  bench::LiveConventional call(loop, **socket, std::move(link->secret), *peer, std::move(*source), config,
                               send, stats, random, [&](Result<void> how) {
                                 outcome = std::move(how);
                                 loop.stop();
                               });
  transport::FdWatch interrupted(loop, cli::stop_descriptor(), [&](transport::FdWatch::Ready) {
    interrupted.want(false, false);
    call.finish();
  });
  interrupted.want(true, false);
  loop.run();

  if (!outcome) return tl::unexpected(outcome.error());
  if (auto written = stats.status(); !written) return tl::unexpected(written.error());
  cli::Outcome done{report(stats.totals(), call)};
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
