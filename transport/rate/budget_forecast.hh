#pragma once

#include <algorithm>
#include <array>
#include <cmath>

namespace skirret::transport {

// Learns how the budget at the moment of choosing compares with what was forecast before coding, as quantiles
// of their ratio. Aims set at these quantiles make the most of few candidates: one that nearly always fits,
// one that mostly does, one for when the link is kind. Each quantile is followed by small steps, up by q and
// down by 1 - q (stochastic approximation, Robbins and Monro 1951), in the logarithm.
class BudgetForecast {
 public:
  enum Aim { kLow = 0, kMiddle = 1, kHigh = 2 };

  // `ratio`: budget / forecast, above 0.
  void observe(double ratio) {
    for (Tracker& tracker : trackers_) {
      const double step = kStep * (ratio > tracker.value ? tracker.quantile : tracker.quantile - 1);
      tracker.value = std::clamp(tracker.value * std::exp(step), kLeast, kMost);
    }
  }

  double ratio(Aim aim) const { return trackers_[aim].value; }

 private:
  static constexpr double kStep = 0.02;
  static constexpr double kLeast = 0.2;
  static constexpr double kMost = 3;

  struct Tracker {
    double quantile;
    double value;
  };
  std::array<Tracker, 3> trackers_{{{0.1, 0.6}, {0.4, 0.95}, {0.75, 1.2}}};
};

}  // namespace skirret::transport
