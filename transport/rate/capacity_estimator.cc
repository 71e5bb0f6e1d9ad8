#include "transport/rate/capacity_estimator.hh"

#include <algorithm>
#include <cmath>

namespace skirret::transport {
namespace {

// A pause or an outage makes what is known older, but not void.
constexpr Duration kLongestStep = std::chrono::milliseconds(100);
// More packets make no bolder: two calls share a link evenly only if the one that has more of it asks, for
// its share, for no more.
constexpr double kMostPackets = 64;
constexpr double kShortestBusy = 1e-5;  // seconds a packet: 1 Gbit/s is as fast as this believes

}  // namespace

void CapacityEstimator::add(std::size_t bytes, Duration busy, Duration arrival) {
  if (newest_ && arrival > *newest_) {
    const Duration age = std::min<Duration>(arrival - *newest_, kLongestStep);
    const double keep = std::exp(-to_seconds(age) / memory_s_);
    bytes_ *= keep;
    busy_s_ *= keep;
  }
  newest_ = newest_ ? std::max(*newest_, arrival) : arrival;
  const auto size = static_cast<double>(bytes);
  bytes_ += size;
  busy_s_ += std::max(to_seconds(busy), kShortestBusy);
  packet_ += (size - packet_) / 64;
}

double CapacityEstimator::mean(Duration silence) const {
  if (!known()) return 0;
  return bytes_ / (busy_s_ + to_seconds(silence));
}

double CapacityEstimator::below(double deviations, Duration silence) const {
  const double middle = mean(silence);
  const double packets = std::clamp(bytes_ / packet_, 0.01, kMostPackets);
  return middle * std::max(0.1, 1 - deviations / std::sqrt(packets));
}

}  // namespace skirret::transport
