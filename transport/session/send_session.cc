#include "transport/session/send_session.hh"

#include <algorithm>
#include <deque>
#include <utility>

#include "codec/base/check.hh"
#include "transport/session/initiator.hh"
#include "transport/session/send_stream.hh"

namespace skirret::transport {
namespace {

constexpr Duration kIdleRedial = std::chrono::milliseconds(2500);  // with nothing to be answered

}  // namespace

// The handshakes around the stream: the first one, and those beside a stream that went silent.
class SendSession::Impl {
 public:
  Impl(CallSecret secret, const Address& peer, SendConfig config, RandomSource& random, TimePoint now)
      : secret_(std::move(secret)), peer_(peer), config_(std::move(config)), random_(random), clock_(now) {
    SKIRRET_CHECK(config_.max_datagram >= 300 && config_.max_datagram <= kMaxDatagram);
    SKIRRET_CHECK(config_.longest_datagram <= kLongestDatagram);
    dial(config_.call_timeout, std::nullopt);
  }

  void receive(Bytes datagram, const Address& from, TimePoint arrival) {
    note_time(arrival);
    if (phase_ == SendPhase::kClosed) return;
    const bool sealed = kind_of(datagram) == DatagramKind::kData;
    if (sealed && stream_ && stream_->receive(datagram, from, arrival)) {
      initiator_.reset();  // the old channel lives
      quiet_since_ = arrival;
      if (const auto closed = stream_->closed_by_peer()) {
        finish("the receiver closed the session" +
               (closed->text.empty() ? std::string() : ": " + closed->text));
      }
      collect();
      return;
    }
    if (!initiator_) return;
    initiator_->receive(datagram, from, arrival);
    settle_handshake(arrival);
  }

  void tick(TimePoint now) {
    note_time(now);
    if (phase_ == SendPhase::kClosed) return;
    if (initiator_) {
      initiator_->tick(now);
      settle_handshake(now);
    }
    if (!stream_) return;
    stream_->tick(now);
    collect();
    if (now - quiet_since_ >= config_.silence_timeout) {
      finish("no answer from " + name() + " for " +
             std::to_string(config_.silence_timeout / std::chrono::seconds(1)) + " s");
    } else if (!initiator_ && now >= redial_at()) {
      dial(Duration::max(), stream_->token());
    }
  }

  std::optional<Datagram> poll(TimePoint now) {
    note_time(now);
    if (initiator_)
      for (Datagram& datagram : initiator_->poll()) handshake_.push_back(std::move(datagram));
    if (!handshake_.empty()) {
      Datagram first = std::move(handshake_.front());
      handshake_.pop_front();
      return first;
    }
    if (stream_ && (phase_ == SendPhase::kOpen || !stream_->drained())) return stream_->poll(now);
    return std::nullopt;
  }

  TimePoint next_deadline() const {
    if (phase_ == SendPhase::kClosed) return stream_ && !stream_->drained() ? TimePoint::min() : kNever;
    if (!handshake_.empty()) return clock_;
    TimePoint next = initiator_ ? initiator_->next_deadline() : kNever;
    if (!stream_) return next;
    if (!initiator_) next = std::min(next, redial_at());
    return std::min({next, stream_->next_deadline(clock_), quiet_since_ + config_.silence_timeout});
  }

  bool open() const { return phase_ == SendPhase::kOpen && stream_; }
  SendStream* stream() { return open() ? &*stream_ : nullptr; }
  const SendStream* stream() const { return open() ? &*stream_ : nullptr; }

  Result<void> send_frame(const FrameToSend& frame, TimePoint now) {
    if (!open()) return fail(ErrorCode::kInvalid, "the session is not open");
    clock_ = std::max(clock_, now);
    return stream_->send_frame(frame, now);
  }

  void collect() {
    if (!stream_) return;
    for (SendEvent& event : stream_->take_events()) events_.push_back(std::move(event));
  }

  void close(CloseReason reason, const std::string& text) {
    if (phase_ == SendPhase::kClosed) return;
    if (stream_) stream_->close(reason, text);
    finish(text.empty() ? "closed" : text);
  }

  // We were not there for a while: nothing that was measured holds, and the peer may have given us up.
  void resumed(TimePoint now) {
    clock_ = std::max(clock_, now);
    if (!stream_) return;
    quiet_since_ = now;
    stream_->start_anew(stream_->round_trip(), now);
    if (!initiator_ && phase_ == SendPhase::kOpen) dial(Duration::max(), stream_->token());
  }

  SendPhase phase() const { return phase_; }
  const std::string& reason() const { return reason_; }
  std::vector<SendEvent> take_events() { return std::exchange(events_, {}); }

  SendStats stats() const {
    SendStats stats = past_;
    if (stream_) stream_->add_to(stats, clock_);
    return stats;
  }

 private:
  std::string name() const { return config_.peer_name.empty() ? peer_.to_string() : config_.peer_name; }

  void dial(Duration timeout, std::optional<SessionToken> held) {
    Initiator::Options options;
    options.timeout = timeout;
    options.held = std::move(held);
    options.peer_name = config_.peer_name;
    initiator_.emplace(secret_, stream_ ? stream_->peer() : peer_, std::move(options), random_, clock_);
    redialled_ = clock_;
  }

  // Silence counts from the first packet that should have been answered since.
  TimePoint redial_at() const {
    const auto awaiting = stream_->awaiting_since();
    if (!awaiting) return std::max(quiet_since_, redialled_) + kIdleRedial;
    const Duration patience = std::max<Duration>(config_.redial_after, 2 * stream_->round_trip());
    return std::max({quiet_since_, redialled_, *awaiting}) + patience;
  }

  void settle_handshake(TimePoint now) {
    switch (initiator_->status()) {
      case Initiator::Status::kEstablished: {
        auto established = initiator_->take();
        initiator_.reset();
        start(std::move(*established), now);
        break;
      }
      case Initiator::Status::kHeld:  // the receiver still has our session: the path is what is silent
        initiator_.reset();
        redialled_ = now;
        break;
      case Initiator::Status::kFailed: {
        const auto error = initiator_->error();
        initiator_.reset();
        if (!stream_) finish(error ? error->message : "no answer from " + name());
        redialled_ = now;
        break;
      }
      case Initiator::Status::kCalling:
      case Initiator::Status::kBusy:
        break;
    }
  }

  void start(Initiator::Established established, TimePoint now) {
    const bool again = stream_.has_value();
    collect();
    if (again) keep_counters(now);
    peer_ = established.peer;
    stream_.emplace(std::move(established.channel), established.peer, config_, established.round_trip,
                    random_, now);
    phase_ = SendPhase::kOpen;
    quiet_since_ = now;
    events_.push_back({again ? SendEvent::Kind::kPeerRestarted : SendEvent::Kind::kOpened, 0, {}});
  }

  // Counters go on over a restart of the receiver; what describes the moment does not.
  void keep_counters(TimePoint now) { stream_->add_to(past_, now); }

  void finish(const std::string& why) {
    phase_ = SendPhase::kClosed;
    reason_ = why;
    initiator_.reset();
    events_.push_back({SendEvent::Kind::kClosed, 0, why});
  }

  // A clock that jumps (the machine slept) is a pause of ours, not the peer's silence.
  void note_time(TimePoint now) {
    constexpr Duration kJump = std::chrono::seconds(2);
    if (stream_ && now - clock_ > kJump) resumed(now);
    clock_ = std::max(clock_, now);
  }

  CallSecret secret_;
  Address peer_;
  SendConfig config_;
  RandomSource& random_;
  TimePoint clock_;
  SendPhase phase_ = SendPhase::kCalling;
  std::string reason_;
  std::optional<Initiator> initiator_;
  std::deque<Datagram> handshake_;
  std::optional<SendStream> stream_;
  TimePoint quiet_since_{};
  TimePoint redialled_{};
  std::vector<SendEvent> events_;
  SendStats past_;
};

SendSession::SendSession(CallSecret secret, const Address& peer, SendConfig config, RandomSource& random,
                         TimePoint now)
    : impl_(std::make_unique<Impl>(std::move(secret), peer, std::move(config), random, now)) {}
SendSession::~SendSession() = default;
SendSession::SendSession(SendSession&&) noexcept = default;
SendSession& SendSession::operator=(SendSession&&) noexcept = default;

void SendSession::receive(Bytes datagram, const Address& from, TimePoint arrival, Ecn) {
  impl_->receive(datagram, from, arrival);
}
void SendSession::tick(TimePoint now) {
  impl_->tick(now);
}
std::optional<Datagram> SendSession::poll(TimePoint now) {
  return impl_->poll(now);
}
TimePoint SendSession::next_deadline() const {
  return impl_->next_deadline();
}

SourceChoice SendSession::source(TimePoint now) {
  if (!impl_->open()) return {};
  impl_->stream()->abandon_late(now);
  impl_->collect();
  return impl_->stream()->source(now);
}
std::optional<SourceChoice> SendSession::second_source(TimePoint now) const {
  const SendStream* stream = std::as_const(*impl_).stream();
  return stream != nullptr ? stream->second_source(now) : std::nullopt;
}
SourceOdds SendSession::odds(FrameNumber source, TimePoint now) const {
  const SendStream* stream = std::as_const(*impl_).stream();
  return stream != nullptr ? stream->odds(source, now) : SourceOdds{};
}
SizeForecast SendSession::forecast(TimePoint now) {
  return impl_->open() ? impl_->stream()->forecast(now) : SizeForecast{};
}
std::size_t SendSession::budget(TimePoint now) {
  return impl_->open() ? impl_->stream()->budget_for_choice(now) : 0;
}
bool SendSession::probe_wanted(TimePoint now) const {
  const SendStream* stream = std::as_const(*impl_).stream();
  return stream != nullptr && stream->probe_wanted(now);
}
std::size_t SendSession::probe_size() const {
  const SendStream* stream = std::as_const(*impl_).stream();
  return stream != nullptr ? stream->probe_size() : 0;
}
std::size_t SendSession::probe_capacity() const {
  const SendStream* stream = std::as_const(*impl_).stream();
  return stream != nullptr ? stream->probe_capacity() : 0;
}
Result<void> SendSession::send_frame(const FrameToSend& frame, TimePoint now) {
  return impl_->send_frame(frame, now);
}
void SendSession::set_state(FrameNumber number, StateId state, TimePoint) {
  if (impl_->open()) impl_->stream()->set_state(number, state);
  impl_->collect();
}
bool SendSession::needs_state(FrameNumber frame) const {
  const SendStream* stream = std::as_const(*impl_).stream();
  return stream != nullptr && stream->ledger().needs_state(frame);
}
void SendSession::want_key_frame() {
  if (impl_->open()) impl_->stream()->ledger().want_key_frame();
}
bool SendSession::may_code_from(FrameNumber frame) const {
  const SendStream* stream = std::as_const(*impl_).stream();
  return stream != nullptr && stream->ledger().may_code_from(frame);
}
void SendSession::resumed(TimePoint now) {
  impl_->resumed(now);
}
bool SendSession::may_code_in_doubt(FrameNumber frame) const {
  const SendStream* stream = std::as_const(*impl_).stream();
  return stream != nullptr && stream->may_code_in_doubt(frame);
}
void SendSession::close(CloseReason reason, const std::string& text, TimePoint) {
  impl_->close(reason, text);
}
SendPhase SendSession::phase() const {
  return impl_->phase();
}
const std::string& SendSession::closed_because() const {
  return impl_->reason();
}
std::vector<SendEvent> SendSession::take_events() {
  impl_->collect();
  return impl_->take_events();
}
SendStats SendSession::stats() const {
  return impl_->stats();
}

}  // namespace skirret::transport
