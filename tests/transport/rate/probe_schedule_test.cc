#include "transport/rate/probe_schedule.hh"

#include <gtest/gtest.h>

namespace skirret::transport {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kPacket = 1100;

TEST(ProbeSchedule, EachFiftyMillisecondsOrHalfARoundTrip) {
  ProbeSchedule probes;
  const TimePoint now = TimePoint{} + seconds(3);
  probes.sent(now);
  EXPECT_EQ(probes.due(milliseconds(40), {}), now + milliseconds(50));
  EXPECT_EQ(probes.due(milliseconds(300), {}), now + milliseconds(150));
}

TEST(ProbeSchedule, WithFortyUnansweredTheyBecomeFew) {
  ProbeSchedule probes;
  const TimePoint now = TimePoint{} + seconds(3);
  probes.sent(now);
  EXPECT_EQ(probes.due(milliseconds(40), {.full = true}), now + milliseconds(250));
  EXPECT_EQ(probes.due(milliseconds(700), {.full = true}), now + milliseconds(700));
}

TEST(ProbeSchedule, TheMoreIsUnansweredTheFewerAndTheSmaller) {
  const auto interval = [](std::size_t in_flight, double carried) {
    return ProbeSchedule::interval(milliseconds(40), {in_flight, carried, false});
  };
  EXPECT_EQ(interval(3000, 0), milliseconds(100));
  EXPECT_EQ(interval(9000, 0), milliseconds(200));
  EXPECT_EQ(interval(1'000'000, 0), milliseconds(333));
  EXPECT_EQ(interval(9000, 9000), milliseconds(100));  // a fast link's usual flight is not much
  EXPECT_EQ(ProbeSchedule::size(kPacket, {2900, 0, false}), kPacket);
  EXPECT_EQ(ProbeSchedule::size(kPacket, {3000, 0, false}), ProbeSchedule::kSmall);
  EXPECT_EQ(ProbeSchedule::size(kPacket, {10'000, 9000, false}), ProbeSchedule::kSmallest);
  // Of a fast link's 100 ms a part is always free: at 720p less shows no picture.
  EXPECT_EQ(ProbeSchedule::size(kPacket, {90'000, 90'000, false}), 600u);
  EXPECT_EQ(ProbeSchedule::size(kPacket, {90'000, 150'000, true}), 800u);
  EXPECT_EQ(ProbeSchedule::size(300, {6000, 0, false}), 300u);
}

}  // namespace
}  // namespace skirret::transport
