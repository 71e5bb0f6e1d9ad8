#include "tests/scenario/link_scenarios.hh"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <utility>

#include "codec/base/check.hh"
#include "tests/support/data.hh"
#include "tests/support/link_sources.hh"
#include "tools/bench/measure/call_link.hh"
#include "tools/bench/measure/oracle.hh"
#include "transport/link/named_source.hh"

namespace skirret::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Source = std::function<std::unique_ptr<transport::OpportunitySource>()>;

constexpr Duration kTraceBegin = seconds(20);
constexpr Duration kTail = seconds(8);  // captures go on so that those measured can be answered

// As the programs do it: three candidates a picture, ready 15 ms after the capture.
LinkScenario scenario(std::string name, Source forward, Source reverse) {
  LinkScenario made;
  made.name = std::move(name);
  CallOptions& options = made.options;
  options.forward = std::move(forward);
  options.reverse = std::move(reverse);
  for (transport::LinkConfig* link : {&options.forward_link, &options.reverse_link}) {
    link->delay = milliseconds(20);
    link->queue_packets = 256;
  }
  options.coding_time = milliseconds(15);
  options.encoder = [] { return std::make_unique<ThreeCandidates>(); };
  options.duration = measured_time() + kTail;
  return made;
}

Source constant(double mbps) {
  return [rate = static_cast<std::uint64_t>(mbps * 1e6)] {
    return std::make_unique<transport::ConstantOpportunities>(rate);
  };
}

Source with_outages(Source inner, Duration first, Duration length, Duration period) {
  std::vector<transport::TimeWindow> windows;
  for (Duration begin = first; begin < seconds(200); begin += period)
    windows.push_back({begin, begin + length});
  return [inner = std::move(inner), windows] {
    return std::make_unique<transport::OutageOpportunities>(inner(), windows);
  };
}

Source stepping(double low_mbps, double high_mbps, Duration period) {
  std::vector<SteppedOpportunities::Step> steps;
  for (int k = 0; period * k < seconds(200); ++k)
    steps.push_back({period * k, static_cast<std::uint64_t>((k % 2 == 0 ? low_mbps : high_mbps) * 1e6)});
  return [steps] { return std::make_unique<SteppedOpportunities>(steps); };
}

Source bunched(double mbps, int shortest_ms, int longest_ms) {
  return [=] {
    return std::make_unique<BunchedOpportunities>(constant(mbps)(), milliseconds(shortest_ms),
                                                  milliseconds(longest_ms), 7);
  };
}

LinkScenario over_constant(const std::string& name, double mbps) {
  return scenario(name, constant(mbps), constant(mbps));
}

LinkScenario with_loss(const std::string& name, double share, double mean_burst = 1) {
  LinkScenario made = over_constant(name, 3);
  for (transport::LinkConfig* link : {&made.options.forward_link, &made.options.reverse_link}) {
    if (mean_burst > 1)
      link->burst = transport::BurstLoss::with(share, mean_burst);
    else
      link->loss = share;
  }
  made.longest_gap = milliseconds(500);
  return made;
}

// A token bucket in front of the link that drops what is above its rate instead of queueing it.
void police(CallSimulation& call, double mbps, double bucket_bytes) {
  auto tokens = std::make_shared<double>(bucket_bytes);
  auto last = std::make_shared<TimePoint>();
  call.network().tap([=](transport::Side from, Bytes datagram, TimePoint now) {
    if (from != transport::Side::kLeft) return true;
    *tokens = std::min(bucket_bytes, *tokens + to_seconds(now - *last) * mbps * 1e6 / 8);
    *last = now;
    const auto bytes = static_cast<double>(datagram.size());
    if (bytes > *tokens) return false;
    *tokens -= bytes;
    return true;
  });
}

LinkScenario policed() {
  LinkScenario made = over_constant("policer", 12);
  made.during = [](CallSimulation& call) { police(call, 1.5, 15'000); };
  return made;
}

LinkScenario restarting(const std::string& name, bool sender) {
  LinkScenario made = over_constant(name, 3);
  made.key_frames = 2;
  made.during = [sender](CallSimulation& call) {
    call.network().at(TimePoint{} + seconds(10), [&call, sender](TimePoint now) {
      sender ? call.restart_sender(now) : call.restart_receiver(now);
    });
  };
  return made;
}

LinkScenario rerouted(const std::string& name, int before_ms, int after_ms) {
  LinkScenario made = over_constant(name, 3);
  made.options.forward_link.delay = milliseconds(before_ms);
  made.during = [after_ms](CallSimulation& call) {
    call.network().at(TimePoint{} + seconds(10), [&call, after_ms](TimePoint) {
      call.network().link(transport::Side::kLeft).set_delay(milliseconds(after_ms));
    });
  };
  return made;
}

LinkScenario long_way() {
  LinkScenario made = over_constant("round trip of 300 ms", 3);
  made.options.forward_link.delay = made.options.reverse_link.delay = milliseconds(150);
  return made;
}

LinkScenario reordering(const std::string& name, double late, double twice) {
  LinkScenario made = over_constant(name, 3);
  made.options.forward_link.reorder = late;
  made.options.forward_link.reorder_delay = milliseconds(12);
  made.options.forward_link.duplicate = twice;
  made.longest_gap = milliseconds(300);
  return made;
}

LinkScenario bloated() {
  LinkScenario made = scenario("bufferbloat of 2000 packets", stepping(8, 0.8, seconds(10)), constant(8));
  made.options.forward_link.queue_packets = 2000;
  return made;
}

LinkScenario lost_acks() {
  LinkScenario made = over_constant("half of the acks lost", 3);
  made.options.reverse_link.loss = 0.5;
  return made;
}

LinkScenario without_acks(const std::string& name, Duration length) {
  return scenario(name, constant(3), with_outages(constant(3), seconds(5), length, seconds(10)));
}

LinkScenario bunched_acks() {
  return scenario("acks in bunches of 150 to 250 ms", constant(3), bunched(3, 150, 250));
}

std::map<std::string, std::function<LinkScenario()>> all_made() {
  std::vector<std::function<LinkScenario()>> makers = {
      [] { return over_constant("constant 0.3", 0.3); },
      [] { return over_constant("constant 0.5", 0.5); },
      [] { return over_constant("constant 2", 2); },
      [] { return over_constant("constant 12", 12); },
      [] {
        LinkScenario made = over_constant("constant 12, 1 % loss", 12);
        made.options.forward_link.loss = 0.01;
        return made;
      },
      [] { return with_loss("1 % loss", 0.01); },
      [] { return with_loss("5 % loss", 0.05); },
      [] { return with_loss("10 % loss", 0.1); },
      [] { return with_loss("20 % loss", 0.2); },
      [] { return with_loss("5 % loss in bursts of 4", 0.05, 4); },
      [] { return scenario("steps by 10 up and down", stepping(0.5, 5, seconds(7)), constant(5)); },
      [] {
        return scenario("on for 5 s, off for 5 s",
                        with_outages(constant(12), seconds(5), seconds(5), seconds(10)), constant(12));
      },
      [] {
        return scenario("outage of 1 s each 10 s",
                        with_outages(constant(3), seconds(5), seconds(1), seconds(10)), constant(3));
      },
      [] { return long_way(); },
      [] { return reordering("reordering", 0.05, 0); },
      [] { return reordering("duplicates", 0, 0.1); },
      [] { return bloated(); },
      [] { return policed(); },
      [] { return scenario("Wi-Fi turns of 2 to 30 ms", bunched(6, 2, 30), bunched(6, 2, 30)); },
      [] { return scenario("grants of 5 to 40 ms", bunched(1, 5, 40), bunched(1, 5, 40)); },
      [] { return without_acks("ack path out for 2 s each 10 s", seconds(2)); },
      [] { return without_acks("ack path out for 400 ms each 10 s", milliseconds(400)); },
      [] { return lost_acks(); },
      [] { return bunched_acks(); },
      [] { return restarting("sender restarts", true); },
      [] { return restarting("receiver restarts", false); },
      [] { return rerouted("route 60 ms longer", 20, 80); },
      [] { return rerouted("route 60 ms shorter", 80, 20); },
  };
  std::map<std::string, std::function<LinkScenario()>> named;
  for (auto& make : makers) named.emplace(make().name, make);
  return named;
}

}  // namespace

Duration measured_time() {
  return std::getenv("SKIRRET_LONG") != nullptr ? seconds(120) : seconds(30);
}

std::vector<std::string> recorded_links() {
  return {"ATT-LTE-driving",       "TMobile-LTE-short",
          "TMobile-UMTS-driving",  "Verizon-EVDO-driving",
          "Verizon-LTE-short",     "nyc2018-3g-no-cross-subway",
          "nyc2019-2768760-taxi3", "nyc2019-3201711-timessquare",
          "onl-4G_500kbps",        "onl-WIRED_900kbs",
          "salsify-goodbad",       "salsify-ramp",
          "starlink-autobahn-600", "walk-12-2-cellular",
          "walk-12-2-wifi",        "walk-7-2-wifi"};
}

LinkScenario over_recorded_link(const std::string& name) {
  const auto data = data_folder();
  SKIRRET_CHECK(data.has_value());
  const auto link = bench::open_call_link(name, *data / "traces");
  SKIRRET_CHECK(link.has_value());
  const auto later = [](const transport::NamedSource& named) -> Source {
    return [named] { return std::make_unique<transport::LaterOpportunities>(named.make(), kTraceBegin); };
  };
  return scenario(name, later(link->forward), later(link->reverse));
}

LinkScenario over_modelled_link(std::uint64_t seed, double mean_mbps) {
  const auto way = [&](std::uint64_t offset) {
    const auto link = transport::open_named_source("lte:mean=" + std::to_string(mean_mbps), seed, offset);
    SKIRRET_CHECK(link.has_value());
    return link->make;
  };
  return scenario("lte, seed " + std::to_string(seed), way(0), way(1000));
}

const std::map<std::string, std::function<LinkScenario()>>& made_links() {
  static const auto links = all_made();
  return links;
}

namespace {

constexpr Duration kFreeze = milliseconds(200);

void count_freezes(LinkFigures& figures, const CallSimulation& call,
                   const std::vector<bench::DisplayRecord>& best, TimePoint end) {
  std::optional<TimePoint> last;
  for (const CallFrame& frame : call.frames()) {
    if (!frame.shown || *frame.shown > end) continue;
    const auto from = std::exchange(last, frame.shown);
    if (!from || *frame.shown - *from <= kFreeze) continue;
    Duration forced{};
    for (std::size_t i = 1; i < best.size(); ++i)
      if (best[i].at > *from && best[i - 1].at < *frame.shown)
        forced = std::max(forced, best[i].at - best[i - 1].at);
    ++figures.freezes;
    figures.own_freezes += *frame.shown - *from > forced + kFreeze ? 1 : 0;
  }
}

}  // namespace

LinkFigures figures_of(CallSimulation& call, Duration measured, Duration one_way) {
  const TimePoint begin = TimePoint{};
  const TimePoint end = begin + measured;
  std::vector<bench::CaptureRecord> captures;
  std::vector<std::optional<TimePoint>> answered;  // by capture: shown then, it or a later one
  std::optional<TimePoint> next;
  std::size_t shown = 0;
  for (auto frame = call.frames().rbegin(); frame != call.frames().rend(); ++frame) {
    if (frame->shown) next = next ? std::min(*next, *frame->shown) : *frame->shown;
    if (frame->captured < begin || frame->captured >= end) continue;
    answered.push_back(next);
    shown += frame->shown ? 1 : 0;
  }
  std::ranges::reverse(answered);
  std::uint64_t number = 0;
  for (const CallFrame& frame : call.frames()) captures.push_back({number++, frame.captured});

  auto& link = call.network().link(transport::Side::kLeft);
  link.advance(call.network().now());
  bench::CallRecord record;
  record.forward = link.log().events();
  bench::OracleConfig config;
  config.one_way = one_way;
  const auto best = bench::oracle_displays(captures, bench::opportunities_of(record), config);
  std::vector<Duration> delays, excess;
  auto display = best.begin();
  for (std::size_t i = 0; i < answered.size(); ++i) {
    if (!answered[i]) break;
    delays.push_back(*answered[i] - captures[i].at);
    while (display != best.end() && *display->frame < i) ++display;
    if (display != best.end()) excess.push_back(*answered[i] - display->at);
  }
  LinkFigures figures;
  count_freezes(figures, call, best, end);
  figures.delay_p50_ms = to_ms(transport::quantile(delays, 0.5));
  figures.delay_p95_ms = to_ms(transport::quantile(delays, 0.95));
  figures.excess_p50_ms = to_ms(transport::quantile(excess, 0.5));
  figures.excess_p95_ms = to_ms(transport::quantile(excess, 0.95));
  figures.frames_per_second = static_cast<double>(shown) / to_seconds(measured);
  const auto rest = call.figures(begin, end);
  figures.use = rest.use;
  figures.queue_p95_ms = rest.queue_p95_ms;
  return figures;
}

}  // namespace skirret::test
