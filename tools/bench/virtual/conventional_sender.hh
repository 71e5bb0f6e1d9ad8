#pragma once

#include <memory>

#include "tools/bench/virtual/sender_end.hh"

namespace skirret::bench {

struct ConventionalConfig {
  Duration rate_interval =
      std::chrono::seconds(1);  // how often the encoder is told its rate; 0: for each frame
  Duration frame_interval = std::chrono::nanoseconds(33'333'333);
};

// What a call does without a functional codec, over the same transport: libvpx's real-time encoder
// (realtime_vpx.hh) is told a rate now and then, what it makes is sent whatever its size, and a loss costs a
// key frame. While the budget is 0 no picture is encoded, which is the one thing that such a sender can do
// about a full queue.
std::unique_ptr<SenderEnd> conventional_sender(transport::SendSession session,
                                               const ConventionalConfig& config, SenderSeams seams);

}  // namespace skirret::bench
