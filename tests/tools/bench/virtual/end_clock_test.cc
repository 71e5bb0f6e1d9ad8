#include "tools/bench/virtual/end_clock.hh"

#include <gtest/gtest.h>

#include "tests/support/random.hh"

namespace skirret::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

ClockFault faulty() {
  return {
      .offset = seconds(1000),
      .skew_ppm = 100,
      .steps = {{TimePoint{} + seconds(10), milliseconds(500)}, {TimePoint{} + seconds(20), seconds(30)}}};
}

TEST(EndClock, WithoutAFaultItIsTheNetworks) {
  const EndClock clock;
  EXPECT_EQ(clock.local(TimePoint{} + seconds(7)), TimePoint{} + seconds(7));
  EXPECT_EQ(clock.network(TimePoint{} + seconds(7)), TimePoint{} + seconds(7));
  EXPECT_EQ(clock.network(kNever), kNever);
}

TEST(EndClock, RunsFastFromItsOffsetAndJumps) {
  const EndClock clock(faulty());
  EXPECT_EQ(clock.local(TimePoint{}), TimePoint{} + seconds(1000));
  EXPECT_EQ(clock.local(TimePoint{} + seconds(5)),
            TimePoint{} + seconds(1005) + std::chrono::microseconds(500));
  EXPECT_EQ(clock.local(TimePoint{} + seconds(10)), TimePoint{} + milliseconds(1010501));
  // A moment that its jump passed over is met by the jump.
  EXPECT_EQ(clock.network(TimePoint{} + milliseconds(1010250)), TimePoint{} + seconds(10));
}

TEST(EndClock, MeetsEachDeadlineAtTheFirstMomentThatItCan) {
  for (const int skew : {-100, 0, 100}) {
    ClockFault fault = faulty();
    fault.skew_ppm = skew;
    const EndClock clock(fault);
    test::Random random(static_cast<std::uint64_t>(skew + 7));
    for (int i = 0; i < 20'000; ++i) {
      const TimePoint deadline =
          clock.local(TimePoint{}) + Duration(1 + static_cast<std::int64_t>(random.below(80'000'000'000u)));
      const TimePoint met = clock.network(deadline);
      ASSERT_GE(clock.local(met), deadline);
      ASSERT_LT(clock.local(met - Duration(1)), deadline);
    }
  }
}

}  // namespace
}  // namespace skirret::bench
