#include "transport/session/held_states.hh"

#include <gtest/gtest.h>

#include "tests/transport/session/call_options.hh"

namespace skirret::test {
namespace {

using std::chrono::seconds;
using transport::FrameNumber;
using transport::HeldStates;

TEST(HeldStates, DropsOnlyBelowTheOldestNeededOrAtTheCap) {
  HeldStates states(4, 1u << 30);
  for (FrameNumber number = 1; number <= 4; ++number) states.add(number, {number}, 1000);
  EXPECT_TRUE(states.take_dropped().empty());
  states.need_from(3);
  EXPECT_EQ(states.take_dropped(), (std::vector<FrameNumber>{1, 2}));
  states.need_from(2);  // never goes back
  EXPECT_EQ(states.oldest_needed(), 3u);
  for (FrameNumber number = 5; number <= 8; ++number) states.add(number, {number}, 1000);
  EXPECT_EQ(states.numbers(), (std::vector<FrameNumber>{3, 6, 7, 8}));  // the oldest needed stays
}

TEST(HeldStates, TheCapInBytesIsAnnouncedAsACount) {
  HeldStates states(64, 10'000'000);
  EXPECT_EQ(states.announced_states(), 64u);
  states.add(1, {1}, 1'500'000);
  EXPECT_EQ(states.announced_states(), 6u);
  states.add(2, {2}, 900'000'000);
  EXPECT_EQ(states.announced_states(), HeldStates::kLeastStates);
}

TEST(HeldStates, IdsAreToldUntilTheSenderHasSettledThem) {
  HeldStates states(64, 1u << 30);
  states.add(1, {11}, 1000);
  states.add(2, {22}, 1000);
  states.need_from(1);
  std::vector<transport::AckedFrame> told;
  states.describe(told);
  ASSERT_EQ(told.size(), 2u);
  EXPECT_FALSE(told[0].id);
  EXPECT_EQ(told[1].id, StateId{22});
  for (FrameNumber number = 3; number <= 20; ++number) states.add(number, {number}, 1000);
  told.clear();
  states.describe(told);
  std::size_t ids = 0;
  for (const auto& frame : told) ids += frame.id ? 1 : 0;
  EXPECT_EQ(ids, HeldStates::kIdsInAnAck);
  EXPECT_EQ(told.back().id, StateId{20});
}

// A cap so small that a few pictures in flight reach it: the call goes on, from states that are held.
TEST(CallAtTheCap, GoesOnWithFewStates) {
  for (const std::uint32_t cap : {3u, 4u, 8u}) {
    SCOPED_TRACE(cap);
    auto options = call_over(constant(3'000'000), constant(3'000'000));
    options.forward_link.loss = 0.02;
    options.receive.max_states = cap;
    options.duration = seconds(20);
    CallSimulation call(std::move(options));
    call.run();
    EXPECT_LE(call.most_states_held(), cap);
    EXPECT_EQ(call.key_frames(), 1u);
    EXPECT_EQ(call.sender().stats().mismatches, 0u);
    EXPECT_GE(call.figures(at_seconds(1), at_seconds(19)).shown, cap == 3 ? 100u : 150u);
  }
}

// Without acks the sender stops coding frames before the state it would fall back to leaves the cap.
TEST(CallAtTheCap, ALongAckOutageStaysWithinIt) {
  auto options =
      call_over(constant(3'000'000), constant_with_outages(3'000'000, {{seconds(5), seconds(15)}}));
  options.duration = seconds(20);
  CallSimulation call(std::move(options));
  call.run();
  EXPECT_LE(call.most_states_held(), 64u);
  for (const Duration delay :
       call.delays_without_queue(at_seconds(15), at_seconds(16)))  // a hello among the probes
    EXPECT_LE(to_ms(delay), 2 * 40 + 34 + 2);
  EXPECT_EQ(call.key_frames(), 1u);
  EXPECT_EQ(call.sender().stats().mismatches, 0u);
}

}  // namespace
}  // namespace skirret::test
