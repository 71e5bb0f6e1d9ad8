#include "tools/bench/measure/oracle.hh"

#include <gtest/gtest.h>

#include "tests/support/data.hh"
#include "tools/bench/measure/call_metrics.hh"
#include "transport/link/opportunities.hh"
#include "transport/link/trace.hh"

namespace skirret::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using transport::OpportunitySource;

TimePoint at_ms(double ms) {
  return TimePoint{} + Duration(static_cast<std::int64_t>(ms * 1e6));
}

std::vector<CaptureRecord> captures(Duration begin, Duration end) {
  std::vector<CaptureRecord> made;
  for (std::uint64_t i = 0;; ++i) {
    const Duration since(static_cast<std::int64_t>(i) * 1'000'000'000 / 30);
    if (begin + since >= end) return made;
    made.push_back({i, TimePoint{} + begin + since});
  }
}

TEST(Oracle, AFrameTakesWhatComesInItsInterval) {
  OracleConfig config{
      .coding = milliseconds(10), .one_way = milliseconds(5), .frame_interval = milliseconds(30)};
  const std::vector<CaptureRecord> taken = {{0, at_ms(0)}, {1, at_ms(30)}, {2, at_ms(60)}, {3, at_ms(90)}};
  // Ready at 10, 40, 70, 100. The opportunity at 10 comes too early for frame 0.
  const std::vector<TimePoint> link = {at_ms(10), at_ms(20), at_ms(38), at_ms(40), at_ms(115), at_ms(140)};
  const auto shown = oracle_displays(taken, link, config);
  ASSERT_EQ(shown.size(), 2u);
  EXPECT_EQ(shown[0].frame, 0u);
  EXPECT_EQ(shown[0].at, at_ms(45));
  EXPECT_EQ(shown[1].frame, 3u);  // 1 and 2 found none; 3 is the newest, and is done by 130
  EXPECT_EQ(shown[1].at, at_ms(120));
}

TEST(Oracle, TakesAtLeastOneOpportunity) {
  OracleConfig config{
      .coding = milliseconds(10), .one_way = milliseconds(5), .frame_interval = milliseconds(30)};
  const std::vector<CaptureRecord> taken = {{0, at_ms(0)}};
  const std::vector<TimePoint> link = {at_ms(200), at_ms(201)};
  const auto shown = oracle_displays(taken, link, config);
  ASSERT_EQ(shown.size(), 1u);
  EXPECT_EQ(shown[0].at, at_ms(205));
}

struct Floor {
  double p50;
  double p95;
  double frames_per_second;
};

// 720p30, 15 ms of coding, 20 ms one way, captures of seconds 20 to 80.
Floor floor_of(OpportunitySource& source) {
  std::vector<TimePoint> link;
  while (link.empty() || link.back() < TimePoint{} + seconds(140))
    link.push_back(TimePoint{} + source.next());
  const auto taken = captures(seconds(20), seconds(120));
  OracleConfig config;
  const auto shown = oracle_displays(taken, link, config);
  const TimePoint begin = TimePoint{} + seconds(20);
  const TimePoint end = TimePoint{} + seconds(80);
  std::vector<Duration> delays;
  for (const auto& delay : capture_delays(taken, shown, begin, end, TimePoint{} + seconds(120)))
    delays.push_back(delay.delay);
  std::size_t frames = 0;
  for (const auto& display : shown) frames += display.frame < 1800 ? 1 : 0;
  const Spread spread = spread_of(std::move(delays));
  return {spread.p50, spread.p95, static_cast<double>(frames) / 60};
}

void expect_floor(const std::filesystem::path& trace, const Floor& stated) {
  auto loaded = transport::load_trace(trace.string());
  ASSERT_TRUE(loaded);
  transport::TraceOpportunities source(std::make_shared<const transport::Trace>(std::move(*loaded)));
  const Floor floor = floor_of(source);
  EXPECT_NEAR(floor.p50, stated.p50, 1.0);
  EXPECT_NEAR(floor.p95, stated.p95, stated.p95 * 0.001 + 0.5);
  EXPECT_NEAR(floor.frames_per_second, stated.frames_per_second, 0.06);
}

TEST(Oracle, VerizonUp) {
  SKIRRET_DATA_FILE(trace, "traces/Verizon-LTE-short.up");
  expect_floor(trace, {66, 91, 28.4});
}

TEST(Oracle, AttUp) {
  SKIRRET_DATA_FILE(trace, "traces/ATT-LTE-driving.up");
  expect_floor(trace, {62, 467, 22.7});
}

TEST(Oracle, UmtsUp) {
  SKIRRET_DATA_FILE(trace, "traces/TMobile-UMTS-driving.up");
  expect_floor(trace, {92, 3220, 12.9});
}

TEST(Oracle, ConstantHalfMbit) {
  transport::ConstantOpportunities source(500'000);
  const Floor floor = floor_of(source);
  EXPECT_NEAR(floor.p50, 57, 0.5);
  EXPECT_NEAR(floor.p95, 68, 0.5);
  EXPECT_NEAR(floor.frames_per_second, 30, 0.01);
}

}  // namespace
}  // namespace skirret::bench
