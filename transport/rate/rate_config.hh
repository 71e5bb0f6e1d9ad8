#pragma once

#include <cstddef>

#include "codec/base/time.hh"

namespace skirret::transport {

// Every number the rate model is tuned by. The model itself: capacity_estimator.hh, queue_model.hh,
// budget.hh.
struct RateConfig {
  Duration queue_target =
      std::chrono::milliseconds(75);  // what is sent shall leave the bottleneck within this
  std::size_t start_packets = 10;     // before the first estimate, spread over one round trip
  double pace_gain = 1.5;             // a train leaves at this multiple of the estimate
};

}  // namespace skirret::transport
