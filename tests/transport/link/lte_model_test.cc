#include "transport/link/lte_model.hh"

#include <gtest/gtest.h>

#include "tests/support/data.hh"
#include "transport/link/trace_statistics.hh"

namespace skirret::transport {
namespace {

using std::chrono::seconds;

TraceStatistics model(std::uint64_t seed, std::uint64_t mean, int length) {
  LteConfig config;
  config.seed = seed;
  config.mean_bits_per_second = mean;
  LteOpportunities source(config);
  return measure(source, seconds(length));
}

TEST(LteModel, GivesTheSameTraceForASeedOnEveryMachine) {
  LteOpportunities source({});
  std::uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a of the first 100,000 times
  Duration last{};
  for (int i = 0; i < 100'000; ++i) {
    const Duration at = source.next();
    ASSERT_GE(at, last);
    last = at;
    hash = (hash ^ static_cast<std::uint64_t>(at.count())) * 0x100000001b3u;
  }
  EXPECT_EQ(hash, 14038066470177488733u)
      << "a change of the model: measurements made with it compare no more";
}

TEST(LteModel, SeedsDiffer) {
  LteOpportunities one({.seed = 1, .shape = {}});
  LteOpportunities two({.seed = 2, .shape = {}});
  int same = 0;
  for (int i = 0; i < 100; ++i) same += one.next() == two.next() ? 1 : 0;
  EXPECT_LT(same, 5);
}

TEST(LteModel, HasTheMeanThatIsAskedFor) {
  for (const std::uint64_t mean : {500'000u, 5'000'000u, 40'000'000u}) {
    // 20,000 s are some 1,500 independent stretches of a uniform rate: 1.5 % standard deviation.
    const int length = mean > 10'000'000 ? 5'000 : 20'000;
    const double tolerance = mean > 10'000'000 ? 0.12 : 0.06;
    EXPECT_NEAR(model(3, mean, length).mean_mbit * 1e6 / static_cast<double>(mean), 1, tolerance);
  }
}

// The medians of the recorded traces, as in the table of lte_model.hh.
TEST(LteModel, BehavesLikeTheRecordedLinks) {
  const TraceStatistics got = model(5, 5'170'000, 20'000);
  EXPECT_NEAR(got.p5, 0.19, 0.10);
  EXPECT_NEAR(got.p50, 0.96, 0.10);
  EXPECT_NEAR(got.p95, 1.91, 0.10);
  EXPECT_NEAR(got.empty_20ms, 0.104, 0.05);
  EXPECT_NEAR(got.correlation_1s, 0.83, 0.10);
  EXPECT_NEAR(got.correlation_5s, 0.52, 0.10);
  EXPECT_NEAR(got.outages_per_minute, 0.47, 0.30);
  EXPECT_NEAR(got.outage_share, 0.012, 0.008);
}

TEST(LteModel, LiesWithinWhatTheTracesSpan) {
  const char* const names[] = {"ATT-LTE-driving.down",
                               "ATT-LTE-driving.up",
                               "TMobile-LTE-short.up",
                               "Verizon-LTE-short.down",
                               "Verizon-LTE-short.up",
                               "nyc2019-2768760-taxi3.down",
                               "nyc2019-3201711-timessquare.down"};
  std::vector<TraceStatistics> traces;
  for (const char* name : names) {
    SKIRRET_DATA_FILE(path, std::string("traces/") + name);
    const auto trace = std::make_shared<const Trace>(load_trace(path.string()).value());
    TraceOpportunities source(trace);
    traces.push_back(measure(source, seconds(trace->period_ms() / 1000)));
  }
  const TraceStatistics got = model(5, 5'170'000, 20'000);
  using Value = double TraceStatistics::*;
  for (const Value value :
       {&TraceStatistics::p5, &TraceStatistics::p50, &TraceStatistics::p95, &TraceStatistics::empty_20ms,
        &TraceStatistics::correlation_1s, &TraceStatistics::correlation_5s,
        &TraceStatistics::outages_per_minute, &TraceStatistics::outage_share}) {
    double least = 1e9;
    double most = -1e9;
    for (const TraceStatistics& trace : traces) {
      least = std::min(least, trace.*value);
      most = std::max(most, trace.*value);
    }
    EXPECT_GE(got.*value, least);
    EXPECT_LE(got.*value, most);
  }
}

TEST(TraceStatistics, CountsByHand) {
  // 10 s: one opportunity each 20 ms for 5 s, then none until 10 s.
  std::vector<std::uint32_t> ms;
  for (std::uint32_t t = 0; t < 5000; t += 20) ms.push_back(t);
  ms.push_back(10'000);
  TraceOpportunities source(std::make_shared<const Trace>(Trace{ms}));
  const TraceStatistics got = measure(source, seconds(20));
  EXPECT_DOUBLE_EQ(got.mean_mbit,
                   (250 + 1 + 250) * 0.012 / 20);  // at 10 s the last line and the first fall together
  EXPECT_DOUBLE_EQ(got.empty_20ms, 0.5);
  EXPECT_DOUBLE_EQ(got.outages_per_minute, 3);  // one, of 5020 ms, in 20 s
  EXPECT_DOUBLE_EQ(got.outage_share, 5.02 / 20);
  EXPECT_DOUBLE_EQ(got.p5, 0);
}

}  // namespace
}  // namespace skirret::transport
