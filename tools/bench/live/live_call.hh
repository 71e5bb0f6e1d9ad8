#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "codec/base/result.hh"
#include "tools/bench/measure/call_record.hh"
#include "tools/bench/measure/frame_code.hh"
#include "tools/bench/measure/picture_source.hh"
#include "transport/link/named_source.hh"

namespace skirret::bench {

struct LiveCall {
  // `system` is skirret, conventional-second or -frame, webrtc or webrtc-20m; `live` and `notes` are filled
  // in. The rest describes what the other fields hold, and says delay, queue, loss and trace offset of the
  // link.
  CallSettings settings;
  transport::NamedSource forward;  // from their begin: the offset is skipped here
  transport::NamedSource reverse;
  PictureSource originals;                  // without the code
  Duration duration{};                      // measured, from the call's begin
  Duration tail = std::chrono::seconds(5);  // captures go on, so that the last measured ones can be answered
  std::filesystem::path folder;             // of the run alone: its logs and its record.json
  std::filesystem::path clip_folder;        // coded clips are kept here between runs
  bool keep_recording = false;              // else only logs stay
  bool resume = false;                      // a valid run of these settings that lies in `folder` is taken
};

// A run whose emulator was late is repeated at most so often.
inline constexpr int kLiveTries = 3;

// One live call in real time. Needs root (kUnsupported says so), and for webrtc what webrtc_is_there() asks
// for. A run that stays void (Validity) after all tries is given all the same, and says so in its notes.
// `progress`: what goes on, now and then.
Result<CallRecord> run_live_call(const LiveCall& call,
                                 const std::function<void(const std::string&)>& progress);

}  // namespace skirret::bench
