#include <cstdio>

#include <gtest/gtest.h>

#include "tests/support/data.hh"
#include "tools/bench/virtual/simulated_call.hh"

// Calls over recorded cellular links in virtual time, codec included.
namespace skirret::test {
namespace {

using bench::CallSetup;
using bench::moving_scene;
using bench::SimulatedCall;
using std::chrono::milliseconds;
using std::chrono::seconds;

void call_over(const std::filesystem::path& up, const std::filesystem::path& down, std::size_t least_shown) {
  const auto forward = transport::load_trace(up.string());
  const auto reverse = transport::load_trace(down.string());
  ASSERT_TRUE(forward && reverse);
  CallSetup setup;
  setup.forward =
      std::make_unique<transport::TraceOpportunities>(std::make_shared<transport::Trace>(*forward));
  setup.reverse =
      std::make_unique<transport::TraceOpportunities>(std::make_shared<transport::Trace>(*reverse));
  setup.forward_config.delay = setup.reverse_config.delay = milliseconds(20);
  setup.forward_config.queue_packets = setup.reverse_config.queue_packets = 256;
  setup.source = moving_scene({320, 176}, 3);
  SimulatedCall call(std::move(setup));
  call.run_until(TimePoint{} + seconds(30));

  EXPECT_EQ(call.over_budget(), 0u);
  EXPECT_EQ(call.key_frames_sent(), 1u);
  EXPECT_EQ(call.send_stats().mismatches, 0u);
  EXPECT_GE(call.shown().size(), least_shown);
  const auto& log = call.network().link(transport::Side::kLeft).log();
  const auto delays = call.delays(TimePoint{} + seconds(1), TimePoint{} + seconds(29));
  std::printf("shown %zu, delay p50 %.0f p95 %.0f ms, queue p95 outside outages %.0f ms\n",
              call.shown().size(), to_ms(transport::quantile(delays, 0.5)),
              to_ms(transport::quantile(delays, 0.95)), to_ms(log.queueing_delay_p95_outside_outages()));
  EXPECT_LE(log.queueing_delay_p95_outside_outages(), milliseconds(150));
}

TEST(RecordedLinks, VerizonLte) {
  SKIRRET_DATA_FILE(up, "traces/Verizon-LTE-short.up");
  SKIRRET_DATA_FILE(down, "traces/Verizon-LTE-short.down");
  call_over(up, down, 700);
}

TEST(RecordedLinks, AttLte) {
  SKIRRET_DATA_FILE(up, "traces/ATT-LTE-driving.up");
  SKIRRET_DATA_FILE(down, "traces/ATT-LTE-driving.down");
  call_over(up, down, 400);
}

}  // namespace
}  // namespace skirret::test
