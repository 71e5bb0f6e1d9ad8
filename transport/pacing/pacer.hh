#pragma once

#include <cstddef>

#include "codec/base/time.hh"

namespace skirret::transport {

// Spreads packets in time: a leaky bucket that allows one packet whenever the one before it has had its time
// at the current rate. A packet that waits for the caller's wake-up does not shift those behind it: up to
// `slack` of lateness is caught up with, so that timers of a millisecond still give the right mean rate.
class Pacer {
 public:
  static constexpr Duration kSlack = std::chrono::microseconds(1500);

  void set_rate(double bytes_per_second);  // above 0
  double rate() const { return rate_; }

  TimePoint next() const { return next_; }  // when the next packet may leave
  bool may_send(TimePoint now) const { return now >= next_; }
  void sent(std::size_t bytes, TimePoint now);

 private:
  double rate_ = 150'000;
  TimePoint next_{};
};

}  // namespace skirret::transport
