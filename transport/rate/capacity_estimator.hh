#pragma once

#include <cstddef>
#include <optional>

#include "codec/base/time.hh"

namespace skirret::transport {

// How many bytes a second the bottleneck carries while it has something to carry.
//
// Each delivered packet is a sample: its bytes, and the time during which the bottleneck was busy with it.
// With d0 the one-way delay through empty queues, a packet sent at s reaches the bottleneck (as seen from the
// far end) at s + d0; it is served from then on, or from the arrival of the one before it, whichever is
// later:
//
//   busy_i = arrival_i - max(arrival_{i-1}, s_i + d0)
//
// So a sender's pause counts for nothing (the bottleneck was idle), and a train that queues measures the rate
// at which it drains. Deliveries being about Poisson, the rate's posterior is a Gamma distribution with
// `bytes` and `busy seconds` as its two parameters; both are forgotten exponentially with time (`memory`),
// for capacity wanders. Few samples or old ones give a broad posterior: standard deviation / mean =
// 1/sqrt(packets).
class CapacityEstimator {
 public:
  explicit CapacityEstimator(Duration memory) : memory_s_(to_seconds(memory)) {}

  // Packets in order of arrival. `busy` as above, not negative.
  void add(std::size_t bytes, Duration busy, Duration arrival);

  bool known() const { return bytes_ > 0; }
  // Bytes a second. `silence`: busy time without a delivery so far, which counts against the rate.
  double mean(Duration silence = {}) const;
  // The mean less so many standard deviations, at least a tenth of the mean.
  double below(double deviations, Duration silence = {}) const;

 private:
  double memory_s_;
  double bytes_ = 0;
  double busy_s_ = 0;
  double packet_ = 1200;  // mean size, for the count of packets
  std::optional<Duration> newest_;
};

}  // namespace skirret::transport
