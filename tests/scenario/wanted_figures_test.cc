#include <cstdio>

#include <gtest/gtest.h>

#include "tests/scenario/link_scenarios.hh"
#include "tests/support/link_sources.hh"

// Figures that are wanted of every build, not only no worse than before.
namespace skirret::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using transport::Side;

constexpr Duration kRoundTrip = milliseconds(40);

LinkFigures figures_over(const LinkScenario& scenario) {
  CallSimulation call(scenario.options);
  call.run();
  EXPECT_EQ(call.over_budget(), 0u);
  EXPECT_EQ(call.key_frames(), 1u);
  return figures_of(call, measured_time(), scenario.options.forward_link.delay);
}

TEST(WantedFigures, FivePercentLossCostsARoundTripAtMost) {
  LinkScenario scenario = made_links().at("5 % loss")();
  const LinkFigures lossy = figures_over(scenario);
  scenario.options.forward_link.loss = scenario.options.reverse_link.loss = 0;
  const LinkFigures clean = figures_over(scenario);
  std::printf("p95 %.0f ms without loss, %.0f ms with 5 %%\n", clean.delay_p95_ms, lossy.delay_p95_ms);
  EXPECT_LE(lossy.delay_p95_ms, clean.delay_p95_ms + to_ms(kRoundTrip));
}

TEST(WantedFigures, AnOnOffLink) {
  const LinkScenario scenario = made_links().at("on for 5 s, off for 5 s")();
  CallSimulation call(scenario.options);
  call.run();
  for (int end = 10; end <= 30; end += 10) {
    TimePoint first = TimePoint::max();
    for (const CallFrame& frame : call.frames())
      if (frame.shown && *frame.shown >= TimePoint{} + seconds(end)) first = std::min(first, *frame.shown);
    EXPECT_LE(to_ms(first - TimePoint{} - seconds(end)), to_ms(kRoundTrip) + 50);
  }
  EXPECT_LE(figures_of(call, measured_time(), milliseconds(20)).excess_p95_ms, 100);
}

// From the end of the handshake: 80 % of the link within three round trips, and no queue above 100 ms.
TEST(WantedFigures, AColdStart) {
  for (const char* name : {"constant 2", "constant 12"}) {
    const LinkScenario scenario = made_links().at(name)();
    CallSimulation call(scenario.options);
    TimePoint opened = TimePoint::max();
    call.network().every(TimePoint{}, milliseconds(1), [&](TimePoint now) {
      if (call.sender().phase() == transport::SendPhase::kOpen) opened = std::min(opened, now);
      return opened == TimePoint::max();
    });
    call.run_until(TimePoint{} + seconds(2));
    const auto& log = call.network().link(Side::kLeft).log();
    const TimePoint begin = opened + 3 * kRoundTrip;
    const double used = static_cast<double>(log.bytes_used(begin, begin + milliseconds(300)));
    const double share = used / static_cast<double>(log.bytes_offered(begin, begin + milliseconds(300)));
    const auto waits = log.queueing_delays(transport::LinkLog::Outages::kIncluded);
    std::printf("%s: %.2f of the link, queue %.0f ms at most\n", name, share,
                to_ms(transport::quantile(waits, 1)));
    EXPECT_GE(share, 0.8) << name;
    EXPECT_LE(to_ms(transport::quantile(waits, 1)), 100) << name;
  }
}

// Both ways: the estimate of the path's own delay follows, and the queue stays short.
TEST(WantedFigures, ARouteThatChanges) {
  for (const char* name : {"route 60 ms longer", "route 60 ms shorter"}) {
    const LinkScenario scenario = made_links().at(name)();
    CallSimulation call(scenario.options);
    scenario.during(call);
    call.run_until(TimePoint{} + seconds(28));
    const double longer = std::string(name) == "route 60 ms longer" ? 60 : 0;
    EXPECT_NEAR(to_ms(call.sender().stats().base_rtt), 40 + longer, 12) << name;
    EXPECT_LT(to_ms(call.sender().stats().queue_delay), 60) << name;
    const auto& log = call.network().link(Side::kLeft).log();
    const TimePoint end = TimePoint{} + seconds(28);
    const double used = static_cast<double>(log.bytes_used(end - seconds(8), end));
    EXPECT_GE(used, 0.85 * static_cast<double>(log.bytes_offered(end - seconds(8), end))) << name;
  }
}

// What long outages make of the probes in them is no sign of a policer: once the link is back it is used.
TEST(WantedFigures, OutagesAreTakenForNoPolicer) {
  LinkScenario scenario = made_links().at("constant 2")();
  scenario.options.forward_link.blackouts = {{seconds(3), seconds(15)}, {milliseconds(15'300), seconds(27)}};
  scenario.options.duration = seconds(32);
  CallSimulation call(scenario.options);
  call.run();
  const auto& log = call.network().link(Side::kLeft).log();
  const TimePoint end = TimePoint{} + seconds(32);
  const auto used = static_cast<double>(log.bytes_used(end - seconds(4), end));
  EXPECT_GE(used, 0.8 * static_cast<double>(log.bytes_offered(end - seconds(4), end)));
}

}  // namespace
}  // namespace skirret::test
