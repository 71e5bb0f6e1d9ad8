#include "tools/skirret-link/report.hh"

#include <algorithm>
#include <array>
#include <cstdio>

namespace skirret::link {

using cli::Json;

namespace {

double to_us(Duration d) {
  return static_cast<double>(d.count()) * 1e-3;
}

const DirectionConfig& config_of(const RelayConfig& config, Direction direction) {
  return direction == Direction::kForward ? config.forward : config.reverse;
}

Json direction_json(const Relay::Summary& summary, const std::string& trace) {
  const transport::LinkSummary& link = summary.link;
  return {{"trace", trace},
          {"datagrams_in", summary.datagrams_in},
          {"datagrams_out", summary.datagrams_out},
          {"dropped_by_queue", link.packets_dropped_by_queue},
          {"lost", link.packets_lost},
          {"no_way", summary.no_way},
          {"opportunities", link.opportunities},
          {"bytes_offered", link.bytes_offered},
          {"bytes_used", link.bytes_used},
          {"queue_p50_ms", to_ms(link.queue_p50)},
          {"queue_p95_ms", to_ms(link.queue_p95)},
          {"queue_max_ms", to_ms(link.queue_max)},
          {"packets_in_outages", link.in_outages},
          {"outages", link.outages},
          {"outage_s", to_seconds(link.outage_time)}};
}

template <class... Values>
std::string formatted(const char* format, Values... values) {
  std::array<char, 400> text;
  const int size = std::snprintf(text.data(), text.size(), format, values...);
  return {text.data(), std::min(static_cast<std::size_t>(size), text.size() - 1)};
}

std::string direction_text(Direction direction, const Relay::Summary& summary, const std::string& trace) {
  const transport::LinkSummary& link = summary.link;
  const double offered = static_cast<double>(link.bytes_offered) * 1e-6;
  const double used = static_cast<double>(link.bytes_used) * 1e-6;
  return formatted("%s over %.100s\n", name_of(direction), trace.c_str()) +
         formatted("  datagrams   %llu in, %llu out, %llu dropped by the queue, %llu lost\n",
                   static_cast<unsigned long long>(summary.datagrams_in),
                   static_cast<unsigned long long>(summary.datagrams_out),
                   static_cast<unsigned long long>(link.packets_dropped_by_queue),
                   static_cast<unsigned long long>(link.packets_lost)) +
         formatted("  capacity    %.2f MB offered, %.2f MB used\n", offered, used) +
         formatted("  queue wait  p50 %.1f ms, p95 %.1f ms outside outages; longest %.1f ms\n",
                   to_ms(link.queue_p50), to_ms(link.queue_p95), to_ms(link.queue_max)) +
         formatted("  outages     %llu, %.1f s\n", static_cast<unsigned long long>(link.outages),
                   to_seconds(link.outage_time));
}

}  // namespace

Json report_json(const Relay& relay, const RelayConfig& config, Duration ran, bool realtime) {
  const transport::DurationHistogram& late = relay.lateness().histogram();
  Json json = {{"listen", relay.listening().to_string()},
               {"to", config.to.to_string()},
               {"duration_s", to_seconds(ran)},
               {"clients", relay.clients().ever()},
               {"realtime", realtime},
               {"lateness",
                {{"count", late.count()},
                 {"p50_us", to_us(late.quantile(0.5))},
                 {"p99_us", to_us(late.quantile(0.99))},
                 {"max_us", to_us(late.max())}}}};
  for (const Direction direction : {Direction::kForward, Direction::kReverse}) {
    json[name_of(direction)] =
        direction_json(relay.summary(direction), config_of(config, direction).source.name);
  }
  return json;
}

std::string report_text(const Relay& relay, const RelayConfig& config, Duration ran, bool realtime) {
  const transport::DurationHistogram& late = relay.lateness().histogram();
  std::string text = formatted("%.1f s, %llu clients\n", to_seconds(ran),
                               static_cast<unsigned long long>(relay.clients().ever()));
  for (const Direction direction : {Direction::kForward, Direction::kReverse}) {
    text += direction_text(direction, relay.summary(direction), config_of(config, direction).source.name);
  }
  return text + formatted("lateness      p50 %.0f us, p99 %.0f us, worst %.0f us (%s priority)\n",
                          to_us(late.quantile(0.5)), to_us(late.quantile(0.99)), to_us(late.max()),
                          realtime ? "real-time" : "ordinary");
}

}  // namespace skirret::link
