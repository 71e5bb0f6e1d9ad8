#pragma once

#include <chrono>
#include <cstdint>

namespace skirret {

// Monotonic time as handed in by whoever runs a protocol machine; nothing below the event loop reads a clock.
// Live programs use CLOCK_MONOTONIC (its nanoseconds), simulations count from 0.
struct MonotonicClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<MonotonicClock>;
  static constexpr bool is_steady = true;
};

using Duration = MonotonicClock::duration;
using TimePoint = MonotonicClock::time_point;

inline constexpr TimePoint kNever = TimePoint::max();

constexpr std::int64_t to_ns(TimePoint t) {
  return t.time_since_epoch().count();
}
constexpr TimePoint from_ns(std::int64_t ns) {
  return TimePoint(Duration(ns));
}
constexpr double to_seconds(Duration d) {
  return static_cast<double>(d.count()) * 1e-9;
}
constexpr double to_ms(Duration d) {
  return static_cast<double>(d.count()) * 1e-6;
}

}  // namespace skirret
