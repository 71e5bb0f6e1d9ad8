// Callers with the right link and a listener, on a link that the input controls: datagrams are delivered in
// any order, again, cut, changed, or made up, the payloads inside authentic handshake messages too, while
// time passes. What must hold: at most 16 pending handshakes, answers smaller than what asked for them, a
// session only for a caller that read the reply and only when none is heard, keys that fit on both ends.
//
// The input is a list of steps: kind (1 byte), value (4 bytes); see Play::step.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "codec/base/byte_reader.hh"
#include "codec/base/check.hh"
#include "tests/support/seeded_random_source.hh"
#include "transport/session/initiator.hh"
#include "transport/session/responder.hh"

namespace {

using namespace skirret;
using namespace skirret::transport;

const Address kListener = Address::ipv4({10, 0, 0, 1}, 1);
const Address kCaller = Address::ipv4({10, 0, 0, 2}, 2);

class Play {
 public:
  void step(std::uint8_t kind, std::uint32_t value) {
    switch (kind % 8) {
      case 0:
        if (callers_.size() < 24) call(value);
        break;
      case 1:
        now_ += std::chrono::milliseconds(value % 4000);
        tick();
        break;
      case 2:
        if (!overheard_.empty()) deliver(pick(value));
        break;
      case 3:
        if (!overheard_.empty()) deliver(changed(pick(value), value));
        break;
      case 4:
        if (!overheard_.empty()) deliver(Bytes(pick(value)).first((value >> 16) % (pick(value).size() + 1)));
        break;
      case 5:
        odd_hello(value);
        break;
      case 6:
        odd_reply(value);
        break;
      case 7:
        if (value % 2 == 0) listener_.release();
        listener_.heard(kCaller, now_);
        last_heard_ = now_;
        break;
    }
    SKIRRET_CHECK(listener_.pending() <= Responder::kMaxPending);
    if (overheard_.size() > 200) overheard_.erase(overheard_.begin(), overheard_.begin() + 100);
  }

 private:
  struct Caller {
    Initiator initiator;
    std::optional<SealedChannel> channel;
  };

  void call(std::uint32_t value) {
    Initiator::Options options;
    if (value % 4 == 0 && session_) options.held = session_->token();
    callers_.push_back({Initiator(identity_.call_secret(), kListener, options, random_, now_), std::nullopt});
    collect();
  }

  void tick() {
    listener_.tick(now_);
    for (Caller& caller : callers_) caller.initiator.tick(now_);
    collect();
  }

  void collect() {
    for (Caller& caller : callers_) {
      for (Datagram& out : caller.initiator.poll()) overheard_.push_back(std::move(out.bytes));
      if (auto established = caller.initiator.take()) {
        caller.channel.emplace(std::move(established->channel));
        overheard_.push_back(caller.channel->seal(ByteVector{1, 2, 3}));
      }
    }
  }

  const ByteVector& pick(std::uint32_t value) const { return overheard_[value % overheard_.size()]; }

  static ByteVector changed(ByteVector bytes, std::uint32_t value) {
    bytes[(value >> 8) % bytes.size()] ^= static_cast<std::uint8_t>(value >> 24 | 1);
    return bytes;
  }

  // Everybody hears everything.
  void deliver(Bytes datagram) {
    const ByteVector copy(datagram.begin(), datagram.end());
    const bool had_session = listener_.has_session();
    const TimePoint heard = last_heard_;
    auto received = listener_.receive(copy, kCaller, now_);
    for (Datagram& out : listener_.poll()) {
      SKIRRET_CHECK(out.to == kCaller && out.bytes.size() < copy.size());
      overheard_.push_back(std::move(out.bytes));
    }
    if (auto* established = std::get_if<Responder::Established>(&received)) {
      SKIRRET_CHECK(!had_session || now_ - heard >= Responder::kTakeoverSilence);
      check_established(*established);
      session_.emplace(std::move(established->channel));
      last_heard_ = now_;
    }
    for (Caller& caller : callers_) caller.initiator.receive(copy, kListener, now_);
    collect();
  }

  void check_established(Responder::Established& established) {
    SKIRRET_CHECK((established.first.payload == ByteVector{1, 2, 3}));
    const ByteVector back = established.channel.seal(ByteVector{4, 5});
    const auto opens = [&](Caller& caller) {
      return caller.channel && caller.channel->open(back).has_value();
    };
    SKIRRET_CHECK(std::count_if(callers_.begin(), callers_.end(), opens) == 1);
  }

  // A caller with the right link that says what no caller of ours says.
  void odd_hello(std::uint32_t value) {
    NoiseInitiator noise(identity_.call_secret(), handshake_prologue(), random_);
    ByteVector payload(value & 0x10000 ? HelloPayload::kShortSize : HelloPayload::kSize,
                       static_cast<std::uint8_t>(value >> 8));
    payload[0] = static_cast<std::uint8_t>(value);
    ByteVector hello = Hello::without_mac(noise.write_hello(payload));
    const ByteVector mac = HelloMac(identity_.call_secret()).over(hello);
    hello.insert(hello.end(), mac.begin(), mac.end());
    deliver(hello);
  }

  // A listener with the right key that answers anything.
  void odd_reply(std::uint32_t value) {
    for (const ByteVector& datagram : overheard_) {
      const auto hello = Hello::parse(datagram);
      if (!hello) continue;
      NoiseResponder noise(identity_, handshake_prologue());
      if (!noise.read_hello(hello->noise)) continue;
      ByteVector payload(ReplyPayload::kSize);
      for (std::size_t i = 0; i < payload.size(); ++i)
        payload[i] = static_cast<std::uint8_t>(value >> (8 * i));
      if (payload[0] == 0) payload[0] = 1;  // "accepted" without a listener behind it has no end to check
      const auto message = noise.write_reply(payload, random_).message;
      const Reply reply{ByteReader(hello->ephemeral()).u32be(), message};
      for (Caller& caller : callers_) caller.initiator.receive(reply.serialise(), kListener, now_);
      collect();
      return;
    }
  }

  test::SeededRandomSource random_{1};
  Identity identity_ = Identity::generate(random_);
  Responder listener_{identity_, random_};
  TimePoint now_{};
  TimePoint last_heard_{};
  std::optional<SealedChannel> session_;
  std::deque<Caller> callers_;
  std::vector<ByteVector> overheard_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteReader reader({data, std::min<std::size_t>(size, 5 * 400)});
  Play play;
  while (reader.remaining() >= 5) {
    const std::uint8_t kind = reader.u8();
    play.step(kind, reader.u32le());
  }
  return 0;
}
