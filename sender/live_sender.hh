#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "codec/base/result.hh"
#include "codec/base/time.hh"
#include "codec/media/source.hh"
#include "sender/paced_source.hh"
#include "sender/pipeline.hh"
#include "sender/thread_pool.hh"
#include "transport/session/send_session.hh"
#include "transport/udp/deadline_timer.hh"
#include "transport/udp/event_loop.hh"
#include "transport/udp/machine_driver.hh"
#include "transport/udp/udp_socket.hh"
#include "transport/udp/worker.hh"

namespace skirret::sender {

struct LiveConfig {
  PipelineConfig pipeline;
  transport::SendConfig send;
  std::optional<Duration> duration;  // of the call, from the handshake's end
  std::size_t threads = 1;           // that code candidates; never changes their bytes
};

// A sender on a real socket: the session driven by the loop, capture and coding on threads beside it.
// Everything is used on the loop's thread. `on_end` comes once: the source or the duration ended and the last
// frame has arrived (or had time to), finish() was called, or an Error says why the call could not go on.
class LiveSender {
 public:
  LiveSender(transport::EventLoop& loop, transport::UdpSocket& socket, transport::CallSecret secret,
             const transport::Address& peer, std::unique_ptr<codec::VideoSource> source,
             const LiveConfig& config, Observer& observer, transport::RandomSource& random,
             std::function<void(Result<void>)> on_end);

  void finish();  // ends the call in good order

  const Pipeline& pipeline() const { return pipeline_; }
  transport::SendStats stats() const { return session_.stats(); }
  transport::SendPhase phase() const { return session_.phase(); }
  std::uint64_t source_stalls() const { return source_.stalls(); }

 private:
  // The session as the loop drives it: after each tick a held frame may go out, before packets are polled.
  struct Machine {
    LiveSender& owner;
    void receive(Bytes datagram, const transport::Address& from, TimePoint arrival) {
      owner.session_.receive(datagram, from, arrival);
    }
    void tick(TimePoint now);
    std::optional<transport::Datagram> poll(TimePoint now) { return owner.session_.poll(now); }
    TimePoint next_deadline() const { return owner.session_.next_deadline(); }
  };

  void after_round(TimePoint now);
  void captured(codec::Picture picture, TimePoint at);
  void begin(std::optional<CodeJob> job);
  void coded(codec::Exploration exploration);
  void finish_frame(FinishJob job);
  void source_ended(Result<void> how);
  void end(Result<void> how);

  LiveConfig config_;
  transport::SendSession session_;
  Pipeline pipeline_;
  std::function<void(Result<void>)> on_end_;
  Result<void> outcome_;
  bool draining_ = false;  // no more captures; the last frames are on their way
  bool ended_ = false;
  transport::DeadlineTimer drain_;
  transport::DeadlineTimer duration_;
  ThreadPool pool_;
  codec::PicturePool pictures_;
  transport::Worker worker_;
  PacedSource source_;
  Machine machine_{*this};
  transport::MachineDriver<Machine> driver_;
};

}  // namespace skirret::sender
