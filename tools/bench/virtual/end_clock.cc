#include "tools/bench/virtual/end_clock.hh"

#include <utility>

#include "codec/base/check.hh"

namespace skirret::bench {
namespace {

constexpr std::int64_t kMillion = 1'000'000;

// In parts, so that days of nanoseconds do not overflow.
std::int64_t scaled(std::int64_t ns, std::int64_t by, std::int64_t per) {
  return ns / per * by + ns % per * by / per;
}

}  // namespace

EndClock::EndClock(ClockFault fault) : fault_(std::move(fault)) {
  SKIRRET_CHECK(fault_.offset >= Duration::zero());
  SKIRRET_CHECK(fault_.skew_ppm >= -10'000 && fault_.skew_ppm <= 10'000);
  for (const auto& step : fault_.steps) SKIRRET_CHECK(step.forward > Duration::zero());
}

TimePoint EndClock::local(TimePoint network) const {
  if (network == kNever) return kNever;
  TimePoint local = from_ns(scaled(to_ns(network), kMillion + fault_.skew_ppm, kMillion)) + fault_.offset;
  for (const auto& step : fault_.steps)
    if (step.at <= network) local += step.forward;
  return local;
}

TimePoint EndClock::network(TimePoint local) const {
  if (local == kNever) return kNever;
  if (local <= this->local(TimePoint{})) return TimePoint{};
  Duration stepped{};
  for (const auto& step : fault_.steps) {
    if (local <= this->local(step.at - Duration(1))) break;
    if (local <= this->local(step.at)) return step.at;
    stepped += step.forward;
  }
  const std::int64_t run = to_ns(local - fault_.offset - stepped);
  TimePoint found = from_ns(scaled(run, kMillion, kMillion + fault_.skew_ppm));
  while (this->local(found) >= local) found -= Duration(1);
  while (this->local(found) < local) found += Duration(1);
  return found;
}

}  // namespace skirret::bench
