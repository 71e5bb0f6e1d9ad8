#pragma once

#include <algorithm>
#include <cstddef>

#include "codec/base/time.hh"

namespace skirret::transport {

// When a probe is due while the budget is 0: each max(50 ms, RTT/2). With kMaxOutstanding of them unanswered
// the oldest is given up for each new one, and they come each max(250 ms, RTT): a long outage's end is still
// seen soon, and what waits for it in a queue stays small.
class ProbeSchedule {
 public:
  static constexpr std::size_t kMaxOutstanding = 40;

  void sent(TimePoint now) { last_ = now; }
  // Any packet that goes out is as good as a probe.
  TimePoint due(Duration round_trip, std::size_t outstanding) const {
    return last_ + interval(round_trip, outstanding);
  }

  static Duration interval(Duration round_trip, std::size_t outstanding) {
    if (outstanding < kMaxOutstanding)
      return std::max<Duration>(std::chrono::milliseconds(50), round_trip / 2);
    return std::max<Duration>(std::chrono::milliseconds(250), round_trip);
  }

 private:
  TimePoint last_{};
};

}  // namespace skirret::transport
