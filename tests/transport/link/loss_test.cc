#include "transport/link/loss.hh"

#include <gtest/gtest.h>

namespace skirret::transport {
namespace {

struct LossCount {
  int lost = 0;
  int bursts = 0;
};

LossCount count(LossProcess process, int packets) {
  LossCount result;
  bool before = false;
  for (int i = 0; i < packets; ++i) {
    const bool lost = process.lose_next();
    result.lost += lost ? 1 : 0;
    result.bursts += lost && !before ? 1 : 0;
    before = lost;
  }
  return result;
}

TEST(Loss, NoneAndAll) {
  EXPECT_EQ(count(LossProcess(0, {}, 1), 10'000).lost, 0);
  EXPECT_EQ(count(LossProcess(1, {}, 1), 10'000).lost, 10'000);
}

TEST(Loss, RandomLossHasItsShareAndNoBursts) {
  const LossCount got = count(LossProcess(0.05, {}, 3), 200'000);
  EXPECT_NEAR(got.lost, 10'000, 500);                          // about 5 standard deviations
  EXPECT_NEAR(double(got.lost) / got.bursts, 1 / 0.95, 0.02);  // independent: mean run 1 / (1 - p)
}

TEST(Loss, BurstLossHasItsShareAndItsLength) {
  const LossCount got = count(LossProcess(0, BurstLoss::with(0.02, 8), 4), 500'000);
  EXPECT_NEAR(got.lost / 500'000.0, 0.02, 0.002);
  EXPECT_NEAR(double(got.lost) / got.bursts, 8, 0.8);
}

TEST(Loss, ABurstMayLoseOnlySomeOfItsPackets) {
  const BurstLoss half{0.01, 0.1, 0.5};
  EXPECT_NEAR(count(LossProcess(0, half, 5), 500'000).lost / 500'000.0, 0.5 * 0.01 / 0.11, 0.004);
}

TEST(Loss, OneOptionLeavesTheOtherDrawsAlone) {
  LossProcess few(0.05, {}, 9);
  LossProcess more(0.10, {}, 9);
  int extra = 0;
  for (int i = 0; i < 10'000; ++i) {
    const bool a = few.lose_next();
    const bool b = more.lose_next();
    EXPECT_TRUE(b || !a);  // what 5 % lose, 10 % lose too
    extra += b && !a ? 1 : 0;
  }
  EXPECT_GT(extra, 300);
}

}  // namespace
}  // namespace skirret::transport
