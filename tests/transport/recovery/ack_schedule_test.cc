#include "transport/recovery/ack_schedule.hh"

#include <gtest/gtest.h>

namespace skirret::transport {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const TimePoint kStart = TimePoint{} + seconds(10);

TEST(AckSchedule, AcksTenMillisecondsAfterAnArrivalOrAtOnceWhenAsked) {
  AckSchedule schedule;
  EXPECT_EQ(schedule.next(), kNever);
  schedule.arrived(1200, kStart);
  EXPECT_EQ(schedule.next(), kStart + milliseconds(10));
  schedule.arrived(1200, kStart + milliseconds(5));  // the first one's delay counts
  EXPECT_EQ(schedule.next(), kStart + milliseconds(10));
  schedule.want_now(kStart + milliseconds(6));
  EXPECT_TRUE(schedule.due(kStart + milliseconds(6)));
  schedule.sent(120, kStart + milliseconds(6));
  EXPECT_EQ(schedule.next(), kNever);
}

// Acks a second, and their share of the forward bytes, at a forward rate of 1200-byte packets.
struct Spent {
  double per_second;
  double share;
};
Spent spend(Duration packet_interval) {
  AckSchedule schedule;
  const std::size_t ack_bytes = 150;
  double acks = 0;
  double packets = 0;
  for (TimePoint now = kStart; now < kStart + seconds(20); now += packet_interval) {
    schedule.arrived(1200, now);
    schedule.progressed(now);
    schedule.want_now(now);
    ++packets;
    for (TimePoint then = now; then < now + packet_interval; then += milliseconds(1)) {
      if (!schedule.due(then)) continue;
      schedule.sent(ack_bytes, then);
      ++acks;
    }
  }
  return {acks / 20, acks * ack_bytes / (packets * 1200)};
}

TEST(AckSchedule, KeepsToTheShareOfTheForwardBytesOrTwentyASecond) {
  const Spent fast = spend(milliseconds(1));
  EXPECT_LE(fast.share, 0.065);  // 5 % and the twenty that are always allowed
  EXPECT_GT(fast.per_second, 300);
  const Spent slow = spend(milliseconds(12));
  EXPECT_GE(slow.per_second, 20);
  EXPECT_LE(slow.per_second, 60);
  const Spent trickle = spend(milliseconds(30));
  EXPECT_GE(trickle.per_second, 15);
  EXPECT_LE(trickle.per_second, 34);
}

TEST(AckSchedule, BacksOffWhileTheSenderDoesNotGetThem) {
  AckSchedule schedule;
  schedule.progressed(kStart);
  int acks = 0;
  for (TimePoint now = kStart; now < kStart + seconds(11); now += milliseconds(1)) {
    if ((now - kStart) % milliseconds(25) == Duration::zero()) schedule.arrived(1200, now);
    if (!schedule.due(now)) continue;
    schedule.sent(150, now);
    if (now >= kStart + seconds(1)) ++acks;
  }
  EXPECT_NEAR(acks, 50, 5);  // five a second
  schedule.progressed(kStart + seconds(11));
  schedule.arrived(1200, kStart + seconds(11));
  EXPECT_LE(schedule.next(), kStart + seconds(11) + milliseconds(200));
}

}  // namespace
}  // namespace skirret::transport
