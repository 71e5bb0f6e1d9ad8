#pragma once

#include <functional>
#include <memory>

#include "sender/events.hh"
#include "sender/pipeline.hh"
#include "transport/session/send_session.hh"

namespace skirret::bench {

// The call around a sending program: virtual time, the declared costs of coding, and who listens.
struct SenderSeams {
  // Calls after so much time, with the end's own clock, unless the program was killed meanwhile.
  std::function<void(Duration, std::function<void(TimePoint now)>)> later;
  std::function<Duration(const sender::CodeJob&)> coding_time;
  std::function<codec::Effort(const sender::CodeJob&)> effort;  // when given, instead of the sender's choice
  std::function<Duration(transport::FrameNumber)> finish_time;
  std::function<void(const sender::CaptureEvent&)> on_capture;
  std::function<void(const sender::FrameEvent&)> on_frame;
};

// A sending program in virtual time: what it does with pictures and its session. Times are of its own clock.
class SenderEnd {
 public:
  SenderEnd(transport::SendSession session, SenderSeams seams)
      : session_(std::move(session)), seams_(std::move(seams)) {}
  SenderEnd(const SenderEnd&) = delete;
  SenderEnd& operator=(const SenderEnd&) = delete;
  virtual ~SenderEnd() = default;

  virtual void capture(codec::Picture picture, TimePoint now) = 0;
  virtual void after_round(TimePoint now) = 0;  // each time after the session received or ticked

  transport::SendSession& session() { return session_; }

 protected:
  transport::SendSession session_;
  SenderSeams seams_;
};

// Ours: several candidates, chosen among by the budget of the moment.
std::unique_ptr<SenderEnd> skirret_sender(transport::SendSession session,
                                          const sender::PipelineConfig& config, SenderSeams seams);

}  // namespace skirret::bench
