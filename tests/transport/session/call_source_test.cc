#include <algorithm>

#include <gtest/gtest.h>

#include "tests/transport/session/call_options.hh"

// What frames are coded from in doubt, and frames that are given up because they became late.
namespace skirret::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

CallOptions lossy_call(double loss, std::uint64_t seed) {
  auto options = call_over(constant(4'000'000), constant(4'000'000));
  for (transport::LinkConfig* link : {&options.forward_link, &options.reverse_link}) {
    link->loss = loss;
    link->seed = seed;
  }
  options.duration = seconds(30);
  options.coding_time = milliseconds(10);
  options.seed = seed;
  return options;
}

void expect_sound(CallSimulation& call) {
  EXPECT_EQ(call.key_frames(), 1u) << "no key frame to recover";
  EXPECT_EQ(call.over_budget(), 0u);
  EXPECT_EQ(call.sender().stats().mismatches, 0u);
  EXPECT_LE(call.most_states_held(), 64u);
}

TEST(CallSources, NothingIsInDoubtWithoutALoss) {
  CallSimulation call(lossy_call(0, 1));
  std::size_t offered = 0;
  call.network().every(at_seconds(1), milliseconds(1), [&](TimePoint now) {
    offered += call.sender().second_source(now).has_value() ? 1 : 0;
    return true;
  });
  call.run();
  EXPECT_EQ(offered, 0u);
}

// Whenever there is a second source it is another one, may be coded from, and its odds are odds; after a loss
// one of the two is a state that the receiver holds.
TEST(CallSources, InDoubtTwoAreOffered) {
  CallSimulation call(lossy_call(0.05, 3));
  std::size_t offered = 0;
  std::size_t mending = 0;
  call.network().every(at_seconds(1), milliseconds(1), [&](TimePoint now) {
    const auto second = call.sender().second_source(now);
    if (!second) return true;
    ++offered;
    const auto first = call.sender().source(now);
    EXPECT_NE(second->frame, first.frame);
    EXPECT_TRUE(call.sender().may_code_in_doubt(second->frame));
    const auto odds_first = call.sender().odds(first.frame, now);
    const auto odds_second = call.sender().odds(second->frame, now);
    for (const auto& odds : {odds_first, odds_second}) {
      EXPECT_GE(odds.decodable, 0);
      EXPECT_LE(odds.decodable, 1);
      EXPECT_LE(odds.wait, milliseconds(500));
    }
    EXPECT_EQ(std::max(odds_first.decodable, odds_second.decodable), 1) << "one of them is held";
    mending += second->after_loss ? 0 : 1;
    return true;
  });
  call.run();
  EXPECT_GT(offered, 200u);
  EXPECT_GT(mending, 100u);
}

// Frames coded from a repaired chain race those coded from what is acknowledged: whichever is there first is
// shown, no state is ever confused, and nothing is lost by it.
TEST(CallSources, TwoSourceStatesMayRace) {
  std::size_t raced = 0;
  std::size_t shown_from_second = 0;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    SCOPED_TRACE(seed);
    std::size_t shown[2] = {};
    double p95[2] = {};
    for (const bool two : {false, true}) {
      auto options = lossy_call(0.06, seed);
      options.two_sources = two;
      CallSimulation call(std::move(options));
      call.run();
      expect_sound(call);
      const auto figures = call.figures(at_seconds(1), at_seconds(29));
      shown[two] = figures.shown;
      p95[two] = figures.delay_p95_ms;
      for (const CallFrame& frame : call.frames()) {
        raced += frame.from_second ? 1 : 0;
        shown_from_second += frame.from_second && frame.shown ? 1 : 0;
      }
    }
    EXPECT_GE(shown[1], shown[0] * 95 / 100);
    EXPECT_LE(p95[1], p95[0] + 40);
  }
  EXPECT_GT(raced, 8u);
  EXPECT_GT(shown_from_second, raced * 7 / 10) << "the odds were right";
}

// Each move of the sender begins with a careful pace, at which what still waits of a large frame would take
// long: the frame is given up for a newer one from a state that is held. With losses there is parity about,
// too.
TEST(CallSources, LateFramesAreAbandonedForNewerOnes) {
  for (const double loss : {0.0, 0.03}) {
    SCOPED_TRACE(loss);
    auto options = lossy_call(loss, 5);
    options.forward = constant(30'000'000);
    CallSimulation call(std::move(options));
    for (std::uint8_t k = 1; k < 10; ++k)
      call.network().at(at_seconds(3 * k + 0.0035 * k), [&call, k](TimePoint) {
        call.network().set_address(transport::Side::kLeft, transport::Address::ipv4({198, 51, 100, k}, k));
      });
    call.run();
    expect_sound(call);
    EXPECT_EQ(call.sender().stats().moves, 9u);
    EXPECT_GE(call.sender().stats().frames_abandoned, 3u);
    EXPECT_EQ(call.sender().stats().parity_packets > 50, loss > 0);
    for (int k = 1; k < 10; ++k) {
      const auto shown = call.first_shown_after(at_seconds(3 * k + 0.2));
      ASSERT_TRUE(shown);
      EXPECT_LE(to_seconds(*shown), 0.25) << "move " << k;
    }
    EXPECT_GE(call.figures(at_seconds(1), at_seconds(29)).shown, 28u * 30 * 9 / 10);
  }
}

}  // namespace
}  // namespace skirret::test
