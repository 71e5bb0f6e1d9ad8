#pragma once

#include <vector>

#include "codec/base/time.hh"

namespace skirret::bench {

// How one end's monotonic clock tells the time, against the network's: it began at another value, runs too
// fast or too slow, and jumps forward now and then (its machine slept). The value never falls, as no
// monotonic clock's does: a step of one end back against the other is a step forward of the other.
struct ClockFault {
  Duration offset{};  // 0 and up
  int skew_ppm = 0;   // above 0: runs fast; −10000 … 10000
  struct Step {
    TimePoint at;        // of the network's time; in order
    Duration forward{};  // above 0
  };
  std::vector<Step> steps;
};

class EndClock {
 public:
  explicit EndClock(ClockFault fault = {});

  TimePoint local(TimePoint network) const;
  // The first moment at which local() is at least this. kNever and what lies before the clock's start pass
  // through as "never" and "at once".
  TimePoint network(TimePoint local) const;

 private:
  ClockFault fault_;
};

}  // namespace skirret::bench
