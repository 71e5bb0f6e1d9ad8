#include <cstdio>
#include <cstdlib>
#include <functional>

#include <gtest/gtest.h>

#include "tools/bench/virtual/simulated_call.hh"

// The whole call, codec included, in virtual time: what loss, outages and restarts do to what is shown.
namespace skirret::test {
namespace {

using bench::CallSetup;
using bench::moving_scene;
using bench::PictureSource;
using bench::SimulatedCall;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kOneWay = milliseconds(20);
constexpr Duration kRoundTrip = 2 * kOneWay;
constexpr Duration kFrame = std::chrono::nanoseconds(33'333'333);

TimePoint at(Duration since_start) {
  return TimePoint{} + since_start;
}

CallSetup setup(std::uint64_t bits_per_second = 2'000'000) {
  CallSetup made;
  made.forward = std::make_unique<transport::ConstantOpportunities>(bits_per_second);
  made.reverse = std::make_unique<transport::ConstantOpportunities>(bits_per_second);
  made.forward_config.delay = made.reverse_config.delay = kOneWay;
  made.forward_config.queue_packets = made.reverse_config.queue_packets = 256;
  made.source = moving_scene({160, 96}, 7);
  return made;
}

void cut(transport::LinkConfig& link, Duration begin, Duration end) {
  link.blackouts.push_back({begin, end});
}

// Time from `moment` to the first display of a frame captured at or after it.
Duration shown_after(const SimulatedCall& call, Duration moment) {
  std::uint64_t frame = UINT64_MAX;
  for (const auto& captured : call.captures())
    if (captured.at >= at(moment)) {
      frame = captured.frame;
      break;
    }
  for (const auto& shown : call.shown())
    if (shown.frame >= frame && shown.at >= at(moment)) {
      return shown.at - at(moment);
    }
  return Duration::max();
}

// What a frame needs at best: capture interval, coding, the way, decoding; with slack for pacing.
Duration best_case(const CallSetup& of) {
  return kFrame + of.coding_time + kOneWay + of.decode_time + milliseconds(25);
}

TEST(Call, ShowsEveryFrameOnAGoodLink) {
  SimulatedCall call(setup());
  call.run_until(at(seconds(10)));
  EXPECT_EQ(call.key_frames_sent(), 1u);
  EXPECT_EQ(call.over_budget(), 0u);
  EXPECT_GE(call.shown().size(), 280u);
  const auto delays = call.delays(at(seconds(1)), at(seconds(9)));
  EXPECT_LE(transport::quantile(delays, 0.95), milliseconds(110));
  for (const auto& frame : call.frames()) EXPECT_GE(frame.candidates.size(), 3u);
}

// A machine that takes a third of a second for a frame leaves long pauses; they say nothing about the link.
TEST(Call, ASlowEncoderIsNoSlowLink) {
  auto made = setup(5'000'000);
  made.source = moving_scene({320, 176}, 7);
  made.coding_time = milliseconds(330);
  SimulatedCall call(std::move(made));
  call.run_until(at(seconds(6)));
  ASSERT_GE(call.shown().size(), 14u);
  EXPECT_LE(call.shown().front().at, at(milliseconds(600)));
  EXPECT_EQ(call.key_frames_sent(), 1u);
  for (const auto& frame : call.frames())
    EXPECT_TRUE(frame.sent) << frame.frame << " budget " << frame.budget;
  EXPECT_GE(call.frames().back().budget, 20'000u);
}

TEST(Call, RepeatsExactly) {
  const auto run = [] {
    auto made = setup(800'000);
    made.forward_config.loss = 0.03;
    SimulatedCall call(std::move(made));
    call.run_until(at(seconds(6)));
    std::vector<std::tuple<TimePoint, std::uint64_t, StateId>> shown;
    for (const auto& one : call.shown()) shown.emplace_back(one.at, one.frame, one.state);
    return shown;
  };
  const auto once = run();
  EXPECT_FALSE(once.empty());
  EXPECT_EQ(once, run());
}

// What is promised after a loss or an outage: a frame captured after the link's return is shown within two
// round trips and a frame interval (and the declared time for coding and decoding, and what our own queue
// takes to drain).
Duration promised(const CallSetup& of) {
  return 2 * kRoundTrip + kFrame + of.coding_time + of.decode_time;
}

// Holds for every frame here, also for those that are hit themselves.
TEST(Call, SurvivesRandomLossWithoutAKeyFrame) {
  std::vector<Duration> delays;
  const std::uint64_t seeds = std::getenv("SKIRRET_LONG") != nullptr ? 40 : 5;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    SCOPED_TRACE(seed);
    auto made = setup();
    const Duration limit = promised(made);
    made.forward_config.loss = made.reverse_config.loss = 0.05;
    made.forward_config.seed = seed;
    made.reverse_config.seed = 100 + seed;
    SimulatedCall call(std::move(made));
    call.run_until(at(seconds(12)));
    EXPECT_EQ(call.key_frames_sent(), 1u);
    EXPECT_EQ(call.over_budget(), 0u);
    EXPECT_GT(call.losses_seen(), 10u);
    EXPECT_GE(call.shown().size(), 340u);
    EXPECT_EQ(call.send_stats().mismatches, 0u);
    EXPECT_EQ(call.receiver().refused(), 0u);
    const auto found = call.delays(at(seconds(1)), at(seconds(11)));
    EXPECT_LE(to_ms(transport::quantile(found, 1)), to_ms(limit));
    delays.insert(delays.end(), found.begin(), found.end());
  }
  std::printf("5 %% loss: shown after p50 %.1f, p95 %.1f, p99.9 %.1f, at most %.1f ms\n",
              to_ms(transport::quantile(delays, 0.5)), to_ms(transport::quantile(delays, 0.95)),
              to_ms(transport::quantile(delays, 0.999)), to_ms(transport::quantile(delays, 1)));
}

// The ends of outages in every phase of capture, probe and acknowledgement.
std::vector<Duration> many_ends() {
  std::vector<Duration> ends;
  for (int k = 0; k < 14; ++k) ends.emplace_back(milliseconds(3000 + 5 * k));
  return ends;
}

// A call with an outage of two seconds that ends in many phases. `begin_outage` puts it into the setup.
void expect_promise_after(const std::function<void(CallSetup&, Duration begin, Duration end)>& put_outage) {
  Duration worst{};
  for (const Duration end : many_ends()) {
    auto made = setup();
    const Duration limit = promised(made);
    put_outage(made, end - seconds(2), end);
    SimulatedCall call(std::move(made));
    std::size_t queued = 0;
    call.network().at(
        at(end), [&](TimePoint) { queued = call.network().link(transport::Side::kLeft).queued_bytes(); });
    call.run_until(at(end + milliseconds(200)));
    const Duration drain = std::chrono::microseconds(queued * 8 / 2);  // at 2 Mbit/s
    EXPECT_LE(to_ms(drain), 80);  // the queue target, the packets on top, the probes of the outage
    EXPECT_LE(to_ms(shown_after(call, end)), to_ms(limit + drain)) << to_ms(end);
    worst = std::max(worst, shown_after(call, end));
    EXPECT_EQ(call.key_frames_sent(), 1u);
    EXPECT_EQ(call.over_budget(), 0u);
    EXPECT_EQ(call.send_stats().mismatches, 0u);
  }
  std::printf("shown at most %.1f ms after the link's return\n", to_ms(worst));
}

TEST(Call, ShowsNewFramesSoonAfterABlackout) {
  expect_promise_after([](CallSetup& made, Duration begin, Duration end) {
    cut(made.forward_config, begin, end);
    cut(made.reverse_config, begin, end);
  });
}

// An outage's probes are all outdated by the one that comes through: sixteen of them sent again once took the
// place of the next picture.
TEST(Call, RepairsNoProbes) {
  auto made = setup();
  cut(made.forward_config, milliseconds(1010), milliseconds(3010));
  cut(made.reverse_config, milliseconds(1010), milliseconds(3010));
  SimulatedCall call(std::move(made));
  call.run_until(at(milliseconds(3500)));
  EXPECT_GT(call.send_stats().probes, 10u);
  EXPECT_LE(call.send_stats().fragments_resent, 2u);
}

TEST(Call, ShowsNewFramesSoonAfterABlackoutOfTheWayThere) {
  expect_promise_after(
      [](CallSetup& made, Duration begin, Duration end) { cut(made.forward_config, begin, end); });
}

// The link keeps its queue through the outage (a radio out of coverage) instead of losing packets.
TEST(Call, AHeldLinkDrainsAndGoesOn) {
  expect_promise_after([](CallSetup& made, Duration begin, Duration end) {
    made.forward = std::make_unique<transport::OutageOpportunities>(
        std::move(made.forward), std::vector<transport::TimeWindow>{{begin, end}});
  });
}

TEST(Call, SurvivesASilentAckPath) {
  expect_promise_after(
      [](CallSetup& made, Duration begin, Duration end) { cut(made.reverse_config, begin, end); });
}

TEST(Call, GoesOnWhenTheReceiverRestarts) {
  SimulatedCall call(setup());
  call.restart_receiver(at(seconds(4)));
  call.run_until(at(seconds(10)));
  EXPECT_EQ(call.key_frames_sent(), 2u);
  EXPECT_LE(shown_after(call, seconds(4)), seconds(3));
  EXPECT_GT(call.shown().back().at, at(milliseconds(9800)));
}

TEST(Call, GoesOnWhenTheSenderRestarts) {
  SimulatedCall call(setup());
  call.restart_sender(at(seconds(4)));
  call.run_until(at(seconds(12)));
  EXPECT_EQ(call.key_frames_sent(), 2u);
  EXPECT_EQ(call.shown().back().session, 2u);
  EXPECT_GT(call.shown().back().at, at(milliseconds(11800)));
}

// The source turns from landscape to portrait in mid-call, at best and at worst.
PictureSource turning_scene(std::uint64_t turn_at) {
  return [wide = moving_scene({160, 96}, 7), tall = moving_scene({96, 160}, 7),
          turn_at](std::uint64_t index) { return index < turn_at ? wide(index) : tall(index); };
}

TEST(Call, ANewSizeTakesOneKeyFrame) {
  auto made = setup();
  made.source = turning_scene(120);
  const Duration best = best_case(made);
  SimulatedCall call(std::move(made));
  call.run_until(at(seconds(8)));
  EXPECT_EQ(call.key_frames_sent(), 2u);
  EXPECT_LE(shown_after(call, seconds(4)), best + milliseconds(100));
  EXPECT_EQ(call.shown().back().picture.dimensions(), (codec::Dimensions{96, 160}));
}

TEST(Call, ANewSizeSurvivesTheLossOfItsKeyFrame) {
  auto made = setup();
  made.source = turning_scene(120);
  cut(made.forward_config, milliseconds(3990), milliseconds(4100));
  SimulatedCall call(std::move(made));
  call.run_until(at(seconds(8)));
  EXPECT_LE(shown_after(call, milliseconds(4100)), 4 * kRoundTrip + 3 * kFrame);
  EXPECT_EQ(call.shown().back().picture.dimensions(), (codec::Dimensions{96, 160}));
  EXPECT_LE(call.key_frames_sent(), 4u);
}

TEST(Call, KeepsToTheCapOfStates) {
  auto made = setup();
  made.receive.max_states = 4;
  made.forward_config.loss = 0.05;
  SimulatedCall call(std::move(made));
  for (int second = 1; second <= 20; ++second) {
    call.run_until(at(seconds(second)));
    EXPECT_LE(call.receiver().states_held(), 4u);
  }
  EXPECT_EQ(call.key_frames_sent(), 1u);
  EXPECT_GE(call.shown().size(), 250u);
  EXPECT_EQ(call.receiver().refused(), 0u);
}

TEST(Call, WhatIsShownIsWhatTheSenderMade) {
  auto made = setup(600'000);
  made.forward_config.loss = 0.05;
  made.forward_config.reorder = 0.02;
  made.forward_config.reorder_delay = milliseconds(15);
  made.forward_config.duplicate = 0.02;
  SimulatedCall call(std::move(made));
  call.run_until(at(seconds(10)));
  std::map<std::uint64_t, StateId> made_states;
  for (const auto& frame : call.frames())
    if (frame.sent) made_states[frame.frame] = *frame.target_state;
  ASSERT_FALSE(call.shown().empty());
  for (const auto& shown : call.shown()) EXPECT_EQ(made_states.at(shown.frame), shown.state);
}

// In doubt a picture is coded from two states, the last one sent and one that is held, and either may be
// sent.
TEST(Call, CodesFromTwoSourcesInDoubt) {
  std::size_t from_two = 0;
  std::size_t from_the_mended = 0;
  for (const double loss : {0.0, 0.05}) {
    auto made = setup(3'000'000);
    made.source = moving_scene({320, 176}, 7);
    made.forward_config.loss = loss;
    made.forward_config.seed = 11;
    SimulatedCall call(std::move(made));
    call.run_until(at(seconds(20)));
    EXPECT_EQ(call.key_frames_sent(), 1u);
    EXPECT_EQ(call.over_budget(), 0u);
    EXPECT_EQ(call.send_stats().mismatches, 0u);
    EXPECT_EQ(call.receiver().refused(), 0u);
    EXPECT_GE(call.shown().size(), 530u);
    for (const auto& frame : call.frames()) {
      if (frame.candidates.size() < 6) continue;
      EXPECT_GT(loss, 0) << "without a loss nothing is in doubt";
      ++from_two;
      from_the_mended += frame.sent && !frame.recovery ? 1 : 0;
    }
  }
  std::printf("from two sources: %zu frames, sent from the one that was being mended: %zu\n", from_two,
              from_the_mended);
  EXPECT_GE(from_two, 3u) << "parity leaves few in doubt";
}

}  // namespace
}  // namespace skirret::test
