#include "transport/session/peer_path.hh"

#include <algorithm>
#include <array>

#include "codec/base/byte_reader.hh"

namespace skirret::transport {

bool PeerPath::heard(const Address& from, std::size_t bytes, bool newest, TimePoint now) {
  if (asked_ && from == asked_->at) asked_->received += bytes;
  if (!newest) return false;
  if (from == peer_) {
    asked_.reset();
    return false;
  }
  if (old_ && now <= old_->until && from == old_->at) {
    move_to(from, now);
    return true;
  }
  if (!asked_ || asked_->at != from) ask(from, bytes, now);
  return false;
}

void PeerPath::ask(const Address& at, std::size_t received, TimePoint now) {
  std::array<std::uint8_t, 8> value{};
  random_->fill(value);
  Asked asked;
  asked.at = at;
  asked.challenge.value = ByteReader(value).u64be();
  asked.received = received;
  asked.since = asked.next = now;
  asked_ = asked;
}

PeerPath::Challenged PeerPath::challenged(const PathChallenge& challenge, const Address& from) {
  if (answers_.size() >= kMaxAnswers) return Challenged::kRefused;
  answers_.push_back({from, {challenge.value}});
  if (answered_ == challenge.value) return Challenged::kAgain;
  answered_ = challenge.value;
  return Challenged::kFirst;
}

std::optional<Datagram> PeerPath::poll(SealedChannel& channel, TimePoint now) {
  if (answers_.empty()) return question(channel, now);
  const Answer answer = answers_.front();
  answers_.pop_front();
  return Datagram{answer.to, channel.seal(write_path_response(answer.response))};
}

std::optional<Datagram> PeerPath::question(SealedChannel& channel, TimePoint now) {
  if (!asked_ || now < asked_->next) return std::nullopt;
  if (asked_->attempts == kAttempts) {
    asked_.reset();
    return std::nullopt;
  }
  if (!may_ask()) return std::nullopt;
  ++asked_->attempts;
  asked_->sent += kChallengeDatagram;
  asked_->next = now + kRepeat * (1 << (asked_->attempts - 1));
  return Datagram{asked_->at, channel.seal(write_path_challenge(asked_->challenge))};
}

TimePoint PeerPath::next_deadline() const {
  if (!answers_.empty()) return TimePoint::min();
  if (!asked_) return kNever;
  return asked_->attempts == kAttempts || may_ask() ? asked_->next : kNever;
}

bool PeerPath::answered(const PathResponse& response, const Address& from, TimePoint now) {
  if (!asked_ || from != asked_->at || response.value != asked_->challenge.value) return false;
  round_trip_ = std::max<Duration>(now - asked_->since, std::chrono::milliseconds(1));
  move_to(from, now);
  return true;
}

void PeerPath::move_to(const Address& at, TimePoint now) {
  old_ = Old{peer_, now + kKeptRoundTrips * round_trip_};
  peer_ = at;
  asked_.reset();
  ++moves_;
}

}  // namespace skirret::transport
