#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "codec/base/result.hh"
#include "codec/base/time.hh"
#include "codec/picture/picture.hh"
#include "tools/bench/live/link_emulator.hh"
#include "tools/bench/measure/call_record.hh"

namespace skirret::bench {

// A picture that came to the screen, as it was coded (it may be smaller than the source).
struct ShownPicture {
  TimePoint at;
  codec::Picture picture;
  std::optional<std::uint64_t> told = {};  // the frame that the system itself says it is
};

// What a system's two ends say of a call. Times are CLOCK_MONOTONIC.
struct SystemRecord {
  std::vector<CaptureRecord> captures;
  // The pictures in the order of their times; nullopt: no more.
  std::function<Result<std::optional<ShownPicture>>()> next_shown;
  std::uint64_t key_frames = 0;
  std::uint64_t source_stalls = 0;
  CodeReading sent;  // of the frames sent, what is known
  std::string notes;
};

// One call by one system over the emulated link, one direction, as real processes.
class LiveSystem {
 public:
  virtual ~LiveSystem() = default;

  // Everything that needs no link and may take its time. `clip` is a y4m file whose pictures carry their
  // numbers; `folder` is for logs and recordings.
  virtual Result<void> prepare(const LinkEmulator& link, const std::filesystem::path& clip,
                               const std::filesystem::path& folder) = 0;
  // The link's time has begun: the call begins now, and captures go on until finish().
  virtual Result<void> begin() = 0;
  // Not an error while the call goes on.
  virtual Result<void> look() = 0;
  // Ends the call, while the link is still there.
  virtual Result<SystemRecord> finish() = 0;
};

}  // namespace skirret::bench
