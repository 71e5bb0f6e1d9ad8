#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "codec/base/result.hh"
#include "codec/base/time.hh"
#include "codec/media/source.hh"
#include "sender/paced_source.hh"
#include "transport/session/send_session.hh"
#include "transport/udp/deadline_timer.hh"
#include "transport/udp/event_loop.hh"
#include "transport/udp/machine_driver.hh"
#include "transport/udp/udp_socket.hh"
#include "transport/udp/worker.hh"

namespace skirret::sender {

// What stands between captured pictures and the session. Ours is LiveSender's; a measurement may put another
// encoder there. Every call comes on the loop's thread.
class PictureCoder {
 public:
  virtual ~PictureCoder() = default;
  virtual void captured(codec::Picture picture, TimePoint at) = 0;
  virtual void ticked(TimePoint now) = 0;  // the session was, and is about to be polled
  virtual void after_round(
      TimePoint now) = 0;         // the session received or ticked, and was polled: its events wait
  virtual bool idle() const = 0;  // no picture is on its way to the session
};

// A sending session on a real socket, with the source that feeds it and a thread for what is slow; which
// encoder makes its frames is the coder's affair. Everything is used on the loop's thread. `on_end` comes
// once: the source or the duration ended and the last frame has arrived (or had time to), finish() was
// called, or an Error says why the call could not go on.
class LiveEnd {
 public:
  LiveEnd(transport::EventLoop& loop, transport::UdpSocket& socket, transport::CallSecret secret,
          const transport::Address& peer, std::unique_ptr<codec::VideoSource> source,
          const transport::SendConfig& send, std::optional<Duration> duration,
          transport::RandomSource& random, PictureCoder& coder, std::function<void(Result<void>)> on_end);

  void finish();                   // ends the call in good order
  void pump() { driver_.pump(); }  // after the session was handed something
  transport::Worker& worker() { return worker_; }

  transport::SendSession& session() { return session_; }
  const transport::SendSession& session() const { return session_; }
  std::uint64_t source_stalls() const { return source_.stalls(); }

 private:
  // The session as the loop drives it: after each tick the coder may hand in a frame before packets are
  // polled.
  struct Machine {
    LiveEnd& owner;
    void receive(Bytes datagram, const transport::Address& from, TimePoint arrival) {
      owner.session_.receive(datagram, from, arrival);
    }
    void resumed(TimePoint now) { owner.session_.resumed(now); }
    void tick(TimePoint now) {
      owner.session_.tick(now);
      owner.coder_.ticked(now);
    }
    std::optional<transport::Datagram> poll(TimePoint now) { return owner.session_.poll(now); }
    TimePoint next_deadline() const { return owner.session_.next_deadline(); }
  };

  void after_round(TimePoint now);
  void source_ended(Result<void> how);
  void end(Result<void> how);

  transport::SendSession session_;
  PictureCoder& coder_;
  std::optional<Duration> length_;
  std::function<void(Result<void>)> on_end_;
  Result<void> outcome_;
  bool draining_ = false;  // no more captures; the last frames are on their way
  bool ended_ = false;
  transport::DeadlineTimer drain_;
  transport::DeadlineTimer duration_;
  transport::Worker worker_;
  PacedSource source_;
  Machine machine_{*this};
  transport::MachineDriver<Machine> driver_;
};

}  // namespace skirret::sender
