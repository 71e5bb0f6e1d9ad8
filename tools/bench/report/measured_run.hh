#pragma once

#include <vector>

#include "tools/bench/measure/call_metrics.hh"
#include "tools/bench/measure/call_record.hh"

namespace skirret::bench {

// A value over time, for drawing: seconds since the run's begin.
struct LinePoint {
  double seconds = 0;
  double value = 0;
};

// What is drawn of a run after its record is gone.
struct RunLines {
  std::vector<LinePoint> delay_ms;         // of captures, thinned to the worst of each fraction of a second
  std::vector<LinePoint> oracle_delay_ms;  // likewise
  std::vector<LinePoint> capacity_mbps;    // means of half seconds
  std::vector<LinePoint> carried_mbps;
  std::vector<LinePoint> ssim_db;  // of displayed frames, means of half seconds
};

struct MeasuredRun {
  CallSettings settings;
  CallMetrics metrics;
  std::optional<Validity> validity;
  bool is_void = false;
  std::uint64_t key_frames = 0;
  CodeReading code;
  double seconds = 0;  // measured
  RunLines lines;
};

MeasuredRun measure_run(const CallRecord& record);

}  // namespace skirret::bench
