#include "transport/session/responder.hh"

#include <algorithm>
#include <utility>

#include "codec/base/byte_reader.hh"

namespace skirret::transport {

namespace {

static_assert(SessionToken::kSize == HelloPayload::kTokenSize);

constexpr Duration kShortestRetry = std::chrono::milliseconds(250);

}  // namespace

Responder::Responder(Identity identity, RandomSource& random)
    : identity_(std::move(identity)), hello_mac_(identity_.call_secret()), random_(random) {}

Responder::Received Responder::receive(Bytes datagram, const Address& from, TimePoint now) {
  tick(now);
  const auto kind = kind_of(datagram);
  if (kind == DatagramKind::kData) return receive_data(datagram, from, now);
  if (kind == DatagramKind::kHello || kind == DatagramKind::kShortHello) {
    receive_hello(datagram, from, now);
  } else {
    ++counters_.foreign;
  }
  return Nothing{};
}

void Responder::receive_hello(Bytes datagram, const Address& from, TimePoint now) {
  const auto hello = Hello::parse(datagram);
  if (!hello) {
    ++counters_.foreign;
    return;
  }
  if (!hello_mac_.fits(hello->covered, hello->mac)) {
    ++counters_.unauthentic;
    return;
  }
  Ephemeral caller;
  std::ranges::copy(hello->ephemeral(), caller.begin());
  if (std::ranges::find(remembered_, caller) != remembered_.end()) {
    ++counters_.replayed;
    return;
  }
  const auto known = std::ranges::find(pending_, caller, &Pending::caller);
  if (known != pending_.end()) {
    ++counters_.repeated;
    outgoing_.push_back({from, known->reply});
    return;
  }
  answer(*hello, caller, from, now);
}

ReplyPayload Responder::decide(const HelloPayload& hello, const Address& from, TimePoint now) const {
  if (!session_) return {ReplyPayload::Status::kAccepted, {}};
  if (hello.held && SessionToken(Bytes(*hello.held)) == session_->token) {
    return {ReplyPayload::Status::kHeld, {}};
  }
  const Duration silence = now - session_->heard;
  const Duration needed =
      from.with_port(0) == session_->peer.with_port(0) ? kSameHostSilence : kTakeoverSilence;
  if (silence >= needed) return {ReplyPayload::Status::kAccepted, {}};
  const Duration wait = std::clamp(needed - silence, kShortestRetry, kTakeoverSilence);
  return {ReplyPayload::Status::kBusy, std::chrono::ceil<std::chrono::milliseconds>(wait)};
}

void Responder::answer(const Hello& hello, const Ephemeral& caller, const Address& from, TimePoint now) {
  NoiseResponder noise(identity_, handshake_prologue());
  const auto heard = noise.read_hello(hello.noise);
  const auto payload = heard.and_then([](const ByteVector& bytes) { return HelloPayload::parse(bytes); });
  if (!payload) {
    ++counters_.unauthentic;
    return;
  }
  const ReplyPayload decision = decide(*payload, from, now);
  const auto finished = noise.write_reply(decision.serialise(), random_);
  const ByteVector reply = Reply{ByteReader(caller).u32be(), finished.message}.serialise();
  outgoing_.push_back({from, reply});
  switch (decision.status) {
    case ReplyPayload::Status::kBusy:
      ++counters_.busy;
      return;
    case ReplyPayload::Status::kHeld:
      ++counters_.held;
      return;
    case ReplyPayload::Status::kAccepted:
      break;
  }
  ++counters_.accepted;
  if (pending_.size() == kMaxPending) drop(pending_.begin());
  pending_.push_back(
      {caller, SealedChannel(session_keys(finished.transport, HandshakeRole::kResponder)), reply, now});
}

Responder::Received Responder::receive_data(Bytes datagram, const Address& from, TimePoint now) {
  const auto header = DataHeader::parse(datagram);
  if (!header) {
    ++counters_.foreign;
    return Nothing{};
  }
  if (session_ && header->session_id == session_->id) return ForSession{};
  const auto id_of = [](const Pending& pending) { return pending.channel.session_id(); };
  const auto pending = std::ranges::find(pending_, header->session_id, id_of);
  if (pending == pending_.end()) {
    ++counters_.foreign;
    return Nothing{};
  }
  auto proof = pending->channel.open(datagram);
  if (!proof) {
    ++counters_.unauthentic;
    return Nothing{};
  }
  if (session_ && session_->heard >= pending->since) {
    drop(pending);  // the session came back while this caller was being answered
    return Nothing{};
  }
  remember(pending->caller);
  session_ = Session{pending->channel.session_id(), pending->channel.token(), from, now};
  Established established{std::move(pending->channel), from, std::move(*proof)};
  pending_.clear();  // should one of them ask again, it will be told that it is too late
  ++counters_.established;
  return established;
}

void Responder::tick(TimePoint now) {
  while (!pending_.empty() && now - pending_.front().since >= kPendingLifetime) drop(pending_.begin());
}

TimePoint Responder::next_deadline() const {
  return pending_.empty() ? kNever : pending_.front().since + kPendingLifetime;
}

std::vector<Datagram> Responder::poll() {
  return std::exchange(outgoing_, {});
}

void Responder::heard(const Address& peer, TimePoint now) {
  if (!session_) return;
  session_->peer = peer;
  session_->heard = std::max(session_->heard, now);
}

void Responder::release() {
  session_.reset();
}

void Responder::remember(const Ephemeral& caller) {
  if (remembered_.size() == kRemembered) remembered_.pop_front();
  remembered_.push_back(caller);
}

void Responder::drop(const std::deque<Pending>::iterator& pending) {
  remember(pending->caller);
  pending_.erase(pending);
  ++counters_.expired;
}

}  // namespace skirret::transport
