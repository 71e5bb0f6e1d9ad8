#include "transport/rate/capacity_estimator.hh"

#include <gtest/gtest.h>

namespace skirret::transport {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Packets of `bytes`, each of which keeps the bottleneck busy for `busy`; `idle` between them.
Duration feed(CapacityEstimator& estimator, int packets, std::size_t bytes, Duration busy, Duration idle,
              Duration from = {}) {
  for (int i = 0; i < packets; ++i) {
    from += busy + idle;
    estimator.add(bytes, busy, from);
  }
  return from;
}

TEST(CapacityEstimator, MeasuresTheRateWhileBusyWhateverThePauses) {
  for (const int idle_ms : {0, 10, 60}) {
    CapacityEstimator estimator(milliseconds(250));
    feed(estimator, 100, 1250, milliseconds(2), milliseconds(idle_ms));
    EXPECT_NEAR(estimator.mean(), 625'000, 1) << idle_ms;
  }
}

TEST(CapacityEstimator, FollowsAStepWithinItsMemory) {
  CapacityEstimator estimator(milliseconds(250));
  Duration at = feed(estimator, 500, 1250, milliseconds(1), {});
  at = feed(estimator, 50, 1250, milliseconds(10), {}, at);  // half a second at a tenth
  EXPECT_LT(estimator.mean(), 125'000 * 2.5);
  feed(estimator, 100, 1250, milliseconds(10), {}, at);
  EXPECT_NEAR(estimator.mean(), 125'000, 10'000);
}

TEST(CapacityEstimator, CautionIsGreatWhileLittleIsKnown) {
  CapacityEstimator estimator(milliseconds(250));
  feed(estimator, 2, 1250, milliseconds(2), {});
  const double early = estimator.below(1) / estimator.mean();
  feed(estimator, 200, 1250, milliseconds(2), {}, milliseconds(4));
  const double late = estimator.below(1) / estimator.mean();
  EXPECT_LT(early, 0.5);
  EXPECT_GT(late, 0.85);
  EXPECT_LT(late, 1);
}

TEST(CapacityEstimator, SilenceCountsAgainstTheRateUntilItIsOver) {
  CapacityEstimator estimator(milliseconds(250));
  feed(estimator, 100, 1250, milliseconds(2), {});
  EXPECT_LT(estimator.mean(milliseconds(200)), 625'000 * 0.6);
  EXPECT_NEAR(estimator.mean(), 625'000, 1);
}

TEST(CapacityEstimator, APauseAgesButDoesNotForget) {
  CapacityEstimator estimator(milliseconds(250));
  const Duration at = feed(estimator, 100, 1250, milliseconds(2), {});
  feed(estimator, 1, 1250, milliseconds(8), seconds(10), at);
  EXPECT_GT(estimator.mean(), 500'000);
}

}  // namespace
}  // namespace skirret::transport
