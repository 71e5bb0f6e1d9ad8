#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "tests/support/random.hh"
#include "tests/support/seeded_random_source.hh"
#include "transport/session/initiator.hh"
#include "transport/session/responder.hh"

namespace skirret::test {

inline TimePoint ms_time(std::int64_t ms) {
  return TimePoint(std::chrono::milliseconds(ms));
}

// Calls in virtual time: one listener and any number of callers over a link that loses, doubles, delays and
// so reorders. A caller that has its channel sends a small packet every 50 ms, as a sender's probes do; the
// listener answers each one that opens. Both ends behave as the programs do.
class HandshakeWorld {
 public:
  struct Link {
    int loss_percent = 0;
    int duplicate_percent = 0;
    int min_delay_ms = 20;
    int max_delay_ms = 20;
  };

  struct Caller {
    transport::Address address;
    std::optional<transport::Initiator> initiator;
    std::optional<transport::SealedChannel> channel;
    Duration round_trip{};
    TimePoint next_talk = kNever;
    std::uint64_t answers = 0;  // packets of the listener that opened
  };

  struct Wire {  // what went over the link, for the tests to look at
    TimePoint sent;
    transport::Address from;
    transport::Datagram datagram;
  };

  HandshakeWorld(std::uint64_t seed, Link link)
      : random_(seed), keys_(seed + 1), link_(link), identity_(transport::Identity::generate(keys_)) {
    start_listener();
  }

  // Also a restart: every session is forgotten, the key file's identity stays.
  void start_listener() {
    listener_.emplace(identity_, keys_);
    session_.reset();
  }
  void stop_listener() {
    listener_.reset();
    session_.reset();
  }

  std::size_t add_caller(transport::Initiator::Options options = {}) {
    return add_caller(identity_.call_secret(), std::move(options));
  }
  std::size_t add_caller(const transport::CallSecret& secret, transport::Initiator::Options options = {}) {
    Caller& caller = callers_.emplace_back();
    caller.address = transport::Address::ipv4({10, 0, 1, static_cast<std::uint8_t>(callers_.size())}, 1000);
    call(caller, secret, std::move(options));
    return callers_.size() - 1;
  }
  // The same caller calls once more, while it keeps its old channel.
  void call_again(std::size_t index, transport::Initiator::Options options) {
    call(callers_[index], identity_.call_secret(), std::move(options));
  }
  void silence(std::size_t index) { callers_[index].next_talk = kNever; }

  // The listener ends the session, or heard a Close.
  void hang_up() {
    session_.reset();
    if (listener_) listener_->release();
  }

  void run_until(TimePoint end) {
    while (next_event() <= end) step();
    now_ = end;
  }
  void run_for(Duration span) { run_until(now_ + span); }

  // Puts a datagram on the listener's side of the link, now.
  transport::Responder::Received inject(Bytes datagram, const transport::Address& from) {
    auto received = listener_->receive(datagram, from, now_);
    for (auto& out : listener_->poll()) send(kListener, std::move(out));
    return received;
  }

  TimePoint now() const { return now_; }
  transport::Responder& listener() { return *listener_; }
  Caller& caller(std::size_t index) { return callers_[index]; }
  transport::SealedChannel* session() { return session_ ? &*session_ : nullptr; }
  const transport::Address& session_peer() const { return peer_; }
  int established() const { return established_; }
  const std::vector<Wire>& wire() const { return wire_; }
  const transport::Identity& identity() const { return identity_; }
  void set_link(Link link) { link_ = link; }

  static inline const transport::Address kListener = transport::Address::ipv4({10, 0, 0, 1}, 4433);
  static constexpr Duration kTalk = std::chrono::milliseconds(50);

 private:
  struct Arrival {
    transport::Address from;
    transport::Datagram datagram;
  };

  void call(Caller& caller, const transport::CallSecret& secret, transport::Initiator::Options options) {
    caller.initiator.emplace(secret, kListener, std::move(options), keys_, now_);
    flush(caller);
  }

  void send(const transport::Address& from, transport::Datagram datagram) {
    wire_.push_back({now_, from, datagram});
    if (random_.chance(link_.loss_percent, 100)) return;
    const int copies = random_.chance(link_.duplicate_percent, 100) ? 2 : 1;
    for (int i = 0; i < copies; ++i) {
      const auto delay = std::chrono::milliseconds(random_.between(link_.min_delay_ms, link_.max_delay_ms));
      in_flight_.emplace(now_ + delay, Arrival{from, datagram});
    }
  }

  void flush(Caller& caller) {
    for (auto& out : caller.initiator->poll()) send(caller.address, std::move(out));
  }

  TimePoint next_event() const {
    TimePoint next = in_flight_.empty() ? kNever : in_flight_.begin()->first;
    if (listener_) next = std::min(next, listener_->next_deadline());
    for (const Caller& caller : callers_) {
      next = std::min(next, caller.next_talk);
      if (caller.initiator) next = std::min(next, caller.initiator->next_deadline());
    }
    return next;
  }

  void step() {
    now_ = next_event();
    while (!in_flight_.empty() && in_flight_.begin()->first <= now_) {
      const Arrival arrival = std::move(in_flight_.begin()->second);
      in_flight_.erase(in_flight_.begin());
      deliver(arrival);
    }
    if (listener_) listener_->tick(now_);
    for (Caller& caller : callers_) {
      if (caller.initiator) {
        caller.initiator->tick(now_);
        flush(caller);
      }
      if (caller.next_talk <= now_) {
        send(caller.address, {kListener, caller.channel->seal(ByteVector(30))});
        caller.next_talk = now_ + kTalk;
      }
    }
  }

  void deliver(const Arrival& arrival) {
    if (arrival.datagram.to == kListener) {
      if (listener_) to_listener(arrival.datagram.bytes, arrival.from);
      return;
    }
    for (Caller& caller : callers_) {
      if (caller.address == arrival.datagram.to) to_caller(caller, arrival.datagram.bytes, arrival.from);
    }
  }

  void to_listener(Bytes bytes, const transport::Address& from) {
    auto received = listener_->receive(bytes, from, now_);
    bool opened = false;
    if (auto* fresh = std::get_if<transport::Responder::Established>(&received)) {
      ++established_;
      session_.emplace(std::move(fresh->channel));
      opened = true;
    } else if (std::holds_alternative<transport::Responder::ForSession>(received)) {
      opened = session_->open(bytes).has_value();
    }
    if (opened) {
      peer_ = from;
      listener_->heard(from, now_);
      send(kListener, {from, session_->seal(ByteVector(20))});
    }
    for (auto& out : listener_->poll()) send(kListener, std::move(out));
  }

  void to_caller(Caller& caller, Bytes bytes, const transport::Address& from) {
    if (caller.channel && caller.channel->open(bytes)) ++caller.answers;
    if (!caller.initiator) return;
    caller.initiator->receive(bytes, from, now_);
    if (auto fresh = caller.initiator->take()) {
      caller.channel.emplace(std::move(fresh->channel));
      caller.round_trip = fresh->round_trip;
      caller.answers = 0;
      caller.next_talk = now_;
    }
    flush(caller);
  }

  Random random_;
  SeededRandomSource keys_;
  Link link_;
  transport::Identity identity_;
  TimePoint now_{};
  std::optional<transport::Responder> listener_;
  std::optional<transport::SealedChannel> session_;
  transport::Address peer_;
  int established_ = 0;
  std::deque<Caller> callers_;
  std::multimap<TimePoint, Arrival> in_flight_;
  std::vector<Wire> wire_;
};

}  // namespace skirret::test
