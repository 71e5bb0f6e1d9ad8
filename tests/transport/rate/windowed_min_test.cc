#include "transport/rate/windowed_min.hh"

#include <gtest/gtest.h>

namespace skirret::transport {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TimePoint at(int s) {
  return TimePoint{} + seconds(s);
}

TEST(WindowedMin, ForgetsWhatIsOlderThanTheWindow) {
  WindowedMin least(seconds(8));
  EXPECT_FALSE(least.value());
  least.add(milliseconds(5), at(0));
  for (int second = 1; second < 4; ++second) least.add(milliseconds(12), at(second));
  least.add(milliseconds(9), at(4));
  for (int second = 5; second <= 7; ++second) {
    least.add(milliseconds(12), at(second));
    EXPECT_EQ(least.value(), milliseconds(5));
  }
  least.add(milliseconds(12), at(8));
  least.add(milliseconds(12), at(9));
  EXPECT_EQ(least.value(), milliseconds(9));
}

// Ten seconds without a packet, and the first one after them has waited as long.
TEST(WindowedMin, ASilenceIsNoWindow) {
  WindowedMin least(seconds(8));
  for (int second = 0; second < 8; ++second) least.add(milliseconds(5), at(second));
  least.add(seconds(10), at(18));
  EXPECT_EQ(least.value(), milliseconds(5));
  for (int second = 19; second < 27; ++second) least.add(milliseconds(20), at(second));
  EXPECT_EQ(least.value(), milliseconds(20));  // and for the path that is there now it makes way
}

TEST(WindowedMin, TakesNegativeValues) {  // the clocks' offset is unknown
  WindowedMin least(seconds(8));
  least.add(-seconds(1000), at(0));
  least.add(-seconds(1000) + milliseconds(3), at(1));
  EXPECT_EQ(least.value(), -seconds(1000));
}

}  // namespace
}  // namespace skirret::transport
