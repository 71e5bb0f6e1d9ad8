#include "transport/pacing/pacer.hh"

#include <gtest/gtest.h>

namespace skirret::transport {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Pacer, SpacesPacketsInSubMillisecondSteps) {
  Pacer pacer;
  pacer.set_rate(2'400'000);
  TimePoint now = TimePoint{} + seconds(1);
  pacer.sent(1200, now);
  EXPECT_FALSE(pacer.may_send(now));
  pacer.sent(1200, now = pacer.next());
  const TimePoint third = pacer.next();
  EXPECT_EQ(third - now, microseconds(500));
  EXPECT_FALSE(pacer.may_send(third - Duration(1)));
  EXPECT_TRUE(pacer.may_send(third));
}

TEST(Pacer, CoarseTimersStillGiveTheMeanRate) {
  Pacer pacer;
  pacer.set_rate(1'000'000);
  int sent = 0;
  for (TimePoint now = TimePoint{} + seconds(1); now < TimePoint{} + seconds(2); now += milliseconds(1)) {
    int burst = 0;
    while (pacer.may_send(now)) {
      pacer.sent(500, now);
      ++sent;
      ++burst;
    }
    EXPECT_LE(burst, 4);
  }
  EXPECT_NEAR(sent, 2000, 5);
}

TEST(Pacer, APauseGivesNoBurst) {
  Pacer pacer;
  pacer.set_rate(120'000);  // 10 ms a packet
  TimePoint now = TimePoint{} + seconds(1);
  pacer.sent(1200, now);
  now += seconds(5);
  EXPECT_TRUE(pacer.may_send(now));
  pacer.sent(1200, now);
  EXPECT_GE(pacer.next() - now, milliseconds(8));
}

}  // namespace
}  // namespace skirret::transport
