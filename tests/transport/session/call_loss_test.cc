#include <algorithm>

#include <gtest/gtest.h>

#include "tests/transport/session/call_options.hh"

namespace skirret::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kRoundTrip = milliseconds(40);
constexpr Duration kFrame = milliseconds(34);

// What our own packets that wait in the link's queue at its return take to drain, at its rate.
Duration drain_of(std::size_t queued_bytes, double bits_per_second) {
  return Duration(static_cast<Duration::rep>(static_cast<double>(queued_bytes) * 8e9 / bits_per_second));
}

TEST(CallWithOutages, APictureCapturedAfterTheReturnIsShownAtOnce) {
  for (const std::uint64_t rate : {800'000u, 5'000'000u}) {
    for (const double loss : {0.0, 0.05}) {
      SCOPED_TRACE(std::to_string(rate) + " bit/s, loss " + std::to_string(loss));
      std::vector<transport::TimeWindow> outages;
      for (int i = 0; i < 5; ++i) outages.push_back({seconds(5 + 6 * i), seconds(7 + 6 * i)});
      auto options = call_over(constant_with_outages(rate, outages), constant(5'000'000));
      options.forward_link.loss = loss;
      options.duration = seconds(36);
      CallSimulation call(std::move(options));
      std::vector<std::size_t> queued;
      for (const auto& outage : outages)
        call.network().at(TimePoint{} + outage.end, [&](TimePoint) {
          queued.push_back(call.network().link(transport::Side::kLeft).queued_bytes());
        });
      call.run();
      for (std::size_t i = 0; i < outages.size(); ++i) {
        const auto shown = call.first_shown_after(TimePoint{} + outages[i].end);
        ASSERT_TRUE(shown);
        const Duration drain = drain_of(queued[i], static_cast<double>(rate));
        // With random loss the first picture itself may lose a packet: the next one is as soon as a repair.
        const Duration second_try = loss > 0 ? kRoundTrip + 2 * kFrame : Duration::zero();
        EXPECT_LE(to_ms(*shown), to_ms(2 * kRoundTrip + kFrame + drain + second_try)) << "outage " << i;
        EXPECT_LT(to_ms(drain), 250);
      }
      EXPECT_EQ(call.key_frames(), 1u);
      EXPECT_EQ(call.over_budget(), 0u);
      EXPECT_EQ(call.sender().stats().mismatches, 0u);
    }
  }
}

// The same when the radio loses everything that is sent during the outage instead of holding it.
TEST(CallWithOutages, ABlackoutIsRecoveredFromAsFast) {
  auto options = call_over(constant(3'000'000), constant(3'000'000));
  options.forward_link.blackouts = {{seconds(5), seconds(7)}, {seconds(12), seconds(14)}};
  options.duration = seconds(20);
  CallSimulation call(std::move(options));
  call.run();
  for (const int end : {7, 14}) {
    const auto shown = call.first_shown_after(at_seconds(end));
    ASSERT_TRUE(shown);
    EXPECT_LE(to_ms(*shown), 2 * 40 + 34 + 50 + 20);  // a probe each 50 ms finds the link again
  }
  EXPECT_EQ(call.key_frames(), 1u);
}

TEST(CallWithOutages, WithoutAcksTheForwardPathGoesOn) {
  auto options = call_over(constant(3'000'000), constant_with_outages(3'000'000, {{seconds(5), seconds(7)}}));
  options.duration = seconds(12);
  CallSimulation call(std::move(options));
  call.run();
  std::size_t shown_meanwhile = 0;
  for (const CallFrame& frame : call.frames())
    if (frame.captured > at_seconds(5.2) && frame.captured < at_seconds(7) && frame.shown) ++shown_meanwhile;
  EXPECT_GE(shown_meanwhile, 18u);  // the smallest candidates, as probes
  const auto shown = call.first_shown_after(at_seconds(7));
  ASSERT_TRUE(shown);
  EXPECT_LE(to_ms(*shown), 2 * 40 + 34);
  EXPECT_EQ(call.key_frames(), 1u);
  EXPECT_EQ(call.sender().stats().packets_lost, 0u);
}

TEST(CallWithOutages, ProbesStayFewAndSmall) {
  auto options =
      call_over(constant_with_outages(3'000'000, {{seconds(5), seconds(25)}}), constant(3'000'000));
  options.duration = seconds(30);
  CallSimulation call(std::move(options));
  std::size_t before = 0;
  call.network().at(at_seconds(5.5), [&](TimePoint) { before = call.sender().stats().packets_sent; });
  std::size_t most = 0;
  call.network().every(at_seconds(5), milliseconds(10), [&](TimePoint) {
    most = std::max(most, call.sender().stats().probes_outstanding);
    return true;
  });
  call.run_until(at_seconds(25));
  EXPECT_EQ(most, 40u);
  EXPECT_LE(call.sender().stats().packets_sent - before, 40u + 4 * 20);
  const std::size_t queued = call.network().link(transport::Side::kLeft).queued_bytes();
  call.run();
  const auto shown = call.first_shown_after(at_seconds(25));
  ASSERT_TRUE(shown);
  EXPECT_LE(to_ms(*shown), 2 * 40 + 34 + to_ms(drain_of(queued, 3e6)));
  EXPECT_EQ(call.key_frames(), 1u);
}

TEST(CallWithLoss, PicturesKeepComingAndNoKeyFrameIsSent) {
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    SCOPED_TRACE(seed);
    auto options = call_over(constant(2'000'000), constant(2'000'000));
    options.forward_link.loss = 0.05;
    options.reverse_link.loss = 0.05;
    options.forward_link.seed = options.reverse_link.seed = options.seed = seed;
    options.duration = seconds(30);
    CallSimulation call(std::move(options));
    call.run();
    std::vector<Duration> waits;
    for (double t = 1; t < 28; t += 0.1)
      waits.push_back(call.first_shown_after(at_seconds(t)).value_or(seconds(10)));
    EXPECT_LE(to_ms(transport::quantile(waits, 0.95)), 2 * 40 + 34 + 75);
    EXPECT_LE(to_ms(transport::quantile(waits, 1)), 500);
    EXPECT_GE(call.figures(at_seconds(1), at_seconds(28)).shown, 27u * 30 * 7 / 10);
    EXPECT_EQ(call.key_frames(), 1u);
    EXPECT_EQ(call.over_budget(), 0u);
    EXPECT_EQ(call.sender().stats().mismatches, 0u);
  }
}

TEST(CallWithReordering, IsNoLoss) {
  auto options = call_over(constant(3'000'000), constant(3'000'000));
  options.forward_link.reorder = 0.05;
  options.forward_link.reorder_delay = milliseconds(8);
  options.forward_link.duplicate = 0.05;
  options.duration = seconds(20);
  CallSimulation call(std::move(options));
  call.run();
  const auto stats = call.sender().stats();
  EXPECT_LT(static_cast<double>(stats.packets_lost), 0.005 * static_cast<double>(stats.packets_sent));
  EXPECT_GE(call.figures(at_seconds(2), at_seconds(19)).shown, 17u * 30 * 9 / 10);
  EXPECT_EQ(call.key_frames(), 1u);
}

}  // namespace
}  // namespace skirret::test
