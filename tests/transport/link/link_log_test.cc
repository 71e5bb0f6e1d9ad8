#include "transport/link/link_log.hh"

#include <gtest/gtest.h>

#include "tests/transport/link/link_support.hh"

namespace skirret::transport {
namespace {

using std::chrono::milliseconds;

TEST(Quantile, IsTheNearestRank) {
  std::vector<Duration> samples;
  for (int i = 100; i >= 1; --i) samples.push_back(milliseconds(i));
  EXPECT_EQ(quantile(samples, 0.95), milliseconds(95));
  EXPECT_EQ(quantile(samples, 0.5), milliseconds(50));
  EXPECT_EQ(quantile(samples, 0), milliseconds(1));
  EXPECT_EQ(quantile(samples, 1), milliseconds(100));
  EXPECT_EQ(quantile({}, 0.5), Duration::zero());
}

TEST(LinkLog, WritesDownWhatHappensInOrder) {
  LinkConfig config;
  config.queue_packets = 1;
  Link link(trace_source({10, 20, 30}), config);
  link.send(charged(1600), at_ms(5));
  link.send(charged(100), at_ms(6));
  link.advance(at_ms(30));
  using enum LinkEventKind;
  const std::vector<LinkEvent> expected = {{kEnqueue, at_ms(5), 0, 1600, {}},
                                           {kDropQueue, at_ms(6), 1, 100, {}},
                                           {kOpportunity, at_ms(10), 0, 1504, {}},
                                           {kOpportunity, at_ms(20), 0, 96, {}},
                                           {kDequeue, at_ms(20), 0, 1600, milliseconds(15)},
                                           {kOpportunity, at_ms(30), 0, 0, {}}};
  EXPECT_EQ(link.log().events(), expected);
  EXPECT_EQ(link.log().bytes_offered(at_ms(0), at_ms(30)), 2u * 1504);
  EXPECT_EQ(link.log().bytes_used(at_ms(0), at_ms(31)), 1600u);
}

TEST(LinkLog, LossIsWrittenDownAfterItsCapacityWasUsed) {
  LinkConfig config;
  config.loss = 1;
  Link link(trace_source({10}), config);
  link.send(charged(700), at_ms(0));
  EXPECT_TRUE(link.advance(at_ms(10)).empty());
  EXPECT_EQ(link.log().bytes_used(at_ms(0), at_ms(11)), 700u);
  EXPECT_EQ(link.log().events().back().kind, LinkEventKind::kDropLoss);
}

// Opportunities each 10 ms but for an outage of 600 ms, from 100 to 700.
std::vector<std::uint32_t> trace_with_outage() {
  std::vector<std::uint32_t> ms;
  for (std::uint32_t t = 10; t <= 100; t += 10) ms.push_back(t);
  for (std::uint32_t t = 700; t <= 1000; t += 10) ms.push_back(t);
  return ms;
}

TEST(LinkLog, DelaysOutsideOutagesLeaveOutPacketsThatSatThroughOne) {
  Link link(trace_source(trace_with_outage()));
  link.send(charged(1504), at_ms(15));   // 20: waits 5, before the outage
  link.send(charged(1504), at_ms(95));   // 100: waits 5, leaves with the last opportunity before it
  link.send(charged(1504), at_ms(99));   // 700: came before it, sat through it
  link.send(charged(1504), at_ms(300));  // 710: came in the middle of it
  link.send(charged(1504), at_ms(703));  // 720: came after it, waits 17 behind what was left
  link.advance(at_ms(1000));
  using enum LinkLog::Outages;
  EXPECT_EQ(link.log().queueing_delays(kOutside),
            (std::vector<Duration>{milliseconds(5), milliseconds(5), milliseconds(17)}));
  EXPECT_EQ(link.log().queueing_delays(kIncluded).size(), 5u);
  EXPECT_EQ(link.log().queueing_delay_p95_outside_outages(), milliseconds(17));
  EXPECT_EQ(link.log().outages(), (std::vector<LinkLog::Outage>{{at_ms(100), at_ms(700)}}));
  EXPECT_EQ(link.log().queueing_delays(kOutside, milliseconds(601)).size(), 5u);
}

TEST(LinkLog, ASilentStartIsAnOutage) {
  Link link(trace_source({500, 510}), {}, at_ms(1000));
  link.send(charged(100), at_ms(1200));
  link.advance(at_ms(1500));
  EXPECT_TRUE(link.log().queueing_delays(LinkLog::Outages::kOutside).empty());
  EXPECT_EQ(link.log().outages(), (std::vector<LinkLog::Outage>{{at_ms(1000), at_ms(1500)}}));
}

TEST(LinkLog, AnObserverSeesTheSameWithoutALog) {
  LinkConfig quiet;
  quiet.keep_log = false;
  Link loud(trace_source({1, 2, 3}));
  Link silent(trace_source({1, 2, 3}), quiet);
  std::vector<LinkEvent> seen;
  silent.observe([&seen](const LinkEvent& event) { seen.push_back(event); });
  for (Link* link : {&loud, &silent}) {
    link->send(charged(900), at_ms(0));
    link->send(charged(900), at_ms(1));
    link->advance(at_ms(6));
  }
  EXPECT_EQ(seen, loud.log().events());
  EXPECT_TRUE(silent.log().events().empty());
}

}  // namespace
}  // namespace skirret::transport
