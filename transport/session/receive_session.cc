#include "transport/session/receive_session.hh"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <utility>

#include "codec/base/check.hh"
#include "transport/packetizer/packetizer.hh"
#include "transport/rate/windowed_min.hh"
#include "transport/reassembly/frame_assembler.hh"
#include "transport/recovery/ack_schedule.hh"
#include "transport/recovery/receive_log.hh"
#include "transport/session/held_states.hh"
#include "transport/session/peer_path.hh"
#include "transport/wire/ack.hh"
#include "transport/wire/data_packet.hh"

namespace skirret::transport {
namespace {

constexpr std::size_t kMaxWaiting = 96;  // complete frames whose source is not held yet
constexpr std::size_t kMaxWaitingBytes = 8u << 20;
constexpr std::size_t kMaxDecoding = 256;  // frames given out and not answered: more than any program keeps
constexpr int kCloseCopies = 3;
constexpr Duration kPingAfter = std::chrono::milliseconds(500);  // of silence

}  // namespace

class ReceiveSession::Impl {
 public:
  Impl(SealedChannel channel, const Address& peer, ReceiveConfig config, RandomSource& random, TimePoint now)
      : config_(config),
        channel_(std::move(channel)),
        path_(peer, random),
        schedule_(config.ack_delay),
        states_(config.max_states, std::size_t{config.max_state_megabytes} << 20),
        heard_(now),
        pinged_(now),
        clock_(now) {}

  bool receive(Bytes datagram, const Address& from, TimePoint arrival, Ecn ecn) {
    if (closed_) return false;
    note_time(arrival);
    auto opened = channel_.open(datagram);
    if (!opened) return false;
    receive_opened(*opened, from, arrival, ecn);
    return true;
  }

  void receive_opened(const Opened& packet, const Address& from, TimePoint arrival, Ecn ecn) {
    if (closed_) return;
    note_time(arrival);
    heard_ = arrival;
    from_ = from;
    const std::size_t bytes = packet.payload.size() + SealedChannel::kOverhead;
    path_.heard(from, bytes, log_.empty() || packet.number > log_.largest(), arrival);
    if (ecn == Ecn::kMarked) ++stats_.marked;
    ++stats_.packets;
    stats_.bytes += bytes;
    const PacketNumber settled_before = unsettled_;
    of_frame_ = false;
    if (!read(packet.payload, arrival)) {
      ++stats_.malformed;
      return;
    }
    if (closed_) return;
    const ReceiveLog::Arrived arrived = log_.add(packet.number, arrival);
    schedule_.arrived(bytes + kIpUdpBytes, arrival);
    if (arrived.newly_missing > 0) {
      stats_.packets_missing += arrived.newly_missing;
      events_.emplace_back(std::in_place_type<LossSeen>, LossSeen{arrived.newly_missing});
      if (!of_frame_) schedule_.gap_seen(arrival);
    }
    if (unsettled_ > settled_before) {
      // By when it left the sender: what this packet waited for on its way is no fault of our acks.
      const auto heard_of = log_.newest_below(unsettled_);
      const TimePoint on_time = arrival - (way_ - *shortest_way_.value());
      schedule_.progressed(arrival, heard_of ? on_time - *heard_of : Duration::zero());
    }
    log_.settle_below(unsettled_);
  }

  void tick(TimePoint now) {
    note_time(now);
    if (closed_ || now - heard_ < config_.silence_timeout) return;
    finish({SessionClosed::By::kSilence, CloseReason::kFault,
            "the sender has not been heard for " +
                std::to_string(to_seconds(config_.silence_timeout)).substr(0, 4) + " s"});
  }

  std::optional<Datagram> poll(TimePoint now) {
    if (!farewell_.empty()) {
      Datagram datagram{path_.address(), std::move(farewell_.front())};
      farewell_.pop_front();
      return datagram;
    }
    if (closed_ || channel_.exhausted()) return std::nullopt;
    if (auto datagram = path_.poll(channel_, now)) return datagram;
    if (!log_.empty() && schedule_.due(now)) return poll_ack(now);
    if (now < ping_due()) return std::nullopt;
    pinged_ = now;
    Ping ping;
    ping.notes.sent = to_wire(now);
    return Datagram{path_.address(), channel_.seal(write_ping(ping))};
  }

  Datagram poll_ack(TimePoint now) {
    Datagram datagram{path_.address(), channel_.seal(make_ack(now))};
    schedule_.sent(datagram.bytes.size() + kIpUdpBytes, now);
    ++stats_.acks_sent;
    stats_.ack_bytes += datagram.bytes.size() + kIpUdpBytes;
    return datagram;
  }

  TimePoint next_deadline() const {
    if (!farewell_.empty()) return TimePoint::min();
    if (closed_) return kNever;
    TimePoint next = std::min({heard_ + config_.silence_timeout, ping_due(), path_.next_deadline()});
    return log_.empty() ? next : std::min(next, schedule_.next());
  }

  void decoded(FrameNumber number, StateId id, std::size_t bytes, TimePoint now) {
    if (closed_ || decoding_.erase(number) == 0) return;
    ++stats_.frames_decoded;
    states_.add(number, id, bytes);
    drop_states();
    schedule_.want_now(now);
    release_waiting();
  }

  void failed(FrameNumber number, TimePoint now) {
    if (closed_ || decoding_.erase(number) == 0) return;
    refuse(number);
    schedule_.want_now(now);
    release_waiting();
  }

  void close(CloseReason reason, const std::string& text) {
    if (closed_) return;
    for (int i = 0; i < kCloseCopies && !channel_.exhausted(); ++i)
      farewell_.push_back(channel_.seal(write_close({reason, text})));
    finish({SessionClosed::By::kUs, reason, text});
  }

  void resumed(TimePoint now) { heard_ = pinged_ = std::max(clock_, now); }
  bool closed() const { return closed_; }
  const Address& peer() const { return path_.address(); }
  const HeldStates& states() const { return states_; }
  const SealedChannel& channel() const { return channel_; }
  std::vector<ReceiveEvent> take_events() { return std::exchange(events_, {}); }

  ReceiveStats stats() const {
    ReceiveStats stats = stats_;
    stats.states_held = states_.size();
    stats.moves = path_.moves();
    return stats;
  }

 private:
  bool read(Bytes payload, TimePoint arrival) {
    const auto type = message_type(payload);
    if (!type) return false;
    switch (*type) {
      case MessageType::kData:
        return read_data(payload, arrival);
      case MessageType::kProbe: {
        const auto probe = parse_probe(payload);
        if (probe) take_notes(probe->notes, arrival);
        return probe.has_value();
      }
      case MessageType::kPing: {
        const auto ping = parse_ping(payload);
        if (ping) take_notes(ping->notes, arrival);
        return ping.has_value();
      }
      case MessageType::kClose: {
        const auto close = parse_close(payload);
        if (close) finish({SessionClosed::By::kPeer, close->reason, close->text});
        return close.has_value();
      }
      case MessageType::kPathChallenge: {
        const auto challenge = parse_path_challenge(payload);
        if (challenge) path_.challenged(*challenge, from_);
        return challenge.has_value();
      }
      case MessageType::kPathResponse: {
        const auto response = parse_path_response(payload);
        if (response) path_.answered(*response, from_, arrival);
        return response.has_value();
      }
      case MessageType::kAck:
        return false;  // goes the other way only
    }
    return false;
  }

  bool read_data(Bytes payload, TimePoint arrival) {
    const auto packet = parse_data(payload);
    if (!packet) return false;
    take_notes(packet->notes, arrival);
    of_frame_ = true;
    if (packet->notes.train_last) schedule_.frame_ended(arrival);
    const bool begins = packet->frame > newest_frame_;
    const bool before_broken = begins && assembler_.assembling(newest_frame_);
    newest_frame_ = std::max(newest_frame_, packet->frame);
    const auto outcome = assembler_.add(*packet, arrival);
    const bool ends_broken = packet->notes.train_last && outcome == FrameAssembler::Outcome::kStored;
    if (before_broken || ends_broken || (begins && !may_come(packet->source))) schedule_.gap_seen(arrival);
    switch (outcome) {
      case FrameAssembler::Outcome::kComplete:
        schedule_.frame_ended(arrival);
        complete(*assembler_.take());
        break;
      case FrameAssembler::Outcome::kStored:
        break;
      case FrameAssembler::Outcome::kInconsistent:
        ++stats_.inconsistent;
        break;
      case FrameAssembler::Outcome::kOverLimit:
        ++stats_.over_limits;
        break;
      case FrameAssembler::Outcome::kDuplicate:
      case FrameAssembler::Outcome::kTooOld:
        ++stats_.duplicates;
        break;
    }
    return true;
  }

  // False: nothing of this frame is here, so what hangs on it cannot be decoded yet.
  bool may_come(FrameNumber source) const {
    return source == 0 || states_.holds(source) || decoding_.contains(source) || waiting_.contains(source) ||
           assembler_.assembling(source);
  }

  void take_notes(const SenderNotes& notes, TimePoint arrival) {
    if (last_wire_) sent_ticks_ += ticks_between(*last_wire_, notes.sent);
    last_wire_ = notes.sent;
    way_ = arrival.time_since_epoch() - sent_ticks_ * kWireTick;
    shortest_way_.add(way_, arrival);
    unsettled_ = std::max(unsettled_, notes.oldest_unsettled);
    if (notes.oldest_needed <= states_.oldest_needed()) return;
    states_.need_from(notes.oldest_needed);
    assembler_.drop_below(notes.oldest_needed);
    refused_.erase(refused_.begin(), refused_.lower_bound(notes.oldest_needed));
    while (!waiting_.empty() && waiting_.begin()->first < notes.oldest_needed)
      forget_waiting(waiting_.begin());
    drop_states();
  }

  void complete(AssembledFrame frame) {
    ++stats_.frames_complete;
    if (frame.source == 0 || states_.holds(frame.source)) return give_out(std::move(frame));
    if (refused_.contains(frame.source) || frame.source < states_.oldest_needed())
      return refuse(frame.number);
    waiting_bytes_ += frame.bytes.size();
    waiting_.emplace(frame.number, std::move(frame));
    while (waiting_.size() > kMaxWaiting || waiting_bytes_ > kMaxWaitingBytes) {
      ++stats_.over_limits;
      forget_waiting(waiting_.begin());
    }
  }

  void give_out(AssembledFrame frame) {
    if (decoding_.size() >= kMaxDecoding) {
      ++stats_.over_limits;
      return refuse(frame.number);
    }
    decoding_.insert(frame.number);
    events_.emplace_back(
        std::in_place_type<FrameReady>,
        FrameReady{frame.number, frame.source, std::move(frame.bytes), frame.first_arrival, frame.arrival});
  }

  void refuse(FrameNumber number) {
    ++stats_.frames_refused;
    refused_.insert(number);
    while (refused_.size() > kMaxAckFrames / 4) refused_.erase(refused_.begin());
  }

  void forget_waiting(std::map<FrameNumber, AssembledFrame>::iterator it) {
    waiting_bytes_ -= it->second.bytes.size();
    waiting_.erase(it);
  }

  // Sources stand before what hangs on them, so one pass in order of number settles all that can be.
  void release_waiting() {
    for (auto it = waiting_.begin(); it != waiting_.end();) {
      const auto next = std::next(it);
      const bool ready = states_.holds(it->second.source);
      if (ready || refused_.contains(it->second.source)) {
        AssembledFrame frame = std::move(it->second);
        waiting_bytes_ -= frame.bytes.size();
        waiting_.erase(it);
        if (ready)
          give_out(std::move(frame));
        else
          refuse(frame.number);
      }
      it = next;
    }
  }

  void drop_states() {
    for (const FrameNumber dropped : states_.take_dropped())
      events_.emplace_back(std::in_place_type<StateDropped>, StateDropped{dropped});
  }

  ByteVector make_ack(TimePoint now) {
    Ack ack;
    ack.serial = ++serial_;
    log_.describe(ack, now);
    ack.max_states = states_.announced_states();
    ack.max_megabytes = config_.max_state_megabytes;
    ack.marked = stats_.marked;
    for (const FrameNumber number : refused_)
      if (number >= states_.oldest_needed()) ack.frames.push_back({number, false, true, std::nullopt});
    states_.describe(ack.frames);
    std::ranges::sort(ack.frames, std::greater<>(), &AckedFrame::number);
    if (ack.frames.size() > kMaxAckFrames) ack.frames.resize(kMaxAckFrames);
    ByteVector bytes = write_ack(ack);
    while (bytes.size() > kMaxDatagram - SealedChannel::kOverhead) {
      shorten(ack);
      bytes = write_ack(ack);
    }
    return bytes;
  }

  // Arrival times go first (they only refine the estimate), then the oldest ranges.
  static void shorten(Ack& ack) {
    if (ack.earlier.size() > 16) {
      ack.earlier.resize(ack.earlier.size() / 2);
    } else if (ack.ranges.size() > 8) {
      ack.earlier.clear();
      ack.ranges.resize(ack.ranges.size() / 2);
      ack.floor = ack.ranges.back().first;
    } else {
      ack.frames.resize(ack.frames.size() / 2);
    }
  }

  void finish(SessionClosed how) {
    closed_ = true;
    events_.emplace_back(std::in_place_type<SessionClosed>, std::move(how));
  }

  TimePoint ping_due() const { return std::max(heard_, pinged_) + kPingAfter; }

  // A clock that jumps (the machine slept) is a pause of ours, not the peer's silence.
  void note_time(TimePoint now) {
    constexpr Duration kJump = std::chrono::seconds(2);
    if (!closed_ && now - clock_ > kJump) resumed(now);
    clock_ = std::max(clock_, now);
  }

  ReceiveConfig config_;
  SealedChannel channel_;
  PeerPath path_;
  Address from_;  // of the packet in hand
  ReceiveLog log_;
  AckSchedule schedule_;
  std::optional<WireTime> last_wire_;  // when a packet was sent, by the sender's clock …
  std::int64_t sent_ticks_ = 0;        // … unwrapped
  Duration way_{};                     // from there to here, of the newest packet, plus the clocks' offset
  WindowedMin shortest_way_{std::chrono::seconds(60)};  // longer than any outage that a session survives
  FrameAssembler assembler_;
  HeldStates states_;
  std::set<FrameNumber> decoding_;  // given out, not answered
  std::set<FrameNumber> refused_;
  std::map<FrameNumber, AssembledFrame> waiting_;
  std::size_t waiting_bytes_ = 0;
  FrameNumber newest_frame_ = 0;
  bool of_frame_ = false;  // the packet in hand: a part of a frame
  PacketNumber unsettled_ = 0;
  std::uint64_t serial_ = 0;
  TimePoint heard_;
  TimePoint pinged_;
  TimePoint clock_;
  bool closed_ = false;
  std::deque<ByteVector> farewell_;
  std::vector<ReceiveEvent> events_;
  ReceiveStats stats_;
};

ReceiveSession::ReceiveSession(SealedChannel channel, const Address& peer, ReceiveConfig config,
                               RandomSource& random, TimePoint now)
    : impl_(std::make_unique<Impl>(std::move(channel), peer, config, random, now)) {}
ReceiveSession::~ReceiveSession() = default;
ReceiveSession::ReceiveSession(ReceiveSession&&) noexcept = default;
ReceiveSession& ReceiveSession::operator=(ReceiveSession&&) noexcept = default;

bool ReceiveSession::receive(Bytes datagram, const Address& from, TimePoint arrival, Ecn ecn) {
  return impl_->receive(datagram, from, arrival, ecn);
}
void ReceiveSession::receive_opened(const Opened& packet, const Address& from, TimePoint arrival, Ecn ecn) {
  impl_->receive_opened(packet, from, arrival, ecn);
}
void ReceiveSession::tick(TimePoint now) {
  impl_->tick(now);
}
std::optional<Datagram> ReceiveSession::poll(TimePoint now) {
  return impl_->poll(now);
}
TimePoint ReceiveSession::next_deadline() const {
  return impl_->next_deadline();
}
void ReceiveSession::frame_decoded(FrameNumber number, StateId state, std::size_t state_bytes,
                                   TimePoint now) {
  impl_->decoded(number, state, state_bytes, now);
}
void ReceiveSession::frame_failed(FrameNumber number, TimePoint now) {
  impl_->failed(number, now);
}
bool ReceiveSession::holds(FrameNumber number) const {
  return impl_->states().holds(number);
}
std::vector<FrameNumber> ReceiveSession::held() const {
  return impl_->states().numbers();
}
void ReceiveSession::close(CloseReason reason, const std::string& text, TimePoint) {
  impl_->close(reason, text);
}
void ReceiveSession::resumed(TimePoint now) {
  impl_->resumed(now);
}
bool ReceiveSession::closed() const {
  return impl_->closed();
}
Address ReceiveSession::peer() const {
  return impl_->peer();
}
std::vector<ReceiveEvent> ReceiveSession::take_events() {
  return impl_->take_events();
}
ReceiveStats ReceiveSession::stats() const {
  return impl_->stats();
}
std::uint64_t ReceiveSession::refused_datagrams() const {
  return impl_->channel().counters().failed;
}

}  // namespace skirret::transport
