#include "transport/link/lte_model.hh"

#include <cmath>

#include "codec/base/check.hh"

namespace skirret::transport {

LteOpportunities::LteOpportunities(const LteConfig& config)
    : shape_(config.shape),
      opportunities_a_tick_(static_cast<double>(config.mean_bits_per_second) /
                            static_cast<double>(kOpportunityCapacityBits) * 0.02),
      step_(shape_.wander * std::sqrt(0.02)),
      leave_chance_(0.02 / shape_.outage_seconds),
      rate_draws_(LinkRandom::stream(config.seed, 3)),
      delivery_draws_(LinkRandom::stream(config.seed, 4)) {
  SKIRRET_CHECK(config.mean_bits_per_second >= LteConfig::kLeastMean);
  SKIRRET_CHECK(config.mean_bits_per_second <= LteConfig::kMostMean);
  SKIRRET_CHECK(shape_.wander > 0 && shape_.ceiling > 4 * step_ && shape_.outage_seconds >= 0.02);
  rate_ = rate_draws_.unit() * shape_.ceiling;
  until_next_ = unit_exponential();
}

// The deliveries of a Poisson process with a rate that changes are those of a unit-rate process on a
// clock that runs at that rate.
Duration LteOpportunities::next() {
  for (;;) {
    const double speed = outage_ ? 0 : rate_ * opportunities_a_tick_;  // a tick
    const double rest = speed * (1 - within_);
    if (until_next_ < rest) {
      within_ += until_next_ / speed;
      until_next_ = unit_exponential();
      return Duration(tick_ * kTickNs + static_cast<std::int64_t>(within_ * static_cast<double>(kTickNs)));
    }
    until_next_ -= rest;
    next_tick();
  }
}

void LteOpportunities::next_tick() {
  ++tick_;
  within_ = 0;
  if (outage_) {
    outage_ = !rate_draws_.chance(leave_chance_);
    if (outage_) return;
  }
  rate_ += step_ * unit_normal();
  if (rate_ > shape_.ceiling) rate_ = 2 * shape_.ceiling - rate_;
  if (rate_ <= 0) {
    outage_ = rate_draws_.chance(shape_.outage_chance);
    rate_ = outage_ ? 0 : -rate_;
  }
}

// Von Neumann's method (1951): of a falling run of uniform draws, odd lengths accept its first.
double LteOpportunities::unit_exponential() {
  for (double whole = 0;; whole += 1) {
    const double first = delivery_draws_.unit();
    double last = first;
    bool odd = true;
    for (double draw = delivery_draws_.unit(); draw <= last; draw = delivery_draws_.unit()) {
      last = draw;
      odd = !odd;
    }
    if (odd) return whole + first;
  }
}

// Twelve uniform draws: variance 1, and after a few ticks their sum is as good as normal.
double LteOpportunities::unit_normal() {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += rate_draws_.unit();
  return sum;
}

}  // namespace skirret::transport
