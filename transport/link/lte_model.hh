#pragma once

#include <cstdint>

#include "transport/link/opportunities.hh"
#include "transport/link/random.hh"

namespace skirret::transport {

// The model's shape, whatever its mean: rates are shares of the mean. The defaults were fitted by
// `fit-lte` (tools/fit-lte, which prints this table again) to the recorded LTE traces of the test data;
// c1 and c5 are the autocorrelation of the capacity of 1 s windows at 1 and 5 s, empty the share of 20 ms
// windows without a delivery (not fitted: the price of Poisson deliveries), outages gaps of 500 ms or more.
//
//   trace                             Mbit/s   p5   p50   p95  empty   c1   c5  outages/min  share of time
//   ATT-LTE-driving.down                5.17  0.13  1.05  1.84  0.104  0.92  0.70     2.67      0.043
//   ATT-LTE-driving.up                  0.83  0.00  1.25  1.42  0.416  0.84  0.52     2.73      0.132
//   TMobile-LTE-short.up               13.32  0.19  0.88  2.07  0.021  0.89  0.76     0.43      0.005
//   Verizon-LTE-short.down              5.03  0.21  0.86  2.15  0.074  0.83  0.37     0.43      0.010
//   Verizon-LTE-short.up                5.95  0.20  0.96  1.91  0.051  0.74  0.27     0.43      0.012
//   nyc2019-2768760-taxi3.down          9.58  0.12  0.93  1.99  0.113  0.80  0.63     0.58      0.010
//   nyc2019-3201711-timessquare.down    3.97  0.41  0.96  1.86  0.162  0.55  0.27     0.47      0.016
//   median of these                     5.17  0.19  0.96  1.91  0.104  0.83  0.52     0.47      0.012
//   the model                           5.17  0.13  1.00  1.88  0.068  0.90  0.50     0.66      0.011
struct LteShape {
  double wander = 0.35;         // standard deviation of the rate's Brownian step over 1 s
  double ceiling = 2.03;        // where the rate is reflected; makes the mean come out as 1
  double outage_chance = 0.05;  // that the rate, arriving at 0, sticks there
  double outage_seconds = 0.5;  // mean time until it leaves again; the gap between deliveries is longer

  bool operator==(const LteShape&) const = default;
};

struct LteConfig {
  static constexpr std::uint64_t kLeastMean = 100'000;
  static constexpr std::uint64_t kMostMean = 100'000'000;

  std::uint64_t seed = 1;
  std::uint64_t mean_bits_per_second = 5'000'000;  // kLeastMean … kMostMean
  LteShape shape;
};

// A cellular link's capacity after Winstein, Sivaraman, Balakrishnan, "Stochastic forecasts achieve high
// throughput and low delay over cellular networks" (Sprout), NSDI 2013, section 3.1: opportunities are a
// Poisson process whose rate wanders by Brownian motion in ticks of 20 ms; at 0 it may stick, and leaves
// that outage after an exponential time.
//
// Uses only IEEE 754 additions, multiplications, divisions, square roots and comparisons, so one seed
// gives one trace on every machine.
class LteOpportunities final : public OpportunitySource {
 public:
  explicit LteOpportunities(const LteConfig& config);
  Duration next() override;

 private:
  static constexpr std::int64_t kTickNs = 20'000'000;

  void next_tick();
  double unit_exponential();
  double unit_normal();

  LteShape shape_;
  double opportunities_a_tick_;  // at the mean rate
  double step_;                  // standard deviation of the rate's step in one tick
  double leave_chance_;          // of an outage, each tick
  LinkRandom rate_draws_;
  LinkRandom delivery_draws_;

  std::int64_t tick_ = 0;
  double within_ = 0;  // 0 … 1 of the tick
  double rate_ = 0;    // in means
  bool outage_ = false;
  double until_next_ = 0;  // of the unit-rate process that the deliveries are
};

}  // namespace skirret::transport
