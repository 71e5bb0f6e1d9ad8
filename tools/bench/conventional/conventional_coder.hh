#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "codec/base/time.hh"
#include "codec/media/source.hh"
#include "codec/picture/picture.hh"
#include "codec/state/state.hh"
#include "sender/events.hh"
#include "tools/bench/vpx/vpx_encoder.hh"
#include "transport/session/send_session.hh"

namespace skirret::bench {

struct ConventionalConfig {
  // How often the encoder is told its rate; 0: for each frame.
  Duration rate_interval = std::chrono::seconds(1);
  codec::FrameRate rate;
};

// Something slow that the coder wants done: `work` once, anywhere, and then what it gives back with the time
// at which it was done. The next task comes only after that.
struct ConventionalTask {
  enum class Kind { kEncode, kDecode } kind = Kind::kEncode;
  transport::FrameNumber number = 0;
  codec::Picture picture;
  std::function<std::function<void(TimePoint now)>()> work;
};

// What a call does without a functional codec, over the same transport: libvpx's real-time encoder (as
// conferencing programs set it) is told a rate now and then, what it makes is sent whatever its size, and a
// loss costs a key frame. While the budget is 0 no picture is encoded, which is the one thing that such a
// sender can do about a full queue. Owns no thread and no clock: whoever runs it does its tasks, in virtual
// time or beside a loop.
class ConventionalCoder {
 public:
  ConventionalCoder(transport::SendSession& session, const ConventionalConfig& config,
                    sender::Observer& observer, std::function<void(ConventionalTask)> run);

  void capture(codec::Picture picture, TimePoint at, TimePoint now);
  void after_round(TimePoint now);  // each time after the session received or ticked
  bool idle() const { return !busy_; }

 private:
  struct Waiting {
    transport::FrameNumber number = 0;
    codec::Picture picture;
    TimePoint captured;
    TimePoint started;
  };

  void begin_coding(TimePoint now);
  void prepare_encoder(codec::Dimensions size);
  void mind_rate(TimePoint now);
  void send(const VpxEncoder::Frame& coded, const Waiting& taken, TimePoint now);
  void tell_state(const VpxEncoder::Frame& coded, const Waiting& taken);

  transport::SendSession& session_;
  ConventionalConfig config_;
  sender::Observer& observer_;
  std::function<void(ConventionalTask)> run_;
  std::optional<VpxEncoder> encoder_;  // a task's while busy_
  codec::Dimensions size_;
  codec::State state_;  // that the last frame sent leads to
  transport::FrameNumber last_sent_ = 0;
  std::optional<Waiting> waiting_;  // the newest picture
  std::optional<TimePoint> rate_told_;
  std::uint64_t captured_ = 0;
  bool busy_ = false;
};

}  // namespace skirret::bench
