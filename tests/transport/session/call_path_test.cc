#include <algorithm>

#include <gtest/gtest.h>

#include "tests/transport/session/call_options.hh"

// What the path carries, marks, and forgets: sizes of datagrams, congestion marks, machines that sleep.
namespace skirret::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using transport::Side;

CallOptions short_call() {
  auto options = call_over(constant(40'000'000), constant(40'000'000));
  options.duration = seconds(20);
  return options;
}

// Drops what is longer than `limit` bytes, forwards.
void limit_size(CallSimulation& call, const std::size_t& limit, std::size_t& longest) {
  call.network().tap([&limit, &longest](Side from, Bytes datagram, TimePoint) {
    if (from == Side::kLeft && datagram.size() <= limit) longest = std::max(longest, datagram.size());
    return from != Side::kLeft || datagram.size() <= limit;
  });
}

TEST(CallPath, LongerDatagramsAreUsedWhereThePathCarriesThem) {
  for (const std::size_t limit : {1200u, 1372u, 1400u, 1472u}) {
    CallSimulation call(short_call());
    std::size_t longest = 0;
    limit_size(call, limit, longest);
    call.run();
    EXPECT_EQ(call.sender().stats().datagram, limit == 1400 ? 1372u : limit);
    EXPECT_LE(longest, limit);
    EXPECT_GE(longest, (limit == 1400 ? 1372u : limit) - 32) << "frames use them";
    EXPECT_EQ(call.key_frames(), 1u);
    EXPECT_GE(call.figures(at_seconds(1), at_seconds(19)).shown, 18u * 30 * 95 / 100) << limit;
  }
}

TEST(CallPath, AProbeThatIsLostIsNoLossOfTheCall) {
  CallSimulation call(short_call());
  const std::size_t limit = 1200;
  std::size_t longest = 0;
  limit_size(call, limit, longest);
  call.run();
  EXPECT_EQ(call.sender().stats().loss, 0) << "parity is not measured by it";
  EXPECT_EQ(call.sender().stats().parity_packets, call.sender().stats().parity_packets);
  EXPECT_EQ(call.sender().stats().fragments_resent, 0u);
}

TEST(CallPath, APathThatSwallowsLongDatagramsIsNoticed) {
  auto options = short_call();
  CallSimulation call(std::move(options));
  std::size_t limit = 1472;
  std::size_t longest = 0;
  limit_size(call, limit, longest);
  call.run_until(at_seconds(8));
  EXPECT_EQ(call.sender().stats().datagram, 1472u);
  limit = 1250;
  call.run();
  EXPECT_EQ(call.sender().stats().datagram, 1200u);
  const auto shown = call.first_shown_after(at_seconds(8));
  ASSERT_TRUE(shown);
  EXPECT_LE(to_seconds(*shown), 1.0);
  EXPECT_EQ(call.key_frames(), 1u);
  EXPECT_GE(call.figures(at_seconds(10), at_seconds(19)).shown, 9u * 30 * 9 / 10);
}

TEST(CallPath, ANewPathBeginsWithShortDatagrams) {
  CallSimulation call(short_call());
  call.run_until(at_seconds(5));
  EXPECT_EQ(call.sender().stats().datagram, 1472u);
  call.network().set_address(Side::kRight, transport::Address::ipv4({198, 51, 100, 7}, 777));
  call.run_until(at_seconds(5.9));
  EXPECT_EQ(call.sender().stats().moves, 1u);
  EXPECT_EQ(call.sender().stats().datagram, 1200u);
  call.run();
  EXPECT_EQ(call.sender().stats().datagram, 1472u);
}

// A router that marks what finds 20 packets in its queue: the marks come back in acks, and it is left alone.
TEST(CallPath, MarksOfCongestionAreHeeded) {
  const auto queue_p95 = [](bool marking) {
    auto options = short_call();
    CallSimulation call(std::move(options));
    call.mark_above(marking ? 4 : SIZE_MAX);
    call.run();
    EXPECT_EQ(call.sender().stats().marked > 0, marking);
    if (marking) {
      EXPECT_EQ(call.receiver().session()->stats().marked, call.sender().stats().marked);
    }
    const auto figures = call.figures(at_seconds(5), at_seconds(19));
    EXPECT_GE(figures.shown, 14u * 30 * 9 / 10);
    EXPECT_GE(figures.use, 0.3);
    return figures.queue_p95_ms;
  };
  EXPECT_LT(queue_p95(true), queue_p95(false));
}

// One end's machine sleeps for minutes. Its clock may go on meanwhile, or stand still.
void expect_call_survives(Side sleeper, Duration sleep, bool clock_stands_still) {
  SCOPED_TRACE(std::to_string(to_seconds(sleep)) + (clock_stands_still ? " s, clock stopped" : " s"));
  auto options = short_call();
  options.duration = seconds(20) + sleep;
  CallSimulation call(std::move(options));
  call.network().at(at_seconds(8), [&](TimePoint) { call.suspend(sleeper, sleep, clock_stands_still); });
  call.run();
  EXPECT_EQ(call.sender().phase(), transport::SendPhase::kOpen);
  const TimePoint awake = at_seconds(8) + sleep;
  const auto shown = call.first_shown_after(awake);
  ASSERT_TRUE(shown);
  EXPECT_LE(to_seconds(*shown), 1.0);
  EXPECT_GE(call.figures(awake + seconds(1), awake + seconds(11)).shown, 10u * 30 * 9 / 10);
  EXPECT_EQ(call.sender().stats().mismatches, 0u);
}

TEST(CallSuspend, TheSendersMachineSleeps) {
  for (const Duration sleep : {Duration(seconds(20)), Duration(minutes(10))}) {
    expect_call_survives(Side::kLeft, sleep, false);
    expect_call_survives(Side::kLeft, sleep, true);
  }
}

TEST(CallSuspend, TheReceiversMachineSleeps) {
  expect_call_survives(Side::kRight, seconds(20), false);
  expect_call_survives(Side::kRight, seconds(20), true);
}

}  // namespace
}  // namespace skirret::test
