#pragma once

#include "transport/link/duration_histogram.hh"

namespace skirret::link {

// How long after its due time each datagram was handed to the kernel. To 1 µs, up to 200 ms (beyond
// that only max() is exact).
class Lateness {
 public:
  Lateness() : histogram_(std::chrono::microseconds(1), 200'000) {}

  void add(Duration late) { histogram_.add(late); }
  const transport::DurationHistogram& histogram() const { return histogram_; }

 private:
  transport::DurationHistogram histogram_;
};

// Asks the system to run this thread ahead of ordinary ones (SCHED_FIFO), which keeps lateness low on
// a busy machine. False: not allowed, nothing changed.
bool try_realtime();

}  // namespace skirret::link
