#include "transport/recovery/sent_packets.hh"

#include <gtest/gtest.h>

namespace skirret::transport {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TimePoint at_ms(int ms) {
  return TimePoint{} + seconds(5) + milliseconds(ms);
}

SentPacket packet(PacketNumber number, int ms, PacketKind kind = PacketKind::kData) {
  SentPacket sent;
  sent.number = number;
  sent.kind = kind;
  sent.sent = at_ms(ms);
  sent.wire_bytes = 1000;
  sent.frame = 1 + number / 10;
  return sent;
}

Ack ack_of(std::vector<PacketRange> ranges, int newest_ms = 0) {
  static std::uint64_t serial = 0;
  Ack ack;
  ack.serial = ++serial;
  ack.ranges = std::move(ranges);
  ack.newest_arrival = to_wire(at_ms(newest_ms));
  return ack;
}

void send_ten(SentPackets& sent) {
  for (PacketNumber number = 0; number < 10; ++number) sent.sent(packet(number, static_cast<int>(number)));
}

TEST(SentPackets, TellsDeliveredFromLostFromWaiting) {
  SentPackets sent;
  send_ten(sent);
  EXPECT_EQ(sent.bytes_in_flight(), 10'000u);
  const AckOutcome outcome = sent.acked(ack_of({{4, 6}, {0, 1}}), at_ms(60));
  EXPECT_EQ(outcome.delivered.size(), 5u);
  ASSERT_EQ(outcome.lost.size(), 2u);  // 2 and 3 are three and more behind 6
  EXPECT_EQ(outcome.lost[0].number, 2u);
  EXPECT_EQ(outcome.lost[1].number, 3u);
  EXPECT_EQ(sent.bytes_in_flight(), 3000u);  // 7, 8, 9 are on their way
  EXPECT_EQ(sent.oldest_unsettled(10), 7u);
}

TEST(SentPackets, SilenceLosesNothing) {
  SentPackets sent;
  send_ten(sent);
  EXPECT_TRUE(sent.overdue(at_ms(600'000)).empty());
  EXPECT_EQ(sent.bytes_in_flight(), 10'000u);
}

TEST(SentPackets, ANeighbourGetsAMomentBeforeItIsLost) {
  SentPackets sent;
  send_ten(sent);
  EXPECT_TRUE(sent.acked(ack_of({{9, 9}, {0, 7}}), at_ms(60)).lost.empty());
  ASSERT_NE(sent.next_overdue(), kNever);
  EXPECT_GE(sent.next_overdue(), at_ms(62));
  EXPECT_TRUE(sent.overdue(at_ms(61)).empty());
  const auto lost = sent.overdue(sent.next_overdue());
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_EQ(lost[0].number, 8u);
  EXPECT_EQ(sent.next_overdue(), kNever);
}

TEST(SentPackets, OneThatWasSentWellBeforeADeliveredOneIsLostAtOnce) {
  SentPackets sent;
  sent.sent(packet(0, 0));
  sent.sent(packet(1, 33));  // the next frame
  sent.sent(packet(2, 36));
  const AckOutcome outcome = sent.acked(ack_of({{1, 1}}), at_ms(75));
  ASSERT_EQ(outcome.lost.size(), 1u);
  EXPECT_EQ(outcome.lost[0].number, 0u);
}

TEST(SentPackets, ReorderingOnceSeenWidensTheWindow) {
  SentPackets sent;
  send_ten(sent);
  EXPECT_EQ(sent.acked(ack_of({{4, 4}, {1, 3}}), at_ms(60)).lost.size(), 1u);
  const AckOutcome late = sent.acked(ack_of({{0, 5}}), at_ms(70));  // packet 0 came after all
  EXPECT_EQ(late.late, 1u);
  EXPECT_EQ(late.delivered.size(), 2u);
  EXPECT_GT(sent.reorder_window_ms(), 5);
  EXPECT_TRUE(sent.acked(ack_of({{9, 9}, {0, 5}}), at_ms(80)).lost.empty());
  EXPECT_TRUE(sent.acked(ack_of({{0, 9}}), at_ms(85)).lost.empty());
  EXPECT_EQ(sent.packets_in_flight(), 0u);
}

TEST(SentPackets, BelowTheFloorOfAnAckNothingIsKnown) {
  SentPackets sent;
  send_ten(sent);
  Ack ack = ack_of({{8, 9}});
  ack.floor = 6;
  const AckOutcome outcome = sent.acked(ack, at_ms(60));
  ASSERT_EQ(outcome.lost.size(), 1u);
  EXPECT_EQ(outcome.lost[0].number, 6u);
  EXPECT_EQ(sent.packets_in_flight(), 7u);
}

TEST(SentPackets, RoundTripLeavesTheHoldTimeOut) {
  SentPackets sent;
  send_ten(sent);
  Ack ack = ack_of({{0, 9}});
  ack.hold = milliseconds(8);
  EXPECT_EQ(sent.acked(ack, at_ms(9 + 50)).rtt, milliseconds(42));
}

TEST(SentPackets, ArrivalTimesAreUnwrapped) {
  SentPackets sent;
  send_ten(sent);
  Ack first = ack_of({{0, 0}});
  first.newest_arrival.ticks = 0xffff'fff0u;
  const auto a = sent.acked(first, at_ms(50)).delivered;
  Ack second = ack_of({{0, 2}});
  second.newest_arrival.ticks = 0x10u;
  second.earlier = {5};
  const auto b = sent.acked(second, at_ms(60)).delivered;
  ASSERT_EQ(b.size(), 2u);
  ASSERT_TRUE(a[0].arrival && b[0].arrival && b[1].arrival);
  EXPECT_EQ(*b[1].arrival - *a[0].arrival, 0x20 * kWireTick);
  EXPECT_EQ(*b[1].arrival - *b[0].arrival, 5 * kWireTick);
}

TEST(SentPackets, AStrangersHugeRangesCostNothing) {
  SentPackets sent;
  send_ten(sent);
  const AckOutcome outcome = sent.acked(ack_of({{0, kMaxPacketNumber}}), at_ms(60));
  EXPECT_LE(outcome.delivered.size(), 10u);
}

TEST(SentPackets, ProbesAreCountedAndGivenUpOldestFirst) {
  SentPackets sent;
  sent.sent(packet(0, 0));
  sent.sent(packet(1, 1, PacketKind::kProbe));
  sent.sent(packet(2, 2, PacketKind::kProbe));
  EXPECT_EQ(sent.probes_in_flight(), 2u);
  EXPECT_EQ(sent.give_up_oldest_probe()->number, 1u);
  EXPECT_EQ(sent.probes_in_flight(), 1u);
  EXPECT_EQ(sent.acked(ack_of({{0, 2}}), at_ms(40)).delivered.size(), 3u);  // it came after all
  EXPECT_EQ(sent.probes_in_flight(), 0u);
}

}  // namespace
}  // namespace skirret::transport
