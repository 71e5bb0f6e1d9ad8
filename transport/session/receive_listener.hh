#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "transport/session/receive_session.hh"
#include "transport/session/responder.hh"

namespace skirret::transport {

// A caller has the session. Every state held before is void; frame numbers start anew.
struct SessionStarted {
  Address peer;
};

using ListenerEvent = std::variant<SessionStarted, FrameReady, StateDropped, LossSeen, SessionClosed>;

// What a receiver program drives: answers callers, runs the session of the one that has the turn, takes a
// restarted sender over (after Responder::kTakeoverSilence, or at once after a Close) and goes on listening
// when a session ends. Owns no socket and no clock.
class ReceiveListener {
 public:
  ReceiveListener(Identity identity, ReceiveConfig config, RandomSource& random);

  void receive(Bytes datagram, const Address& from, TimePoint arrival, Ecn ecn = Ecn::kNotCapable);
  void tick(TimePoint now);
  std::optional<Datagram> poll(TimePoint now);
  TimePoint next_deadline() const;

  // For the current session only: answers to a FrameReady of an earlier one are ignored by the program itself
  // (it clears its frames at SessionStarted).
  void frame_decoded(FrameNumber number, StateId state, std::size_t state_bytes, TimePoint now);
  void frame_failed(FrameNumber number, TimePoint now);
  void resumed(TimePoint now);                                             // as SendSession's
  void close(CloseReason reason, const std::string& text, TimePoint now);  // the program ends

  ReceiveSession* session() { return session_ ? &*session_ : nullptr; }
  const ReceiveSession* session() const { return session_ ? &*session_ : nullptr; }
  const Responder::Counters& handshakes() const { return responder_.counters(); }
  // Datagrams that failed authentication, of handshakes and of sessions; for the program's rate-limited line.
  std::uint64_t unauthentic() const;

  std::vector<ListenerEvent> take_events();  // in the order in which they happened

 private:
  void take_session_events();
  void start(Responder::Established established, Ecn ecn, TimePoint now);
  void end_session();
  template <class Event>
  void tell(Event event) {
    events_.emplace_back().template emplace<Event>(std::move(event));
  }

  ReceiveConfig config_;
  RandomSource& random_;
  Responder responder_;
  std::optional<ReceiveSession> session_;
  std::uint64_t past_failures_ = 0;  // datagrams that earlier sessions refused
  std::vector<Datagram> outgoing_;
  std::deque<ListenerEvent> events_;
};

}  // namespace skirret::transport
