#include "transport/recovery/receive_log.hh"

#include <gtest/gtest.h>

namespace skirret::transport {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

TimePoint at_ms(int ms) {
  return TimePoint{} + milliseconds(ms);
}

TEST(ReceiveLog, TellsRangesArrivalsAndHoldTime) {
  ReceiveLog log;
  for (const PacketNumber number : {0u, 1u, 2u, 5u, 6u, 9u})
    log.add(number, at_ms(10 + static_cast<int>(number)));
  Ack ack;
  log.describe(ack, at_ms(25));
  EXPECT_EQ(ack.ranges, (std::vector<PacketRange>{{9, 9}, {5, 6}, {0, 2}}));
  EXPECT_EQ(ack.floor, 0u);
  EXPECT_EQ(ack.newest_arrival, to_wire(at_ms(19)));
  EXPECT_EQ(ack.hold, milliseconds(6));
  EXPECT_EQ(ack.earlier, (std::vector<std::int32_t>{30, 10, 30, 10, 10}));
}

TEST(ReceiveLog, CountsGapsDuplicatesAndLatePackets) {
  ReceiveLog log;
  EXPECT_EQ(log.add(0, at_ms(0)).newly_missing, 0u);
  EXPECT_EQ(log.add(4, at_ms(1)).newly_missing, 3u);
  EXPECT_FALSE(log.add(4, at_ms(2)).fresh);
  const auto late = log.add(2, at_ms(3));
  EXPECT_TRUE(late.fresh);
  EXPECT_EQ(late.newly_missing, 0u);
  EXPECT_EQ(log.add(5, at_ms(4)).newly_missing, 0u);
}

TEST(ReceiveLog, ReordersShowAsNegativeDifferences) {
  ReceiveLog log;
  log.add(1, at_ms(5));
  log.add(0, at_ms(7));
  Ack ack;
  log.describe(ack, at_ms(7));
  EXPECT_EQ(ack.earlier, (std::vector<std::int32_t>{-20}));
}

TEST(ReceiveLog, WhatIsSettledIsReportedNoMoreButTheNewestStays) {
  ReceiveLog log;
  for (PacketNumber number = 0; number < 10; ++number) log.add(number, at_ms(static_cast<int>(number)));
  log.settle_below(7);
  Ack ack;
  log.describe(ack, at_ms(10));
  EXPECT_EQ(ack.ranges, (std::vector<PacketRange>{{7, 9}}));
  EXPECT_EQ(ack.floor, 7u);
  EXPECT_FALSE(log.add(3, at_ms(11)).fresh);
  log.settle_below(1'000'000);  // a stranger's number
  log.describe(ack, at_ms(12));
  EXPECT_EQ(ack.ranges, (std::vector<PacketRange>{{9, 9}}));
}

TEST(ReceiveLog, AStrangersGapsStayWithinTheCaps) {
  ReceiveLog log;
  for (PacketNumber number = 0; number < 100'000; number += 2) log.add(number, at_ms(1));
  Ack ack;
  log.describe(ack, at_ms(2));
  EXPECT_EQ(ack.ranges.size(), kMaxAckRanges);
  EXPECT_EQ(ack.floor, ack.ranges.back().first);
  EXPECT_TRUE(parse_ack(write_ack(ack)));
}

}  // namespace
}  // namespace skirret::transport
