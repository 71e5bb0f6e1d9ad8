#include "transport/session/initiator.hh"

#include <algorithm>
#include <utility>

#include "codec/base/byte_reader.hh"
#include "codec/base/check.hh"
#include "transport/session/handshake_keys.hh"
#include "transport/wire/handshake_messages.hh"

namespace skirret::transport {

namespace {

static_assert(Hello::kSize <= kMaxDatagram);
static_assert(Hello::kNoiseSize == kNoiseOverhead + HelloPayload::kSize);
static_assert(Hello::kShortNoiseSize == kNoiseOverhead + HelloPayload::kShortSize);
static_assert(SessionToken::kSize == HelloPayload::kTokenSize);

// Duration::max() stands for "never", also where adding it would overflow.
TimePoint after(TimePoint now, Duration span) {
  return span >= kNever - now ? kNever : now + span;
}

ByteVector hello_payload(const std::optional<SessionToken>& held) {
  HelloPayload payload;
  if (held) std::ranges::copy(held->view(), payload.held.emplace().begin());
  return payload.serialise(held ? HelloPayload::kShortSize : HelloPayload::kSize);
}

}  // namespace

Initiator::Initiator(CallSecret secret, const Address& peer, Options options, RandomSource& random,
                     TimePoint now)
    : secret_(std::move(secret)),
      peer_(peer),
      options_(std::move(options)),
      random_(random),
      began_(now),
      give_up_at_(after(now, options_.timeout)) {
  if (options_.peer_name.empty()) options_.peer_name = peer_.to_string();
  start_hello(now);
}

void Initiator::start_hello(TimePoint now) {
  noise_.emplace(secret_, handshake_prologue(), random_);
  hello_ = Hello::without_mac(noise_->write_hello(hello_payload(options_.held)));
  const ByteVector mac = HelloMac(secret_).over(hello_);
  hello_.insert(hello_.end(), mac.begin(), mac.end());
  first_sent_ = now;
  repeat_ = options_.held ? kBesideRepeat : kFirstRepeat;
  send_hello(now);
}

void Initiator::send_hello(TimePoint now) {
  outgoing_.push_back({peer_, hello_});
  next_send_ = now + repeat_;
  // At first often: the path may lose many, and each costs the call's beginning.
  if (now - began_ >= kEager) repeat_ = std::min(2 * repeat_, kSlowestRepeat);
}

void Initiator::receive(Bytes datagram, const Address& from, TimePoint now) {
  const auto reply = Reply::parse(datagram);
  if (!noise_ || !reply || from != peer_ || reply->answers != ByteReader(noise_->ephemeral()).u32be()) {
    ++ignored_;
    return;
  }
  auto finished = noise_->read_reply(reply->noise);
  if (!finished) {
    ++ignored_;
    return;
  }
  const auto answer = ReplyPayload::parse(finished->payload);
  const bool unasked = answer && answer->status == ReplyPayload::Status::kHeld && !options_.held;
  if (!answer || unasked) {
    ++ignored_;  // the listener itself sent what none sends; the timeout will say so
    return;
  }
  switch (answer->status) {
    case ReplyPayload::Status::kAccepted:
      established_.emplace(
          Established{SealedChannel(session_keys(finished->transport, HandshakeRole::kInitiator)), peer_,
                      now - first_sent_});
      finish(Status::kEstablished);
      break;
    case ReplyPayload::Status::kHeld:
      finish(Status::kHeld);
      break;
    case ReplyPayload::Status::kBusy:
      status_ = Status::kBusy;
      noise_.reset();
      next_send_ = now + std::max<Duration>(answer->retry_after, kFirstRepeat);
      break;
  }
}

void Initiator::tick(TimePoint now) {
  if (next_deadline() > now) return;
  if (now >= give_up_at_) {
    give_up();
  } else if (!noise_ || now - first_sent_ >= kFreshHello) {
    start_hello(now);
  } else {
    send_hello(now);
  }
}

TimePoint Initiator::next_deadline() const {
  if (status_ != Status::kCalling && status_ != Status::kBusy) return kNever;
  return std::min(next_send_, give_up_at_);
}

std::vector<Datagram> Initiator::poll() {
  return std::exchange(outgoing_, {});
}

std::optional<Initiator::Established> Initiator::take() {
  return std::exchange(established_, std::nullopt);
}

void Initiator::finish(Status status) {
  status_ = status;
  noise_.reset();
  outgoing_.clear();
}

void Initiator::give_up() {
  if (status_ == Status::kBusy) {
    error_ =
        Error{ErrorCode::kAuth, options_.peer_name + " is in a call with another caller: try again later"};
  } else {
    error_ = Error{ErrorCode::kNotFound,
                   "no answer from " + options_.peer_name + ": is it running, is the link complete?"};
  }
  finish(Status::kFailed);
}

}  // namespace skirret::transport
