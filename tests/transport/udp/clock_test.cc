#include "transport/udp/clock.hh"

#include <gtest/gtest.h>

namespace skirret::transport {
namespace {

using std::chrono::milliseconds;

TEST(Clock, NeverRunsBackwards) {
  TimePoint last = monotonic_now();
  for (int i = 0; i < 1000; ++i) {
    const TimePoint now = monotonic_now();
    ASSERT_GE(now, last);
    last = now;
  }
}

TEST(Clock, ConvertsAStampByItsAge) {
  const TimePoint now = from_ns(50'000'000'000);
  EXPECT_EQ(monotonic_from_realtime(1'000'000'000, 1'003'000'000, now), now - milliseconds(3));
  EXPECT_EQ(monotonic_from_realtime(7, 7, now), now);
}

TEST(Clock, DistrustsStampsAcrossAStepOfTheWallClock) {
  const TimePoint now = from_ns(50'000'000'000);
  EXPECT_EQ(monotonic_from_realtime(2'000'000'000, 1'000'000'000, now), now);   // set back meanwhile
  EXPECT_EQ(monotonic_from_realtime(1'000'000'000, 90'000'000'000, now), now);  // set forward meanwhile
}

}  // namespace
}  // namespace skirret::transport
