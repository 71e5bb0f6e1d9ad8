#include "tools/skirret-link/options.hh"

#include <charconv>
#include <chrono>
#include <cmath>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "transport/udp/resolve.hh"

namespace skirret::link {

using transport::BurstLoss;
using transport::DelayPlace;
using transport::LinkConfig;
using transport::NamedSource;
using transport::OutageOpportunities;
using transport::TimeWindow;

namespace {

// What a queue without limits may hold all the same: memory has one.
constexpr std::size_t kMostQueuedBytes = std::size_t{64} << 20;

std::optional<double> decimal(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

struct Pair {
  double first = 0;
  double second = 0;
};

std::optional<Pair> decimals_around(std::string_view text, char separator) {
  const std::size_t place = text.find(separator);
  if (place == std::string_view::npos) return std::nullopt;
  const std::optional<double> first = decimal(text.substr(0, place));
  const std::optional<double> second = decimal(text.substr(place + 1));
  if (!first || !second) return std::nullopt;
  return Pair{*first, *second};
}

Duration seconds_of(double seconds) {
  return Duration(static_cast<std::int64_t>(std::llround(seconds * 1e9)));
}

Result<BurstLoss> parse_burst_loss(const std::string& text) {
  if (text.empty()) return BurstLoss{};
  const std::optional<Pair> pair = decimals_around(text, ':');
  if (!pair || pair->first < 0 || pair->first > 0.9 || pair->second < 1 || pair->second > 1e6) {
    return fail(ErrorCode::kInvalid,
                "--burst-loss '" + text +
                    "': write SHARE:LENGTH, the share of packets lost (0 to 0.9) and the mean "
                    "burst in packets (at least 1), e.g. 0.02:5");
  }
  return BurstLoss::with(pair->first, pair->second);
}

Result<std::vector<TimeWindow>> parse_outages(const std::vector<std::string>& texts) {
  std::vector<TimeWindow> windows;
  for (const std::string& text : texts) {
    const std::optional<Pair> pair = decimals_around(text, '+');
    if (!pair || pair->first < 0 || pair->first > 1e6 || pair->second <= 0 || pair->second > 1e6) {
      return fail(ErrorCode::kInvalid, "outage '" + text + "': write START+LENGTH in seconds, e.g. 10+2");
    }
    windows.push_back({seconds_of(pair->first), seconds_of(pair->first + pair->second)});
  }
  return windows;
}

NamedSource with_outages(NamedSource source, std::vector<TimeWindow> windows) {
  if (windows.empty()) return source;
  return {std::move(source.name), [inner = std::move(source.make), windows = std::move(windows)] {
            return std::make_unique<OutageOpportunities>(inner(), windows);
          }};
}

Result<transport::Address> address_of(const char* option, const std::string& text, bool needs_port) {
  Result<transport::Address> address = transport::resolve(text);
  if (!address) return fail(address.error().code, std::string(option) + ": " + address.error().message);
  if (needs_port && (address->port() == 0 || address->is_unspecified())) {
    return fail(ErrorCode::kInvalid,
                std::string(option) + ": '" + text + "' is nothing to send to: write HOST:PORT");
  }
  return address;
}

// CLI11's ranges let "nan" pass.
bool numbers_are_finite(const Options& options) {
  return std::isfinite(options.delay_ms) && std::isfinite(options.loss) &&
         std::isfinite(options.reverse_loss) && std::isfinite(options.duration);
}

// As `mm-delay N mm-link UP DOWN` has it, with the clients inside.
LinkConfig link_config(const Options& options, const BurstLoss& burst, bool forward) {
  LinkConfig config;
  config.delay = seconds_of(options.delay_ms / 1000);
  config.delay_place = forward ? DelayPlace::kAfterQueue : DelayPlace::kBeforeQueue;
  config.queue_packets = static_cast<std::size_t>(options.queue_packets);
  config.queue_bytes =
      options.queue_bytes == 0 ? kMostQueuedBytes : static_cast<std::size_t>(options.queue_bytes);
  config.loss = forward || options.reverse_loss < 0 ? options.loss : options.reverse_loss;
  config.burst = burst;
  config.seed = forward ? options.seed : options.seed + 1;
  config.keep_log = false;
  return config;
}

}  // namespace

void declare(cli::Program& program, Options& options) {
  const CLI::Range count(std::int64_t{0}, std::int64_t{1'000'000'000});
  CLI::App& app = program.app();
  app.add_option("--listen", options.listen, "HOST:PORT that clients send to (port 0: any free one)")
      ->required();
  app.add_option("--to", options.to, "HOST:PORT that everything is relayed to")->required();
  app.add_option("--trace", options.trace, "Link to the far end: FILE|lte[:seed=N,mean=MBIT]|constant:MBIT")
      ->required();
  app.add_option("--reverse-trace", options.reverse_trace,
                 "Link back to the clients (default: as --trace, an lte model with the next seed)");
  app.add_option("--delay-ms", options.delay_ms, "Fixed delay of each direction")
      ->check(CLI::Range(0.0, 60'000.0));
  app.add_option("--queue-packets", options.queue_packets,
                 "Most packets in each direction's queue (0: no limit)")
      ->check(count);
  app.add_option("--queue-bytes", options.queue_bytes,
                 "Most bytes in each queue, headers counted (0: 64 MiB)")
      ->check(count);
  app.add_option("--loss", options.loss, "Share of packets lost at random, each direction: 0.05 is 5 %")
      ->check(CLI::Range(0.0, 1.0));
  app.add_option("--reverse-loss", options.reverse_loss, "The same for the way back only")
      ->check(CLI::Range(0.0, 1.0));
  app.add_option("--burst-loss", options.burst_loss,
                 "SHARE:LENGTH, packets lost in bursts of this mean length");
  app.add_option("--outage", options.outages,
                 "START+LENGTH in seconds without delivery, both ways; repeatable");
  app.add_option("--reverse-outage", options.reverse_outages, "The same for the way back only");
  app.add_option("--seed", options.seed, "Of loss, and of an lte model that names none")
      ->capture_default_str();
  app.add_option("--stats", options.stats, "Write each event of both links to this file, as JSON lines");
  app.add_option("--duration", options.duration, "Seconds to run (default: until Ctrl-C)")
      ->check(CLI::Range(0.0, 1e7));
  app.add_flag("--ordinary-priority", options.ordinary_priority,
               "Do not ask the system for real-time priority");
}

Result<RelayConfig> relay_config(const Options& options) {
  RelayConfig config;
  if (!numbers_are_finite(options))
    return fail(ErrorCode::kInvalid, "an option's number is none: write digits");
  const auto burst = parse_burst_loss(options.burst_loss);
  if (!burst) return tl::unexpected(burst.error());
  const auto outages = parse_outages(options.outages);
  if (!outages) return tl::unexpected(outages.error());
  auto reverse_outages = parse_outages(options.reverse_outages);
  if (!reverse_outages) return tl::unexpected(reverse_outages.error());
  reverse_outages->insert(reverse_outages->end(), outages->begin(), outages->end());

  const auto listen = address_of("--listen", options.listen, false);
  if (!listen) return tl::unexpected(listen.error());
  const auto to = address_of("--to", options.to, true);
  if (!to) return tl::unexpected(to.error());
  config.listen = *listen;
  config.to = *to;

  auto forward = transport::open_named_source(options.trace, options.seed);
  if (!forward) return tl::unexpected(forward.error());
  const std::string& back = options.reverse_trace.empty() ? options.trace : options.reverse_trace;
  auto reverse = transport::open_named_source(back, options.seed, options.reverse_trace.empty() ? 1 : 0);
  if (!reverse) return tl::unexpected(reverse.error());
  config.forward = {with_outages(std::move(*forward), *outages), link_config(options, *burst, true)};
  config.reverse = {with_outages(std::move(*reverse), *reverse_outages), link_config(options, *burst, false)};
  return config;
}

}  // namespace skirret::link
