#pragma once

#include <memory>
#include <vector>

#include "tests/support/call_simulation.hh"

namespace skirret::test {

inline std::function<std::unique_ptr<transport::OpportunitySource>()> constant(
    std::uint64_t bits_per_second) {
  return [=] { return std::make_unique<transport::ConstantOpportunities>(bits_per_second); };
}

inline std::function<std::unique_ptr<transport::OpportunitySource>()> constant_with_outages(
    std::uint64_t bits_per_second, std::vector<transport::TimeWindow> outages) {
  return [=]() -> std::unique_ptr<transport::OpportunitySource> {
    return std::make_unique<transport::OutageOpportunities>(
        std::make_unique<transport::ConstantOpportunities>(bits_per_second), outages);
  };
}

// The acceptance tests' link: 20 ms each way, drop-tail queues of 256 packets.
inline CallOptions call_over(std::function<std::unique_ptr<transport::OpportunitySource>()> forward,
                             std::function<std::unique_ptr<transport::OpportunitySource>()> reverse) {
  CallOptions options;
  options.forward = std::move(forward);
  options.reverse = std::move(reverse);
  for (transport::LinkConfig* link : {&options.forward_link, &options.reverse_link}) {
    link->delay = std::chrono::milliseconds(20);
    link->queue_packets = 256;
  }
  return options;
}

inline TimePoint at_seconds(double seconds) {
  return TimePoint{} + Duration(static_cast<Duration::rep>(seconds * 1e9));
}

}  // namespace skirret::test
