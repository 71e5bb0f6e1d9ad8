#pragma once

#include <functional>
#include <memory>

#include "codec/base/time.hh"
#include "transport/udp/descriptor.hh"
#include "transport/udp/event_loop.hh"

namespace skirret::transport {

// Calls back once at a point of monotonic time, to the kernel's precision (tens of microseconds on an
// idle core; libuv's own timers count whole milliseconds). A timerfd under the loop.
class DeadlineTimer {
 public:
  DeadlineTimer(EventLoop& loop, std::function<void(TimePoint now)> callback);

  // Replaces the deadline; kNever: none. One that has passed fires at once.
  void set(TimePoint deadline);
  TimePoint deadline() const { return deadline_; }

 private:
  void fire();

  std::function<void(TimePoint)> callback_;
  Descriptor timer_;
  TimePoint deadline_ = kNever;
  FdWatch watch_;
};

}  // namespace skirret::transport
