#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "codec/base/ids.hh"
#include "codec/base/time.hh"

namespace skirret::sender {

// What a sender did, for logs and measurements. Frame numbers count captures from 0; a skipped capture
// leaves a hole in the numbers that are sent.
struct CaptureEvent {
  TimePoint at;
  std::uint64_t frame = 0;
};

struct CandidateReport {
  int quantizer = 0;
  std::size_t bytes = 0;
};

struct FrameEvent {
  TimePoint at;  // when the choice was made
  std::uint64_t frame = 0;
  std::size_t bytes = 0;                // of the chosen candidate; 0 when the frame was skipped
  std::size_t budget = 0;               // as read at that moment
  std::optional<StateId> source_state;  // none for a key frame
  std::optional<StateId> target_state;  // none when skipped
  int quantizer = 0;
  int effort = 0;
  bool key_frame = false;
  bool recovery = false;  // coded from an acknowledged state older than the last one sent
  bool sent = false;
  Duration coding{};     // from the start of analysis to the candidates
  Duration finishing{};  // from the choice to the state it leads to
  std::vector<CandidateReport> candidates;
};

struct AckEvent {
  TimePoint at;
  std::uint64_t frame = 0;  // newest frame that the receiver says it decoded
  Duration round_trip{};
  double capacity_bps = 0;  // the transport's estimate after this ack
};

// Seam for whoever listens; every call comes on the thread that runs the pipeline.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on_capture(const CaptureEvent&) {}
  virtual void on_frame(const FrameEvent&) {}
  virtual void on_ack(const AckEvent&) {}
};

}  // namespace skirret::sender
