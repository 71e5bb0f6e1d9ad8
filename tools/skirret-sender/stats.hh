#pragma once

#include <optional>

#include "sender/events.hh"
#include "tools/cli/json_lines.hh"

namespace skirret::tools {

// Writes a sender's events to --stats and counts what its summary tells. The lines:
//   capture {frame}
//   frame   {frame, bytes, budget, source_state, target_state, quantizer, candidates: [{quantizer, bytes}],
//            sent, key_frame, recovery, effort, coding_ms, finishing_ms}
//                                              states are hexadecimal, null where there is none
//   ack     {frame, rtt_ms, capacity_bps}
class SenderStats final : public sender::Observer {
 public:
  explicit SenderStats(std::optional<cli::JsonLines> file) : file_(std::move(file)) {}

  void on_capture(const sender::CaptureEvent& event) override;
  void on_frame(const sender::FrameEvent& event) override;
  void on_ack(const sender::AckEvent& event) override;

  struct Totals {
    std::uint64_t captured = 0;
    std::uint64_t sent = 0;
    std::uint64_t skipped = 0;
    std::uint64_t key_frames = 0;
    std::uint64_t recoveries = 0;
    std::uint64_t bytes = 0;
    Duration coding{};  // summed over the frames coded
  };
  const Totals& totals() const { return totals_; }
  Result<void> status() const { return file_ ? file_->status() : Result<void>(); }

 private:
  std::optional<cli::JsonLines> file_;
  Totals totals_;
};

}  // namespace skirret::tools
