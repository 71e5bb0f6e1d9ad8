#pragma once

#include "codec/base/time.hh"

namespace skirret::transport {

// CLOCK_MONOTONIC, the time of every live program of ours: it neither jumps with the wall clock nor
// counts while the machine sleeps.
TimePoint monotonic_now();
// How long the machine has slept since it was started; the monotonic clock stands still then.
Duration time_asleep();

// A kernel's CLOCK_REALTIME stamp of an event at most a moment ago, as monotonic time. `now` and
// `realtime_now` (ns since the epoch) were read together after the event. A stamp that lies in their
// future, or more than a second back, tells of a wall clock that was set meanwhile: then `now` it is.
TimePoint monotonic_from_realtime(std::int64_t stamp_ns, std::int64_t realtime_now_ns, TimePoint now);

std::int64_t realtime_now_ns();

}  // namespace skirret::transport
