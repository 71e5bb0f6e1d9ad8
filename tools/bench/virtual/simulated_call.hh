#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "receiver/pipeline.hh"
#include "sender/pipeline.hh"
#include "tools/bench/measure/moving_scene.hh"
#include "tools/bench/virtual/end_clock.hh"
#include "tools/bench/virtual/sender_end.hh"
#include "transport/crypto/random_source.hh"
#include "transport/link/random.hh"
#include "transport/link/virtual_network.hh"
#include "transport/session/receive_listener.hh"
#include "transport/session/send_session.hh"

namespace skirret::bench {

// Keys from a seed, so that a call repeats byte for byte.
class SeededRandom final : public transport::RandomSource {
 public:
  explicit SeededRandom(std::uint64_t seed) : random_(seed) {}
  void fill(std::span<std::uint8_t> bytes) override {
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random_.next());
  }

 private:
  transport::LinkRandom random_;
};

struct CallSetup {
  std::unique_ptr<transport::OpportunitySource> forward;
  std::unique_ptr<transport::OpportunitySource> reverse;
  transport::LinkConfig forward_config;
  transport::LinkConfig reverse_config;
  PictureSource source;
  Duration frame_interval = std::chrono::nanoseconds(33'333'333);
  TimePoint first_capture;
  // The declared model of coding time; the wall clock has no part in a simulation.
  Duration coding_time = std::chrono::milliseconds(8);
  Duration finish_time = std::chrono::milliseconds(2);
  Duration decode_time = std::chrono::milliseconds(3);
  std::function<Duration(const sender::CodeJob&)> coding_cost;  // when given, instead of coding_time
  std::function<Duration(transport::FrameNumber)> finish_cost;  // likewise, instead of finish_time
  std::function<Duration(transport::FrameNumber)> decode_cost;  // instead of decode_time
  std::function<codec::Effort(const sender::CodeJob&)> effort;  // when given, instead of the sender's choice
  ClockFault sender_clock;
  ClockFault receiver_clock;
  bool keep_pictures = true;  // in shown(); a long call's pictures are many
  std::function<void(TimePoint, std::uint64_t index)> on_capture;  // before the sender gets it
  std::function<void(TimePoint, std::uint64_t index, const codec::Picture&)> on_shown;
  // Another sending program than ours; it gets `send` by its session, but not `sender`.
  std::function<std::unique_ptr<SenderEnd>(transport::SendSession, SenderSeams)> make_sender;
  sender::PipelineConfig sender;
  receiver::PipelineConfig receiver;
  transport::SendConfig send;
  transport::ReceiveConfig receive;
  std::uint64_t seed = 1;
};

// The real state machines, codec included, on a virtual network: a call without sockets, threads or a clock.
class SimulatedCall {
 public:
  struct Shown {
    TimePoint at;
    std::uint64_t frame = 0;
    std::uint64_t session = 0;
    StateId state;
    codec::Picture picture;
  };

  explicit SimulatedCall(CallSetup setup);
  ~SimulatedCall();

  void run_until(TimePoint end);
  transport::VirtualNetwork& network() { return *network_; }

  void restart_sender(TimePoint when);    // the process is killed and started again with the same link
  void restart_receiver(TimePoint when);  // likewise, with the same key file

  // Of all sender processes, in order; captures and displays in the network's time, frames in the sender's.
  // Frame numbers of a restarted sender start anew.
  const std::vector<sender::CaptureEvent>& captures() const { return captures_; }
  const std::vector<sender::FrameEvent>& frames() const { return frames_; }
  const std::vector<Shown>& shown() const { return shown_; }
  std::uint64_t losses_seen() const { return losses_; }
  transport::SendStats send_stats() const;
  const transport::SendSession& send_session() const;
  const receiver::Pipeline& receiver() const;

  // Time from each capture in [begin, end) to the first display of it or a later frame; captures that were
  // never caught up with are left out. Valid without sender restarts.
  std::vector<Duration> delays(TimePoint begin, TimePoint end) const;
  std::size_t key_frames_sent() const;
  std::size_t over_budget()
      const;  // frames sent above the budget of their moment (a probe: above one packet); must be 0

 private:
  struct ReceiverProcess;

  void start_sender();
  void start_receiver();
  void attach_sender();
  void attach_receiver();
  void pump_receiver(TimePoint now);
  void capture(TimePoint now);

  CallSetup setup_;
  SeededRandom random_;
  transport::Identity identity_;
  std::unique_ptr<transport::VirtualNetwork> network_;
  EndClock sender_clock_;
  EndClock receiver_clock_;
  std::unique_ptr<SenderEnd> sender_;
  std::uint64_t sender_run_ = 0;  // counts the sending programs started
  std::shared_ptr<ReceiverProcess> receiver_;
  std::uint64_t capture_index_ = 0;
  std::vector<sender::CaptureEvent> captures_;
  std::vector<sender::FrameEvent> frames_;
  std::vector<Shown> shown_;
  std::uint64_t losses_ = 0;
};

}  // namespace skirret::bench
