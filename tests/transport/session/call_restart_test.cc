#include <algorithm>

#include <gtest/gtest.h>

#include "tests/transport/session/call_options.hh"
#include "transport/wire/envelope.hh"

namespace skirret::test {
namespace {

using std::chrono::seconds;
using Kind = transport::SendEvent::Kind;

CallOptions short_call() {
  auto options = call_over(constant(3'000'000), constant(3'000'000));
  options.duration = seconds(20);
  return options;
}

std::size_t count(const CallSimulation& call, Kind kind) {
  return static_cast<std::size_t>(
      std::ranges::count(call.sender_events(), kind, &transport::SendEvent::kind));
}

TEST(CallRestart, ARestartedReceiverIsFoundAndGetsAKeyFrame) {
  CallSimulation call(short_call());
  call.network().at(at_seconds(8), [&](TimePoint now) { call.restart_receiver(now); });
  call.run();
  EXPECT_EQ(count(call, Kind::kPeerRestarted), 1u);
  EXPECT_EQ(call.key_frames(), 2u);
  const auto shown = call.first_shown_after(at_seconds(8.1));
  ASSERT_TRUE(shown);
  EXPECT_LE(to_seconds(*shown), 0.9);
  EXPECT_GE(call.figures(at_seconds(9), at_seconds(19)).shown, 280u);
}

TEST(CallRestart, ARestartedSenderTakesTheReceiverOver) {
  CallSimulation call(short_call());
  call.network().at(at_seconds(8), [&](TimePoint now) { call.restart_sender(now); });
  call.run();
  EXPECT_EQ(call.sender().phase(), transport::SendPhase::kOpen);
  EXPECT_EQ(call.key_frames(), 2u);
  const auto shown = call.first_shown_after(at_seconds(8.1));
  ASSERT_TRUE(shown);
  EXPECT_LE(to_seconds(*shown), 0.9);
  EXPECT_GE(call.figures(at_seconds(9), at_seconds(19)).shown, 280u);
}

TEST(CallRestart, AClosedSessionEndsAtOnceOnBothSides) {
  CallSimulation call(short_call());
  call.run_until(at_seconds(5));
  call.sender().close(transport::CloseReason::kDone, "the clip is over", call.network().now());
  call.run_until(at_seconds(6));
  EXPECT_EQ(call.sender().phase(), transport::SendPhase::kClosed);
  EXPECT_EQ(call.receiver().session(), nullptr);
  EXPECT_EQ(call.sender().next_deadline(), kNever);
}

TEST(CallRestart, AReceiverThatClosesTellsWhy) {
  CallSimulation call(short_call());
  call.run_until(at_seconds(5));
  call.receiver().close(transport::CloseReason::kFault, "disk full", call.network().now());
  call.run_until(at_seconds(6));
  EXPECT_EQ(call.sender().phase(), transport::SendPhase::kClosed);
  EXPECT_NE(call.sender().closed_because().find("disk full"), std::string::npos);
}

TEST(CallRestart, APeerThatVanishesIsGivenUpAfterTheStatedTime) {
  auto options = short_call();
  options.duration = seconds(40);
  options.send.silence_timeout = seconds(12);
  CallSimulation call(std::move(options));
  call.network().at(at_seconds(5), [&](TimePoint) { call.network().detach(transport::Side::kRight); });
  call.run_until(at_seconds(16.9));
  EXPECT_EQ(call.sender().phase(), transport::SendPhase::kOpen);
  call.run_until(at_seconds(17.2));
  EXPECT_EQ(call.sender().phase(), transport::SendPhase::kClosed);
  EXPECT_NE(call.sender().closed_because().find("no answer"), std::string::npos);
  EXPECT_EQ(count(call, Kind::kClosed), 1u);
}

TEST(CallRestart, NobodyThereIsToldAsTheProgramsPromise) {
  auto options = short_call();
  options.send.peer_name = "example.org:4000";
  CallSimulation call(std::move(options));
  call.network().detach(transport::Side::kRight);
  call.run_until(at_seconds(11));
  EXPECT_EQ(call.sender().phase(), transport::SendPhase::kClosed);
  EXPECT_EQ(call.sender().closed_because(),
            "no answer from example.org:4000: is it running, is the link complete?");
}

TEST(CallRestart, AClockThatJumpsIsAPauseAndEndsNothing) {
  CallSimulation call(short_call());
  call.run_until(at_seconds(5));
  // The machine slept for two minutes: both ends see time leap without having been asked between.
  const TimePoint later = call.network().now() + seconds(120);
  call.sender().tick(later);
  EXPECT_EQ(call.sender().phase(), transport::SendPhase::kOpen);
  call.receiver().tick(later);
  EXPECT_NE(call.receiver().session(), nullptr);
}

TEST(CallRestart, AReceiverThatTakesItsTimeIsFoundSoonAfterItsReturn) {
  for (const double away : {0.3, 0.7, 1.0, 1.3, 1.7, 2.1, 2.5, 2.9}) {
    auto options = short_call();
    options.duration = seconds(10);
    CallSimulation call(std::move(options));
    call.network().at(at_seconds(5), [&](TimePoint) { call.network().detach(transport::Side::kRight); });
    call.network().at(at_seconds(5 + away), [&](TimePoint now) { call.restart_receiver(now); });
    call.run();
    EXPECT_EQ(count(call, Kind::kPeerRestarted), 1u) << away;
    const auto shown = call.first_shown_after(at_seconds(5 + away));
    ASSERT_TRUE(shown) << away;
    EXPECT_LE(to_seconds(*shown), 0.9) << away;
  }
}

// Nor do the hellos that look for a restarted receiver fill a path that may carry a packet a second.
TEST(CallRestart, AnOutageIsNotFilledWithHellos) {
  auto options = short_call();
  const std::vector<transport::TimeWindow> outage{{seconds(5), seconds(10)}};
  options.forward_link.blackouts = options.reverse_link.blackouts = outage;
  CallSimulation call(std::move(options));
  std::size_t hellos = 0;
  std::size_t bytes = 0;
  call.network().tap([&](transport::Side from, Bytes datagram, TimePoint now) {
    const bool sealed = transport::kind_of(datagram) == transport::DatagramKind::kData;
    if (from != transport::Side::kLeft || now < at_seconds(5) || sealed) return true;
    ++hellos;
    bytes += datagram.size();
    return true;
  });
  call.run_until(at_seconds(10));
  EXPECT_GE(hellos, 5u);
  EXPECT_LE(hellos, 8u);
  EXPECT_LE(bytes, 5u * 200);
  call.run();
  EXPECT_EQ(count(call, Kind::kPeerRestarted), 0u);
  EXPECT_EQ(call.key_frames(), 1u);
}

// An idle session is quiet, and nobody doubts it; nor do hellos take part in a call that goes well.
TEST(CallRestart, ACallThatGoesWellAsksForNothing) {
  auto options = short_call();
  CallSimulation call(std::move(options));
  std::size_t hellos = 0;
  call.network().tap([&](transport::Side from, Bytes datagram, TimePoint now) {
    const auto kind = transport::kind_of(datagram);
    if (from == transport::Side::kLeft && now > at_seconds(1) && kind != transport::DatagramKind::kData)
      ++hellos;
    return true;
  });
  call.run();
  call.run_until(at_seconds(30));  // no frames any more
  EXPECT_EQ(hellos, 0u);
  EXPECT_EQ(call.sender().phase(), transport::SendPhase::kOpen);
}

}  // namespace
}  // namespace skirret::test
