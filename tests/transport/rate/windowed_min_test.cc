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
  least.add(milliseconds(9), at(4));
  EXPECT_EQ(least.value(), milliseconds(5));
  least.add(milliseconds(12), at(7));
  EXPECT_EQ(least.value(), milliseconds(5));
  least.add(milliseconds(12), at(9));
  EXPECT_EQ(least.value(), milliseconds(9));
  least.add(milliseconds(20), at(100));
  EXPECT_EQ(least.value(), milliseconds(20));
}

TEST(WindowedMin, TakesNegativeValues) {  // the clocks' offset is unknown
  WindowedMin least(seconds(8));
  least.add(-seconds(1000), at(0));
  least.add(-seconds(1000) + milliseconds(3), at(1));
  EXPECT_EQ(least.value(), -seconds(1000));
}

}  // namespace
}  // namespace skirret::transport
