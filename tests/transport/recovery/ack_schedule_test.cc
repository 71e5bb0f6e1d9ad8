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
  EXPECT_LE(fast.share, 0.051);
  EXPECT_GT(fast.per_second, 300);
  const Spent slow = spend(milliseconds(12));
  EXPECT_GE(slow.per_second, 20);
  EXPECT_LE(slow.share, 0.055);
  const Spent trickle = spend(milliseconds(30));  // 5 % pays for 13 a second
  EXPECT_GE(trickle.per_second, 15);
  EXPECT_LE(trickle.per_second, 20);
}

// Where 5 % pays for little, a gap's ack need not wait for the next usual one, and still no second sees more
// than twenty.
TEST(AckSchedule, AGapIsToldAtOnceAsLongAsTheSecondAllows) {
  AckSchedule schedule;
  std::vector<TimePoint> sent;
  int gaps = 0;
  int told_at_once = 0;
  for (TimePoint now = kStart; now < kStart + seconds(20); now += milliseconds(1)) {
    const auto ms = (now - kStart) / milliseconds(1);
    if (ms % 33 == 0) {
      schedule.arrived(600, now);
      schedule.progressed(now);
      schedule.want_now(now);
      const bool gap = (ms / 33) % 10 == 7;  // three a second
      if (gap) schedule.gap_seen(now);
      gaps += gap;
      told_at_once += gap && schedule.due(now);
    }
    if (!schedule.due(now)) continue;
    schedule.sent(150, now);
    sent.push_back(now);
  }
  EXPECT_EQ(told_at_once, gaps);
  EXPECT_GE(gaps, 60);
  for (std::size_t i = 20 + 10; i < sent.size(); ++i) EXPECT_GE(sent[i] - sent[i - 20], seconds(1));
  for (std::size_t i = 1; i < sent.size(); ++i) EXPECT_LE(sent[i] - sent[i - 1], milliseconds(67));
}

TEST(AckSchedule, AFramesEndWaitsForItsDecodingWhereAcksAreScarce) {
  AckSchedule schedule;
  schedule.arrived(1200, kStart);
  schedule.frame_ended(kStart);
  EXPECT_TRUE(schedule.due(kStart));
  schedule.sent(2000, kStart);
  schedule.progressed(kStart);
  schedule.arrived(1200, kStart + milliseconds(100));
  schedule.frame_ended(kStart + milliseconds(100));
  EXPECT_EQ(schedule.next(), kStart + milliseconds(110));
  schedule.want_now(kStart + milliseconds(103));
  EXPECT_EQ(schedule.next(), kStart + milliseconds(103));
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

// Acks on a slow way back would queue there and tell older and older news: four are on their way at most.
TEST(AckSchedule, LateNewsOfItsAcksSpacesThem) {
  for (const auto& [lag, spacing] : {std::pair{milliseconds(300), milliseconds(0)},
                                     {milliseconds(800), milliseconds(200)},
                                     {milliseconds(10'000), milliseconds(750)}}) {
    AckSchedule schedule;
    schedule.sent(150, kStart);
    schedule.progressed(kStart, lag);
    schedule.arrived(1200, kStart + milliseconds(1));
    EXPECT_EQ(schedule.next(), kStart + std::max<Duration>(spacing, milliseconds(11))) << to_ms(lag);
  }
}

}  // namespace
}  // namespace skirret::transport
