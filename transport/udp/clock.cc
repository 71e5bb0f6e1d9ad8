#include "transport/udp/clock.hh"

#include <ctime>

#include "codec/base/check.hh"

namespace skirret::transport {
namespace {

std::int64_t read_clock(clockid_t clock) {
  timespec time{};
  SKIRRET_CHECK(clock_gettime(clock, &time) == 0);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

TimePoint monotonic_now() {
  return from_ns(read_clock(CLOCK_MONOTONIC));
}

Duration time_asleep() {
  const std::int64_t awake = read_clock(CLOCK_MONOTONIC);
  return Duration(read_clock(CLOCK_BOOTTIME) - awake);
}

std::int64_t realtime_now_ns() {
  return read_clock(CLOCK_REALTIME);
}

TimePoint monotonic_from_realtime(std::int64_t stamp_ns, std::int64_t realtime_now_ns, TimePoint now) {
  const Duration age(realtime_now_ns - stamp_ns);
  const bool plausible = age >= Duration::zero() && age <= std::chrono::seconds(1);
  return plausible ? now - age : now;
}

}  // namespace skirret::transport
