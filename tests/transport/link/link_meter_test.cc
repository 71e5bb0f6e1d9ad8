#include "transport/link/link_meter.hh"

#include <gtest/gtest.h>

#include "tests/support/random.hh"
#include "tests/transport/link/link_support.hh"
#include "transport/link/lte_model.hh"

namespace skirret::transport {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

TEST(DurationHistogram, GivesQuantilesToItsBins) {
  DurationHistogram histogram(milliseconds(1), 1000);
  EXPECT_EQ(histogram.quantile(0.5), Duration::zero());
  for (int i = 1; i <= 100; ++i) histogram.add(microseconds(i * 1000 - 500));
  EXPECT_EQ(histogram.quantile(0.5), milliseconds(50));
  EXPECT_EQ(histogram.quantile(0.95), milliseconds(95));
  EXPECT_EQ(histogram.quantile(1), microseconds(99'500));  // never above the largest
  EXPECT_EQ(histogram.quantile(0), milliseconds(1));
}

TEST(DurationHistogram, HasABoundAndTakesNegativesForZero) {
  DurationHistogram histogram(milliseconds(1), 10);
  histogram.add(std::chrono::hours(5));
  histogram.add(milliseconds(-5));
  EXPECT_EQ(histogram.count(), 2u);
  EXPECT_EQ(histogram.max(), std::chrono::hours(5));
  EXPECT_EQ(histogram.quantile(0.5), milliseconds(1));
}

TEST(LinkMeter, AgreesWithTheLog) {
  LinkConfig config;
  config.queue_packets = 200;
  config.loss = 0.05;
  Link link(std::make_unique<LteOpportunities>(LteConfig{.seed = 2, .shape = {}}), config);
  LinkMeter meter(link.start());
  link.observe([&meter](const LinkEvent& event) { meter.record(event); });
  test::Random random(4);
  std::uint64_t sent = 0;
  for (std::int64_t ms = 0; ms < 120'000; ms += random.between(0, 8)) {
    link.send(charged(static_cast<std::uint32_t>(random.between(32, 1400))), at_ms(ms));
    ++sent;
  }
  const std::size_t delivered = link.advance(at_ms(130'000)).size();
  const LinkSummary got = meter.summary();
  const LinkLog& log = link.log();
  EXPECT_EQ(got.packets_in, sent);
  EXPECT_EQ(got.packets_carried + got.packets_dropped_by_queue + link.queued_packets(), sent);
  EXPECT_EQ(got.packets_carried - got.packets_lost, delivered);
  EXPECT_EQ(got.bytes_offered, log.bytes_offered(at_ms(0), at_ms(140'000)));
  EXPECT_EQ(got.bytes_used, log.bytes_used(at_ms(0), at_ms(140'000)));
  EXPECT_EQ(got.outages, log.outages().size());
  EXPECT_GT(got.outages, 0u);
  EXPECT_GT(got.packets_dropped_by_queue, 0u);
  const Duration p95 = log.queueing_delay_p95_outside_outages();
  EXPECT_GE(got.queue_p95, p95);
  EXPECT_LE(got.queue_p95, p95 + microseconds(100));
  EXPECT_EQ(got.in_outages + log.queueing_delays(LinkLog::Outages::kOutside).size(), got.packets_carried);
}

}  // namespace
}  // namespace skirret::transport
