#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tools/bench/live/child_process.hh"
#include "tools/bench/live/live_system.hh"

namespace skirret::bench {

// skirret-sender, or another sender of the same transport, and skirret-receiver as people run them. Captures
// and displays are those of their --stats, pictures those of the receiver's recording.
class SkirretSystem final : public LiveSystem {
 public:
  // `sender`: a program beside ours and its first arguments.
  explicit SkirretSystem(std::vector<std::string> sender) : sender_command_(std::move(sender)) {}

  Result<void> prepare(const LinkEmulator& link, const std::filesystem::path& clip,
                       const std::filesystem::path& folder) override;
  Result<void> begin() override;
  Result<void> look() override;
  Result<SystemRecord> finish() override;

 private:
  std::filesystem::path folder_;
  std::vector<std::string> sender_command_;
  ChildOptions sender_options_;
  std::unique_ptr<ChildProcess> receiver_;
  std::unique_ptr<ChildProcess> sender_;
};

}  // namespace skirret::bench
