#include "transport/link/loss.hh"

#include <algorithm>

#include "codec/base/check.hh"

namespace skirret::transport {

BurstLoss BurstLoss::with(double share, double mean_burst_packets) {
  SKIRRET_CHECK(share >= 0 && share < 1 && mean_burst_packets >= 1);
  const double bad_to_good = 1.0 / mean_burst_packets;
  return {std::min(1.0, bad_to_good * share / (1.0 - share)), bad_to_good, 1.0};
}

LossProcess::LossProcess(double random, const BurstLoss& burst, std::uint64_t seed)
    : random_(random), burst_(burst), draws_(LinkRandom::stream(seed, 1)) {
  SKIRRET_CHECK(random >= 0 && random <= 1);
  SKIRRET_CHECK(burst.good_to_bad >= 0 && burst.good_to_bad <= 1);
  SKIRRET_CHECK(burst.bad_to_good > 0 && burst.bad_to_good <= 1);
}

bool LossProcess::lose_next() {
  bad_ = draws_.chance(bad_ ? 1.0 - burst_.bad_to_good : burst_.good_to_bad);
  const bool in_burst = draws_.chance(burst_.loss_in_bad) && bad_;
  const bool alone = draws_.chance(random_);
  return in_burst || alone;
}

}  // namespace skirret::transport
