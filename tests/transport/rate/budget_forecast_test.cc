#include "transport/rate/budget_forecast.hh"

#include <gtest/gtest.h>

#include "tests/support/random.hh"

namespace skirret::transport {
namespace {

TEST(BudgetForecast, AimsSettleAtTheQuantilesOfWhatHappens) {
  BudgetForecast forecast;
  test::Random random(1);
  int below_low = 0;
  int below_middle = 0;
  int below_high = 0;
  constexpr int kCounted = 20'000;
  for (int i = 0; i < 2000 + kCounted; ++i) {
    const double ratio = 0.5 + 0.001 * static_cast<double>(random.below(1000));  // even in 0.5 … 1.5
    if (i >= 2000) {
      below_low += ratio < forecast.ratio(BudgetForecast::kLow) ? 1 : 0;
      below_middle += ratio < forecast.ratio(BudgetForecast::kMiddle) ? 1 : 0;
      below_high += ratio < forecast.ratio(BudgetForecast::kHigh) ? 1 : 0;
    }
    forecast.observe(ratio);
  }
  EXPECT_NEAR(below_low, 0.1 * kCounted, 0.02 * kCounted);
  EXPECT_NEAR(below_middle, 0.4 * kCounted, 0.02 * kCounted);
  EXPECT_NEAR(below_high, 0.75 * kCounted, 0.02 * kCounted);
}

TEST(BudgetForecast, StaysWithinReasonWhateverHappens) {
  BudgetForecast forecast;
  for (int i = 0; i < 1000; ++i) forecast.observe(100);
  EXPECT_LE(forecast.ratio(BudgetForecast::kHigh), 3);
  for (int i = 0; i < 1000; ++i) forecast.observe(0.001);
  EXPECT_GE(forecast.ratio(BudgetForecast::kLow), 0.2);
  EXPECT_LE(forecast.ratio(BudgetForecast::kLow), forecast.ratio(BudgetForecast::kHigh));
}

}  // namespace
}  // namespace skirret::transport
