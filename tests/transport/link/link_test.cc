#include "transport/link/link.hh"

#include <gtest/gtest.h>

#include "tests/transport/link/link_support.hh"

namespace skirret::transport {
namespace {

using std::chrono::milliseconds;

TEST(Opportunities, TraceRepeatsFromItsLastLine) {
  TraceOpportunities source(std::make_shared<const Trace>(Trace{{0, 3, 10}}));
  std::vector<std::int64_t> ms;
  for (int i = 0; i < 7; ++i) ms.push_back(source.next() / milliseconds(1));
  EXPECT_EQ(ms, (std::vector<std::int64_t>{0, 3, 10, 10, 13, 20, 20}));
}

TEST(Opportunities, ConstantRateNeverDrifts) {
  ConstantOpportunities twelve(12'000'000);  // 12 Mbit/s: one each millisecond
  for (int i = 1; i <= 1000; ++i) ASSERT_EQ(twelve.next(), milliseconds(i));
  ConstantOpportunities seven(7'000'000);  // 12/7 ms: rounding must not add up
  Duration at{};
  for (int i = 1; i <= 7'000'000; ++i) {
    const Duration next = seven.next();
    ASSERT_GE(next, at);
    at = next;
  }
  EXPECT_EQ(at, std::chrono::seconds(12'000));
  ConstantOpportunities slow(1);  // 1 bit/s
  EXPECT_EQ(slow.next(), std::chrono::seconds(12'000));
}

TEST(Opportunities, OutagesTakeOutTheirWindow) {
  OutageOpportunities source(trace_source({1, 2, 3, 4, 5}), {{milliseconds(2), milliseconds(4)}});
  EXPECT_EQ(source.next(), milliseconds(1));
  EXPECT_EQ(source.next(), milliseconds(4));  // the end is outside
}

TEST(Opportunities, LaterOnesCountFromTheirBegin) {
  LaterOpportunities source(trace_source({1, 2, 3, 4}), milliseconds(3));
  std::vector<std::int64_t> ms;
  for (int i = 0; i < 4; ++i) ms.push_back(source.next() / milliseconds(1));
  EXPECT_EQ(ms, (std::vector<std::int64_t>{0, 1, 2, 3}));  // 3, 4, then 5 and 6 of the second round
}

TEST(Link, ChargesTheOverheadItIsTold) {
  LinkConfig config;
  config.overhead_bytes = kTunOverheadBytes;
  Link link(trace_source({10, 20}), config);
  link.send(ByteVector(1500), at_ms(0));
  EXPECT_EQ(link.queued_bytes(), 1504u);
  EXPECT_EQ(arrivals(link.advance(at_ms(10))), "0@10");
}

TEST(Link, AFullPacketTakesAWholeOpportunity) {
  Link link(trace_source({10, 20, 30}));
  link.send(charged(1504), at_ms(0));
  link.send(charged(1504), at_ms(0));
  EXPECT_EQ(arrivals(link.advance(at_ms(9))), "");
  EXPECT_EQ(arrivals(link.advance(at_ms(10))), "0@10");
  EXPECT_EQ(arrivals(link.advance(at_ms(30))), "1@20");
}

TEST(Link, SmallPacketsShareAnOpportunity) {
  Link link(trace_source({10, 20}));
  for (int i = 0; i < 4; ++i) link.send(charged(500), at_ms(0));
  // 3 * 500 = 1500 fit whole; 4 bytes of the fourth go along, its last byte comes with the next.
  EXPECT_EQ(arrivals(link.advance(at_ms(10))), "0@10 1@10 2@10");
  EXPECT_EQ(link.queued_bytes(), 496u);
  EXPECT_EQ(arrivals(link.advance(at_ms(20))), "3@20");
}

TEST(Link, ALargePacketSpansSeveralOpportunities) {
  Link link(trace_source({10, 20, 30, 40}));
  link.send(charged(1505), at_ms(0));
  link.send(charged(1503 + 1504 + 1), at_ms(0));
  EXPECT_EQ(arrivals(link.advance(at_ms(40))), "0@20 1@40");
}

TEST(Link, AnUnusedOpportunityIsLost) {
  Link link(trace_source({10, 20, 30}));
  EXPECT_EQ(link.next_event(), kNever);
  link.send(charged(100), at_ms(25));
  EXPECT_EQ(link.next_event(), at_ms(30));
  EXPECT_EQ(arrivals(link.advance(at_ms(100))), "0@30");
  ASSERT_EQ(link.log().events().front().kind, LinkEventKind::kOpportunity);
  EXPECT_EQ(link.log().events().front().at, at_ms(10));
  EXPECT_EQ(link.log().events().front().bytes, 0u);
}

TEST(Link, APacketIsTooLateForTheOpportunityOfItsOwnInstant) {
  Link link(trace_source({10, 20}));
  link.send(charged(100), at_ms(10));
  EXPECT_EQ(arrivals(link.advance(at_ms(20))), "0@20");
}

TEST(Link, QueueDropsAtItsTailByPackets) {
  LinkConfig config;
  config.queue_packets = 2;
  Link link(trace_source({10, 20, 30, 40}), config);
  for (int i = 0; i < 4; ++i) link.send(charged(1504), at_ms(0));
  EXPECT_EQ(link.queued_packets(), 2u);
  EXPECT_EQ(arrivals(link.advance(at_ms(40))), "0@10 1@20");
}

TEST(Link, QueueDropsAtItsTailByBytesAndTakesSmallerOnesAfter) {
  LinkConfig config;
  config.queue_bytes = 3000;
  Link link(trace_source({10, 20, 30, 40}), config);
  link.send(charged(1504), at_ms(0));
  link.send(charged(1504), at_ms(0));  // 3008 > 3000
  link.send(charged(1496), at_ms(0));  // 3000
  link.send(charged(32), at_ms(0));
  EXPECT_EQ(arrivals(link.advance(at_ms(40))), "0@10 2@20");
}

TEST(Link, APacketInTransitIsNotInTheQueueAnyMore) {
  LinkConfig config;
  config.queue_packets = 1;
  Link link(trace_source({10, 20, 30}), config);
  link.send(charged(2000), at_ms(0));
  link.advance(at_ms(10));
  link.send(charged(1000), at_ms(11));  // 496 bytes of the first are still on their way
  EXPECT_EQ(arrivals(link.advance(at_ms(30))), "0@20 1@20");
}

TEST(Link, DelayBehindTheQueueShiftsArrivals) {
  LinkConfig config;
  config.delay = milliseconds(25);
  Link link(trace_source({10, 20}), config);
  link.send(charged(1504), at_ms(0));
  link.send(charged(1504), at_ms(0));
  EXPECT_EQ(link.next_event(), at_ms(10));
  EXPECT_EQ(arrivals(link.advance(at_ms(34))), "");
  EXPECT_EQ(link.next_event(), at_ms(35));
  EXPECT_EQ(arrivals(link.advance(at_ms(100))), "0@35 1@45");
}

TEST(Link, DelayBeforeTheQueueShiftsEntries) {
  LinkConfig config;
  config.delay = milliseconds(25);
  config.delay_place = DelayPlace::kBeforeQueue;
  Link link(trace_source({10, 20, 30, 40}), config);
  link.send(charged(1504), at_ms(0));
  EXPECT_EQ(link.next_event(), at_ms(25));
  link.send(charged(1504), at_ms(5));  // enters at 30: too late for the opportunity of 30
  EXPECT_EQ(arrivals(link.advance(at_ms(100))), "0@30 1@40");
  EXPECT_EQ(link.log().queueing_delays(LinkLog::Outages::kIncluded),
            (std::vector<Duration>{milliseconds(5), milliseconds(10)}));
}

TEST(Link, AnOutageHoldsPacketsAndABlackoutLosesThem) {
  LinkConfig config;
  config.blackouts = {{milliseconds(50), milliseconds(60)}};
  auto source =
      std::make_unique<OutageOpportunities>(std::make_unique<ConstantOpportunities>(12'000'000),
                                            std::vector<TimeWindow>{{milliseconds(10), milliseconds(40)}});
  Link link(std::move(source), config);
  for (const int ms : {5, 20, 55, 60}) link.send(charged(1504), at_ms(ms));
  EXPECT_EQ(arrivals(link.advance(at_ms(100))), "0@6 1@40 3@61");
}

TEST(Link, HeldBackPacketsAreOvertakenAndDoubledOnesArriveTwice) {
  LinkConfig config;
  config.reorder = 0.3;
  config.reorder_delay = milliseconds(5);
  config.duplicate = 0.2;
  Link link(std::make_unique<ConstantOpportunities>(12'000'000), config);
  for (int i = 0; i < 1000; ++i) link.send(charged(1504), at_ms(i));
  const std::vector<Delivered> got = link.advance(at_ms(2000));
  int late = 0;
  int doubled = 0;
  for (std::size_t i = 1; i < got.size(); ++i) {
    ASSERT_GE(got[i].at, got[i - 1].at);
    late += got[i].at == at_ms(static_cast<std::int64_t>(got[i].id) + 6) ? 1 : 0;
    doubled += got[i].id == got[i - 1].id ? 1 : 0;
  }
  EXPECT_NEAR(late, 300 * 1.2, 75);
  EXPECT_NEAR(static_cast<double>(got.size()), 1200, 40);
  EXPECT_GT(doubled, 0);
}

TEST(Link, CarriesBytesAndTagsUnchanged) {
  Link link(trace_source({1}));
  link.send({1, 2, 3}, at_ms(0), 77);
  const std::vector<Delivered> got = link.advance(at_ms(1));
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].bytes, (ByteVector{1, 2, 3}));
  EXPECT_EQ(got[0].tag, 77u);
}

TEST(Link, StartsWhereItIsTold) {
  Link link(trace_source({10}), {}, at_ms(5000));
  link.send(charged(100), at_ms(5001));
  EXPECT_EQ(link.next_event(), at_ms(5010));
  EXPECT_EQ(arrivals(link.advance(at_ms(5010))), "0@5010");
  link.send(charged(100), at_ms(4000));  // a clock that ran back counts as the latest time seen
  EXPECT_EQ(arrivals(link.advance(at_ms(5020))), "1@5020");
}

TEST(Link, SameSeedSameRun) {
  const auto run = [](std::uint64_t seed) {
    LinkConfig config;
    config.loss = 0.1;
    config.burst = BurstLoss::with(0.05, 4);
    config.reorder = 0.05;
    config.reorder_delay = milliseconds(3);
    config.duplicate = 0.02;
    config.queue_packets = 20;
    config.seed = seed;
    Link link(std::make_unique<ConstantOpportunities>(5'000'000), config);
    for (int i = 0; i < 2000; ++i) link.send(charged(200 + 7 * (i % 180)), at_ms(i));
    const std::string got = arrivals(link.advance(at_ms(10'000)));
    return std::pair(got, link.log().events());
  };
  EXPECT_EQ(run(7), run(7));
  EXPECT_NE(run(7).first, run(8).first);
}

}  // namespace
}  // namespace skirret::transport
