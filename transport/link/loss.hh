#pragma once

#include <cstdint>

#include "transport/link/random.hh"

namespace skirret::transport {

// Loss in bursts: the two-state chain of Gilbert (1960) and Elliott (1963), one step a packet.
// Mean burst (packets in the bad state) = 1 / bad_to_good; share of packets in the bad state =
// good_to_bad / (good_to_bad + bad_to_good).
struct BurstLoss {
  double good_to_bad = 0;  // 0 … 1; 0 switches the model off
  double bad_to_good = 1;  // above 0 … 1
  double loss_in_bad = 1;  // 0 … 1

  // The chain that loses this share of packets (below 1) in bursts of this mean length (at least 1).
  static BurstLoss with(double share, double mean_burst_packets);
};

// Decides for each packet in turn whether the air loses it: independently with `random`, or by a burst.
class LossProcess {
 public:
  LossProcess(double random, const BurstLoss& burst, std::uint64_t seed);
  bool lose_next();

 private:
  double random_;
  BurstLoss burst_;
  LinkRandom draws_;
  bool bad_ = false;
};

}  // namespace skirret::transport
