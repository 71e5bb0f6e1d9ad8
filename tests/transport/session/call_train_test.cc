#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/link_sources.hh"
#include "tests/transport/session/call_options.hh"

// How a frame's packets leave one behind the other, and what is learnt from them.
namespace skirret::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using transport::Side;

// By frame interval: from the first to the last full packet that left the sender within it.
std::vector<Duration> spreads(CallSimulation& call, Duration interval) {
  struct Train {
    TimePoint first{};
    TimePoint last{};
    std::int64_t number = -1;
  };
  std::vector<Train> trains;
  call.network().tap([&](Side from, Bytes datagram, TimePoint now) {
    if (from != Side::kLeft || datagram.size() < 600 || now < at_seconds(3)) return true;
    const std::int64_t number = now.time_since_epoch() / interval;
    if (trains.empty() || trains.back().number != number) trains.push_back({now, now, number});
    trains.back().last = now;
    return true;
  });
  call.run();
  std::vector<Duration> result;
  for (const Train& train : trains) result.push_back(train.last - train.first);
  std::ranges::sort(result);
  return result;
}

// Frames that the link carries in 5 ms have left within 5 ms, and none as one burst.
TEST(CallTrain, AFrameIsSpreadOverFiveMillisecondsWhereTheEstimateAllows) {
  for (const std::uint64_t mbps : {5u, 12u, 40u}) {
    auto options = call_over(constant(mbps * 1'000'000), constant(mbps * 1'000'000));
    options.duration = seconds(10);
    options.send.longest_datagram = options.send.max_datagram;
    const std::size_t largest = mbps * 1'000'000 / 8 * 5 / 1000;
    options.encoder = [=] { return std::make_unique<SyntheticEncoder>(600, largest); };
    CallSimulation call(options);
    const auto spread = spreads(call, options.frame_interval);
    ASSERT_GT(spread.size(), 180u);
    EXPECT_LE(spread[spread.size() * 99 / 100], milliseconds(5)) << mbps;
    if (largest > 5000) {
      EXPECT_GE(spread[spread.size() / 2], milliseconds(1)) << mbps << ": paced";
    }
    EXPECT_LE(call.figures(at_seconds(3), at_seconds(10)).queue_p95_ms, 10) << mbps;
  }
}

// Small frames alone in their packets tell nothing of a link that has grown: padding behind them does.
TEST(CallTrain, PaddingFindsALinkThatGrewUnderAnApplicationThatSendsLittle) {
  auto options = call_over({}, constant(5'000'000));
  options.forward = [] {
    return std::make_unique<SteppedOpportunities>(
        std::vector<SteppedOpportunities::Step>{{seconds(0), 100'000}, {seconds(10), 4'000'000}});
  };
  options.duration = seconds(20);
  options.encoder = [] { return std::make_unique<SyntheticEncoder>(100, 200); };
  CallSimulation call(options);
  call.run_until(at_seconds(9.9));
  EXPECT_LE(call.sender().stats().capacity_bps, 200'000);
  call.run_until(at_seconds(15));
  EXPECT_GE(call.sender().stats().capacity_bps, 1'500'000);
  call.run();
  const auto stats = call.sender().stats();
  EXPECT_GT(stats.padding_packets, 10u);
  EXPECT_LE(stats.padding_packets, 20u * 6) << "now and then";
  EXPECT_EQ(call.over_budget(), 0u);
  EXPECT_LE(call.figures(at_seconds(2), at_seconds(20)).queue_p95_ms, 100 + 120)
      << "two packets at 0.1 Mbit/s";
}

// Whose frames fill packets needs no padding.
TEST(CallTrain, AnApplicationThatUsesItsBudgetIsNotPadded) {
  auto options = call_over(constant(2'000'000), constant(2'000'000));
  options.duration = seconds(10);
  CallSimulation call(options);
  call.run();
  EXPECT_EQ(call.sender().stats().padding_packets, 0u);
}

}  // namespace
}  // namespace skirret::test
