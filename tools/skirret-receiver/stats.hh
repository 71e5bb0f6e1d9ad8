#pragma once

#include <functional>
#include <optional>

#include "receiver/events.hh"
#include "tools/cli/json_lines.hh"

namespace skirret::tools {

// Writes a receiver's events to --stats and hands displayed pictures on. The lines:
//   display   {frame, bytes, state, decoding_ms}    state is hexadecimal
//   loss      {frame}                  the frame on display when packets were found missing
//   recovered {frame, gap_ms}          the first frame shown after it
class ReceiverStats final : public receiver::Observer {
 public:
  ReceiverStats(std::optional<cli::JsonLines> file, std::function<void(const receiver::DisplayEvent&)> show)
      : file_(std::move(file)), show_(std::move(show)) {}

  void on_display(const receiver::DisplayEvent& event) override;
  void on_loss(const receiver::LossEvent& event) override;
  void on_recovered(const receiver::RecoveredEvent& event) override;

  std::uint64_t displayed() const { return displayed_; }
  std::uint64_t losses() const { return losses_; }
  Result<void> status() const { return file_ ? file_->status() : Result<void>(); }

 private:
  std::optional<cli::JsonLines> file_;
  std::function<void(const receiver::DisplayEvent&)> show_;
  std::uint64_t displayed_ = 0;
  std::uint64_t losses_ = 0;
};

}  // namespace skirret::tools
