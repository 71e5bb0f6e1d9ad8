#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include "tools/bench/live/child_process.hh"
#include "tools/bench/live/live_system.hh"

namespace skirret::bench {

// Two Chromium pages (webrtc/), each in a browser of its own inside its network, driven by playwright-core
// under node. VP8, host candidates, one way; the signalling goes over the drivers' pipes. Captures are known
// by number and time because the sender's page hands them to the track itself; displays are those of
// requestVideoFrameCallback, by their presentationTime. Pictures cost the call nothing: the receiver's
// browser writes down the frames it decodes (WebRTC-DecoderDataDumpDirectory), and the displayed ones are
// decoded from that by their RTP time stamps afterwards. A few are read back from the page, and must be
// equal.
class WebrtcSystem final : public LiveSystem {
 public:
  // Bits a second; 0 leaves the browser's default.
  explicit WebrtcSystem(std::uint64_t max_bitrate) : max_bitrate_(max_bitrate) {}

  Result<void> prepare(const LinkEmulator& link, const std::filesystem::path& clip,
                       const std::filesystem::path& folder) override;
  Result<void> begin() override;
  Result<void> look() override;
  Result<SystemRecord> finish() override;

 private:
  Result<std::unique_ptr<ChildProcess>> open_page(const std::string& role, const NetworkNamespace& where,
                                                  const std::vector<std::string>& browser_options) const;

  std::uint64_t max_bitrate_;
  std::filesystem::path folder_;
  std::unique_ptr<ChildProcess> sender_;
  std::unique_ptr<ChildProcess> receiver_;
  std::string answer_;
};

// What is missing for the webrtc system on this machine and how to install it; installs playwright-core into
// the build folder when only that is missing (by npm, once).
Result<void> webrtc_is_there();

}  // namespace skirret::bench
