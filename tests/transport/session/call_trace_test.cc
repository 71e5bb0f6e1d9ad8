#include <gtest/gtest.h>

#include "tests/support/data.hh"
#include "tests/transport/session/call_options.hh"
#include "transport/link/trace.hh"

namespace skirret::test {
namespace {

using std::chrono::seconds;

std::function<std::unique_ptr<transport::OpportunitySource>()> trace(const std::filesystem::path& path) {
  auto loaded = transport::load_trace(path.string());
  EXPECT_TRUE(loaded) << loaded.error().message;
  auto shared = std::make_shared<const transport::Trace>(std::move(*loaded));
  return [shared] { return std::make_unique<transport::TraceOpportunities>(shared); };
}

void expect_good_call(const CallSimulation& call, double least_use, double most_queue_ms = 100) {
  const auto figures = call.figures(TimePoint{}, at_seconds(60));
  EXPECT_LE(figures.queue_p95_ms, most_queue_ms);
  EXPECT_GE(figures.use, least_use);
  EXPECT_EQ(call.key_frames(), 1u);
  EXPECT_EQ(call.over_budget(), 0u);
  testing::Test::RecordProperty("queue_p50_ms", std::to_string(figures.queue_p50_ms));
  testing::Test::RecordProperty("queue_p95_ms", std::to_string(figures.queue_p95_ms));
  testing::Test::RecordProperty("use", std::to_string(figures.use));
  testing::Test::RecordProperty("shown", std::to_string(figures.shown));
}

TEST(CallOverTrace, VerizonQueuesLittleAndUsesTheLink) {
  SKIRRET_DATA_FILE(up, "traces/Verizon-LTE-short.up");
  SKIRRET_DATA_FILE(down, "traces/Verizon-LTE-short.down");
  CallSimulation call(call_over(trace(up), trace(down)));
  call.run();
  expect_good_call(call, 0.75);
}

TEST(CallOverTrace, AttQueuesLittleAndUsesTheLink) {
  SKIRRET_DATA_FILE(up, "traces/ATT-LTE-driving.up");
  SKIRRET_DATA_FILE(down, "traces/ATT-LTE-driving.down");
  CallSimulation call(call_over(trace(up), trace(down)));
  call.run();
  expect_good_call(call, 0.6);
}

TEST(CallOverTrace, UmtsQueuesLittleAndUsesTheLink) {
  SKIRRET_DATA_FILE(up, "traces/TMobile-UMTS-driving.up");
  SKIRRET_DATA_FILE(down, "traces/TMobile-UMTS-driving.down");
  CallSimulation call(call_over(trace(up), trace(down)));
  call.run();
  expect_good_call(call, 0.7, 130);  // its stalls of up to half a second are no outages yet
}

// As the programs do it: three candidates a picture, coded for 15 ms after the capture.
CallOptions with_candidates(CallOptions options) {
  options.coding_time = std::chrono::milliseconds(15);
  options.encoder = [] { return std::make_unique<ThreeCandidates>(); };
  return options;
}

TEST(CallOverTrace, VerizonWithThreeCandidates) {
  SKIRRET_DATA_FILE(up, "traces/Verizon-LTE-short.up");
  SKIRRET_DATA_FILE(down, "traces/Verizon-LTE-short.down");
  CallSimulation call(with_candidates(call_over(trace(up), trace(down))));
  call.run();
  expect_good_call(call, 0.7);
  EXPECT_GE(call.figures(TimePoint{}, at_seconds(60)).shown, 1500u);
}

TEST(CallOverTrace, AttWithThreeCandidates) {
  SKIRRET_DATA_FILE(up, "traces/ATT-LTE-driving.up");
  SKIRRET_DATA_FILE(down, "traces/ATT-LTE-driving.down");
  CallSimulation call(with_candidates(call_over(trace(up), trace(down))));
  call.run();
  expect_good_call(call, 0.5);
}

TEST(CallOverConstantLink, FillsItWithoutAStandingQueue) {
  for (const std::uint64_t rate : {500'000u, 5'000'000u, 20'000'000u}) {
    SCOPED_TRACE(rate);
    CallSimulation call(call_over(constant(rate), constant(rate)));
    call.run();
    const auto figures = call.figures(TimePoint{}, at_seconds(60));
    EXPECT_LE(figures.queue_p95_ms, 100);
    EXPECT_GE(figures.use, 0.9);
    EXPECT_GE(figures.shown, 1700u);
    EXPECT_EQ(call.key_frames(), 1u);
    EXPECT_EQ(call.sender().stats().packets_lost, 0u);
  }
}

// Three round trips after the handshake's end the link is in use, without a long queue.
TEST(CallOverConstantLink, ACallStartsFast) {
  for (const std::uint64_t rate : {500'000u, 2'000'000u, 5'000'000u, 10'000'000u}) {
    SCOPED_TRACE(rate);
    CallSimulation call(call_over(constant(rate), constant(rate)));
    TimePoint opened = TimePoint::max();
    call.network().every(TimePoint{}, std::chrono::milliseconds(1), [&](TimePoint now) {
      if (call.sender().phase() == transport::SendPhase::kOpen) opened = std::min(opened, now);
      return opened == TimePoint::max();
    });
    call.run_until(at_seconds(2));
    const TimePoint begin = opened + 3 * std::chrono::milliseconds(40);
    const auto& log = call.network().link(transport::Side::kLeft).log();
    const auto at = [&](int ms) { return begin + std::chrono::milliseconds(ms); };
    const auto share = [&](TimePoint from, TimePoint to) {
      return static_cast<double>(log.bytes_used(from, to)) / static_cast<double>(log.bytes_offered(from, to));
    };
    EXPECT_GE(share(at(0), at(100)), 0.8);
    EXPECT_GE(share(at(100), at(300)), 0.8);
    // The ten packets that may go out before anything is known are 160 ms on the slowest.
    const auto waits = log.queueing_delays(transport::LinkLog::Outages::kIncluded);
    EXPECT_LE(to_ms(transport::quantile(waits, 1)), rate < 1'000'000 ? 160 : 100);
  }
}

TEST(CallOverConstantLink, TheSameOptionsGiveTheSameCall) {
  const auto run = [] {
    auto options = call_over(constant(3'000'000), constant(3'000'000));
    options.forward_link.loss = 0.03;
    options.duration = seconds(10);
    CallSimulation call(std::move(options));
    call.run();
    std::vector<std::size_t> sizes;
    for (const CallFrame& frame : call.frames()) sizes.push_back(frame.bytes);
    return sizes;
  };
  EXPECT_EQ(run(), run());
}

TEST(CallOverConstantLink, TheFirstKeyFrameObeysTheStartBudget) {
  CallSimulation call(call_over(constant(5'000'000), constant(5'000'000)));
  call.run_until(at_seconds(1));
  for (const CallFrame& frame : call.frames()) {
    if (frame.number != 1) continue;
    EXPECT_TRUE(frame.from.key_frame());
    EXPECT_LE(frame.bytes, 12'000u);  // ten packets
    EXPECT_GE(frame.bytes, 9'000u);
  }
}

}  // namespace
}  // namespace skirret::test
