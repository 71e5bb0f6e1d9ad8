#include "transport/rate/probe_schedule.hh"

#include <gtest/gtest.h>

namespace skirret::transport {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(ProbeSchedule, EachFiftyMillisecondsOrHalfARoundTrip) {
  ProbeSchedule probes;
  const TimePoint now = TimePoint{} + seconds(3);
  probes.sent(now);
  EXPECT_EQ(probes.due(milliseconds(40), 0), now + milliseconds(50));
  EXPECT_EQ(probes.due(milliseconds(300), 39), now + milliseconds(150));
}

TEST(ProbeSchedule, WithFortyUnansweredTheyBecomeFew) {
  ProbeSchedule probes;
  const TimePoint now = TimePoint{} + seconds(3);
  probes.sent(now);
  EXPECT_EQ(probes.due(milliseconds(40), 40), now + milliseconds(250));
  EXPECT_EQ(probes.due(milliseconds(700), 40), now + milliseconds(700));
}

}  // namespace
}  // namespace skirret::transport
