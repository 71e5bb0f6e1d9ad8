#include "transport/session/receive_listener.hh"

#include <algorithm>
#include <iterator>
#include <utility>

namespace skirret::transport {

ReceiveListener::ReceiveListener(Identity identity, ReceiveConfig config, RandomSource& random)
    : config_(config), random_(random), responder_(std::move(identity), random) {}

void ReceiveListener::receive(Bytes datagram, const Address& from, TimePoint arrival, Ecn ecn) {
  auto received = responder_.receive(datagram, from, arrival);
  if (std::holds_alternative<Responder::ForSession>(received) && session_) {
    if (session_->receive(datagram, from, arrival, ecn)) responder_.heard(session_->peer(), arrival);
  } else if (auto* established = std::get_if<Responder::Established>(&received)) {
    start(std::move(*established), ecn, arrival);
  }
  take_session_events();
}

void ReceiveListener::start(Responder::Established established, Ecn ecn, TimePoint now) {
  if (session_) {
    take_session_events();
    if (session_) end_session();
    tell(SessionClosed{SessionClosed::By::kUs, CloseReason::kReplaced, "another caller took over"});
  }
  session_.emplace(std::move(established.channel), established.peer, config_, random_, now);
  tell(SessionStarted{established.peer});
  session_->receive_opened(established.first, established.peer, now, ecn);
}

void ReceiveListener::end_session() {
  past_failures_ += session_->refused_datagrams();
  while (auto datagram = session_->poll(TimePoint{})) outgoing_.push_back(std::move(*datagram));
  session_.reset();
}

void ReceiveListener::take_session_events() {
  if (!session_) return;
  for (ReceiveEvent& event : session_->take_events())
    std::visit([this](auto& e) { tell(std::move(e)); }, event);
  if (!session_->closed()) return;
  end_session();
  responder_.release();
}

void ReceiveListener::tick(TimePoint now) {
  responder_.tick(now);
  if (session_) session_->tick(now);
  take_session_events();
}

std::optional<Datagram> ReceiveListener::poll(TimePoint now) {
  for (Datagram& datagram : responder_.poll()) outgoing_.push_back(std::move(datagram));
  if (!outgoing_.empty()) {
    Datagram first = std::move(outgoing_.front());
    outgoing_.erase(outgoing_.begin());
    return first;
  }
  return session_ ? session_->poll(now) : std::nullopt;
}

TimePoint ReceiveListener::next_deadline() const {
  if (!outgoing_.empty()) return TimePoint::min();
  const TimePoint handshakes = responder_.next_deadline();
  return session_ ? std::min(handshakes, session_->next_deadline()) : handshakes;
}

void ReceiveListener::frame_decoded(FrameNumber number, StateId state, std::size_t state_bytes,
                                    TimePoint now) {
  if (session_) session_->frame_decoded(number, state, state_bytes, now);
  take_session_events();
}

void ReceiveListener::frame_failed(FrameNumber number, TimePoint now) {
  if (session_) session_->frame_failed(number, now);
  take_session_events();
}

void ReceiveListener::resumed(TimePoint now) {
  if (session_) session_->resumed(now);
}

void ReceiveListener::close(CloseReason reason, const std::string& text, TimePoint now) {
  if (session_) session_->close(reason, text, now);
  take_session_events();
}

std::uint64_t ReceiveListener::unauthentic() const {
  const std::uint64_t session = session_ ? session_->refused_datagrams() : 0;
  return responder_.counters().unauthentic + past_failures_ + session;
}

std::vector<ListenerEvent> ReceiveListener::take_events() {
  std::vector<ListenerEvent> taken(std::make_move_iterator(events_.begin()),
                                   std::make_move_iterator(events_.end()));
  events_.clear();
  return taken;
}

}  // namespace skirret::transport
