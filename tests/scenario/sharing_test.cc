#include <cstdio>

#include <gtest/gtest.h>

#include "tests/support/call_simulation.hh"
#include "tests/support/cubic_flow.hh"

// A call beside others on one link, in virtual time.
namespace skirret::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using transport::LinkEventKind;
using transport::Side;

constexpr Duration kOneWay = milliseconds(20);

TimePoint at(double since_start) {
  return TimePoint{} + Duration(static_cast<Duration::rep>(since_start * 1e9));
}

transport::Link shared_link(std::uint64_t bits_per_second, std::size_t queue_packets) {
  transport::LinkConfig config;
  config.delay = kOneWay;
  config.queue_packets = queue_packets;
  return transport::Link(std::make_unique<transport::ConstantOpportunities>(bits_per_second), config);
}

CallOptions call_for(Duration duration, std::uint64_t seed) {
  CallOptions options;
  options.duration = duration;
  options.seed = seed;
  options.coding_time = milliseconds(15);
  options.encoder = [] { return std::make_unique<ThreeCandidates>(); };
  return options;
}

// Bytes of a call's packets that its receiver got.
std::uint64_t received(CallSimulation& call) {
  const auto* session = call.receiver().session();
  return session == nullptr ? 0 : session->stats().bytes;
}

struct Against {
  double share = 0;      // of what both got, in the rival's time from 10 s after its begin
  double again = 0;      // of the whole link, in the last five seconds of fifteen after the rival's end
  double in_time = 1e9;  // after the rival's end: seconds until no longer competing
};

Against against_cubic(std::uint64_t rate, std::size_t queue_packets) {
  transport::VirtualNetwork network(shared_link(rate, queue_packets), shared_link(rate, queue_packets));
  CallSimulation call(call_for(seconds(60), 1), network, 0);
  CubicFlow rival(network, 2 * kOneWay, at(10), at(45));
  network.run_until(at(9.9));
  EXPECT_FALSE(call.sender().stats().competing);
  network.run_until(at(20));
  const auto ours = received(call);
  const auto theirs = rival.delivered_bytes();
  network.run_until(at(45));
  const auto ours_then = static_cast<double>(received(call) - ours);
  const auto theirs_then = static_cast<double>(rival.delivered_bytes() - theirs);
  Against result;
  result.share = ours_then / (ours_then + theirs_then);
  network.every(at(45), milliseconds(10), [&](TimePoint now) {
    if (call.sender().stats().competing) return true;
    result.in_time = std::min(result.in_time, to_seconds(now - at(45)));
    return false;
  });
  network.run_until(at(55));
  const auto before_last = received(call);
  network.run_until(at(60));
  result.again = 8 * static_cast<double>(received(call) - before_last) / 5 / static_cast<double>(rate);
  EXPECT_FALSE(call.sender().stats().competing);
  EXPECT_EQ(call.key_frames(), 1u);
  EXPECT_EQ(call.over_budget(), 0u);
  // The queue is short again.
  EXPECT_LT(to_ms(call.sender().stats().queue_delay), 100);
  std::printf("%.1f Mbit/s, %zu packets: %.2f of the link beside cubic, left after %.1f s\n",
              static_cast<double>(rate) * 1e-6, queue_packets, result.share, result.in_time);
  return result;
}

TEST(Sharing, BetweenAFifthAndFourFifthsBesideACubicFlow) {
  // Of the last four, the queue is about as long as our own target, or shorter.
  const std::vector<std::pair<std::uint64_t, std::size_t>> links = {
      {2'000'000, 64},   {2'000'000, 256}, {5'000'000, 64},  {5'000'000, 256}, {12'000'000, 256},
      {12'000'000, 128}, {12'000'000, 64}, {12'000'000, 48}, {8'000'000, 40}};
  for (const auto& [rate, queue] : links) {
    SCOPED_TRACE(std::to_string(rate) + " bit/s, queue " + std::to_string(queue));
    const Against result = against_cubic(rate, queue);
    EXPECT_GE(result.share, 0.2);
    EXPECT_LE(result.share, 0.8);
    EXPECT_LE(result.in_time, 5);
    EXPECT_GE(result.again, 0.7);  // the rival's losses are taken for no policer's
  }
}

// The second call begins ten seconds after the first.
TEST(Sharing, TwoCallsConverge) {
  for (const std::uint64_t rate : {1'500'000u, 5'000'000u, 12'000'000u, 20'000'000u}) {
    SCOPED_TRACE(rate);
    transport::VirtualNetwork network(shared_link(rate, 256), shared_link(rate, 256));
    CallSimulation first(call_for(seconds(60), 1), network, 0);
    network.run_until(at(10));
    CallSimulation second(call_for(seconds(60), 2), network, 1);
    network.run_until(at(20));
    const auto a = received(first), b = received(second);
    bool competed = false;
    network.every(at(10), milliseconds(10), [&](TimePoint) {
      competed = competed || first.sender().stats().competing || second.sender().stats().competing;
      return true;
    });
    network.run_until(at(40));
    EXPECT_FALSE(competed);
    const auto one = static_cast<double>(received(first) - a);
    const auto other = static_cast<double>(received(second) - b);
    std::printf("%.1f Mbit/s: %.0f and %.0f kbit/s\n", static_cast<double>(rate) * 1e-6, one * 8e-3 / 20,
                other * 8e-3 / 20);
    EXPECT_GE(std::min(one, other), 0.7 * std::max(one, other));
    EXPECT_GE(one + other, 0.75 * static_cast<double>(rate) / 8 * 20);
    EXPECT_EQ(first.key_frames() + second.key_frames(), 2u);
  }
}

}  // namespace
}  // namespace skirret::test
