#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "codec/base/time.hh"
#include "codec/picture/picture.hh"
#include "transport/link/link_log.hh"

// What one run of one system over one link yields, whatever the system is and however it was run. Plain data:
// the metrics (call_metrics.hh) need nothing else, and two systems are compared on nothing else.
//
// All times are of one clock: virtual time from 0, or CLOCK_MONOTONIC of one machine. Frames are numbered by
// capture from 0; captures go on for a while after `end`, so that the last measured ones can be answered.
namespace skirret::bench {

struct CallSettings {
  std::string system;  // "skirret", "conventional-second", "conventional-frame", "webrtc", "webrtc-20m"
  std::string clip;    // name for people
  std::string trace;   // name for people
  codec::Dimensions size;
  Duration frame_interval{};
  Duration one_way{};             // fixed delay of the link, each way
  Duration trace_offset{};        // where in the trace the call begins
  std::size_t queue_packets = 0;  // drop-tail limit of each queue; 0: none
  double loss = 0;                // of forward packets, 0 … 1
  std::uint64_t seed = 0;
  bool live = false;  // else virtual time
  std::string notes;  // what else somebody must know to repeat or believe it
};

struct CaptureRecord {
  std::uint64_t frame = 0;
  TimePoint at;
};

// How far a picture is from another, code area left out, luma.
struct PictureDistance {
  double ssim = 0;  // −1 … 1
  double mse = 0;   // mean squared error of samples
};

struct DisplayRecord {
  TimePoint at;
  std::optional<std::uint64_t> frame;       // as read from the picture; none: unreadable
  std::optional<PictureDistance> distance;  // to the capture of that number; none: unreadable
};

// What somebody sees a fixed time (kScreenLag) after a capture, against that capture.
struct ScreenRecord {
  std::uint64_t frame = 0;    // the capture
  bool nothing_yet = false;   // before the first displayed frame; the distances are then to black
  PictureDistance on_screen;  // what is on screen at that moment, be it older or newer than the capture
  PictureDistance by_then;    // the newest picture shown by then that is no newer than the capture
};

// How surely frames were identified, and what was asked of the code. A system that tells itself which frame a
// picture is lets every reading be checked.
struct CodeReading {
  std::uint64_t checked = 0;    // displays whose number the system told, and which could be read
  std::uint64_t behind = 0;     // of those: read as a frame shown before, whose code the picture still bears
  std::uint64_t misread = 0;    // of those: read as anything else
  int coarsest_quantizer = -1;  // base index of the frames sent, 0 … 127; −1: unknown
  std::uint64_t fewest_bytes = 0;  // of the frames sent; 0: unknown
};

inline void note_sent(CodeReading& code, int quantizer, std::uint64_t bytes) {
  code.coarsest_quantizer = std::max(code.coarsest_quantizer, quantizer);
  code.fewest_bytes = code.fewest_bytes == 0 ? bytes : std::min(code.fewest_bytes, bytes);
}

// Only for live runs: whether the machine kept up.
struct Validity {
  Duration lateness_p99{};  // of the link emulator: an event's time after its due time
  Duration lateness_max{};
  double steal = 0;                 // share of CPU time taken by others than this machine, 0 … 1
  double run_queue_mean = 0;        // runnable threads for each CPU
  std::uint64_t source_stalls = 0;  // times the source could not keep its rate
};
inline constexpr Duration kMostLateness = std::chrono::milliseconds(2);  // p99 above: the run is void

struct CallRecord {
  CallSettings settings;
  TimePoint begin;  // captures in [begin, end) are measured
  TimePoint end;
  TimePoint watched_until;                    // nothing is known of what was displayed later
  std::vector<CaptureRecord> captures;        // in the order of numbers and times
  std::vector<DisplayRecord> displays;        // in the order of times
  std::vector<ScreenRecord> screen;           // of captures in [begin, end), in order
  std::vector<transport::LinkEvent> forward;  // the forward link's own diary, opportunities included
  std::uint64_t key_frames = 0;               // 0 where unknown
  CodeReading code;
  std::optional<Validity> validity;  // none: virtual time
};

}  // namespace skirret::bench
