#include "transport/udp/deadline_timer.hh"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <sys/timerfd.h>

#include "codec/base/check.hh"
#include "transport/udp/clock.hh"

namespace skirret::transport {

DeadlineTimer::DeadlineTimer(EventLoop& loop, std::function<void(TimePoint)> callback)
    : callback_(std::move(callback)),
      timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)),
      watch_(loop, timer_.get(), [this](FdWatch::Ready) { fire(); }) {
  SKIRRET_CHECK(timer_.valid());
  watch_.want(true, false);
}

void DeadlineTimer::set(TimePoint deadline) {
  if (deadline == deadline_) return;
  deadline_ = deadline;
  itimerspec when{};  // all zero disarms
  if (deadline != kNever) {
    const std::int64_t ns = std::max<std::int64_t>(to_ns(deadline), 1);
    when.it_value.tv_sec = ns / 1'000'000'000;
    when.it_value.tv_nsec = ns % 1'000'000'000;
  }
  SKIRRET_CHECK(::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &when, nullptr) == 0);
}

void DeadlineTimer::fire() {
  std::uint64_t expirations = 0;
  // Nothing to read: the deadline was moved after the timer had become readable.
  if (::read(timer_.get(), &expirations, sizeof expirations) != sizeof expirations) return;
  deadline_ = kNever;
  callback_(monotonic_now());
}

}  // namespace skirret::transport
