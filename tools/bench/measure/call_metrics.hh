#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "tools/bench/measure/call_record.hh"
#include "tools/bench/measure/oracle.hh"

namespace skirret::bench {

// Milliseconds. The q-quantile of n samples is the one with floor(q·n) below it; 0 for no samples.
struct Spread {
  double p50 = 0;
  double p75 = 0;
  double p95 = 0;
  double p99 = 0;
  double max = 0;
};
Spread spread_of(std::vector<Duration> samples);

// The delay of a capture: the time until the first display of its number or a later one.
struct CaptureDelay {
  std::uint64_t frame = 0;
  TimePoint captured;
  Duration delay{};
  bool answered = true;  // else nothing came by the end of the run, and `delay` is the time until then
};

// Of the captures in [begin, end).
std::vector<CaptureDelay> capture_delays(std::span<const CaptureRecord> captures,
                                         std::span<const DisplayRecord> displays, TimePoint begin,
                                         TimePoint end, TimePoint watched_until);

// A freeze: no new frame on display for more than kFreeze.
inline constexpr Duration kFreeze = std::chrono::milliseconds(200);

// How smoothly frames were shown in [begin, end). A frame displayed twice counts once.
struct Motion {
  double frames_per_second = 0;
  double frozen_share = 0;       // of the time
  double longest_freeze_ms = 0;  // whole, also when it goes on beyond `end`; 0: none above kFreeze
};
Motion motion_of(std::span<const DisplayRecord> displays, TimePoint begin, TimePoint end,
                 TimePoint watched_until);

struct Quality {
  double ssim_db = 0;  // −10·log10(1 − mean SSIM), at most 100
  double psnr_db = 0;  // from the mean squared error over all pictures, at most 100
};

// All of a run, or only its part from the first displayed frame on.
struct PartMetrics {
  std::size_t captures = 0;
  std::size_t unanswered = 0;
  Spread delay_ms;
  Spread excess_ms;  // a capture's delay above the oracle's; below 0 where its pictures took more than ours
  Motion motion;
  Quality screen;   // of what is on screen kScreenLag after each capture, against that capture
  Quality by_then;  // of the newest picture shown by then that is no newer than the capture
};

struct OracleMetrics {
  Spread delay_ms;
  Motion motion;
};

struct CallMetrics {
  PartMetrics whole;
  PartMetrics after_start;
  Quality displayed;         // of each displayed frame against its original
  std::size_t displays = 0;  // frames displayed in [begin, end), each once
  std::size_t unreadable = 0;
  double startup_ms = 0;  // from the first capture to the first displayed frame; the run's length when none
  double sent_mbps = 0;   // into the forward link's queue, and dropped before it
  double carried_mbps = 0;
  double capacity_mbps = 0;
  double used_share = 0;    // of the capacity
  double queue_p95_ms = 0;  // waits in the forward queue, all of them
  OracleMetrics oracle;
};

// A run is void when its link emulator was late: kMostLateness.
bool is_void(const CallRecord& record);

CallMetrics measure_call(const CallRecord& record);

}  // namespace skirret::bench
