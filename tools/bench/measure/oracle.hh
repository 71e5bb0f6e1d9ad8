#pragma once

#include <optional>
#include <span>
#include <vector>

#include "codec/base/time.hh"
#include "tools/bench/measure/call_record.hh"

namespace skirret::bench {

// The floor of delay over a link whose future is known. A frame reaches the queue `coding` after its capture,
// takes every opportunity within one frame interval of that moment but at least one, and the newest ready
// frame goes first: so a frame that finds no opportunity before the next one is ready is never sent. An
// opportunity at the very moment at which a frame is ready is too early for it.
struct OracleConfig {
  Duration coding = std::chrono::milliseconds(15);
  Duration one_way = std::chrono::milliseconds(20);
  Duration frame_interval = std::chrono::nanoseconds(33'333'333);
};

// The forward link's opportunities, from a run's diary.
std::vector<TimePoint> opportunities_of(const CallRecord& record);

// The display of each frame that is sent, in order. Captures and opportunities are in the order of times.
std::vector<DisplayRecord> oracle_displays(std::span<const CaptureRecord> captures,
                                           std::span<const TimePoint> opportunities,
                                           const OracleConfig& config);

}  // namespace skirret::bench
