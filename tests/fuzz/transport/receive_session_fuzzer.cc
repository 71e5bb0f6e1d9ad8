// What an authenticated but arbitrary sender may put into its packets: a receiver's session takes a list of
// payloads, each behind its size (16 bits, little-endian) and a packet number's step (1 byte). Its states
// stay under the cap, and every ack that it makes can be read.
#include <algorithm>
#include <cstdint>
#include <set>
#include <variant>

#include "codec/base/byte_reader.hh"
#include "codec/base/check.hh"
#include "transport/session/receive_session.hh"
#include "transport/wire/ack.hh"

namespace {

using namespace skirret;
using namespace skirret::transport;

SessionKeys keys(std::uint8_t send, std::uint8_t receive) {
  SessionKeys keys;
  keys.send = SecretBytes<32>(ByteVector(32, send));
  keys.receive = SecretBytes<32>(ByteVector(32, receive));
  return keys;
}

class Receiver {
 public:
  void take(std::uint64_t number, Bytes payload, TimePoint now) {
    session_.receive_opened({number, ByteVector(payload.begin(), payload.end())}, peer_, now);
    for (bool more = true; more;) {
      const auto events = session_.take_events();
      more = !events.empty();
      for (const ReceiveEvent& event : events) handle(event, now);
    }
    SKIRRET_CHECK(states_.size() <= 64);
    session_.tick(now);
    while (const auto datagram = session_.poll(now)) {
      const auto opened = sender_.open(datagram->bytes);
      SKIRRET_CHECK(opened.has_value());
      const auto ack = parse_ack(opened->payload);
      SKIRRET_CHECK(ack.has_value());
    }
  }

 private:
  void handle(const ReceiveEvent& event, TimePoint now) {
    if (const auto* dropped = std::get_if<StateDropped>(&event)) states_.erase(dropped->number);
    const auto* ready = std::get_if<FrameReady>(&event);
    if (ready == nullptr) return;
    SKIRRET_CHECK(ready->source == 0 || states_.contains(ready->source));
    if (ready->bytes.front() % 4 == 0) {
      session_.frame_failed(ready->number, now);
    } else {
      states_.insert(ready->number);
      session_.frame_decoded(ready->number, {ready->number}, 1000, now);
    }
  }

  Address peer_;
  SealedChannel sender_{keys(2, 1)};
  ReceiveSession session_{SealedChannel(keys(1, 2)), peer_, ReceiveConfig{}, TimePoint{}};
  std::set<FrameNumber> states_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteReader reader({data, size});
  Receiver receiver;
  std::uint64_t number = 0;
  TimePoint now{};
  while (reader.remaining() >= 3) {
    const std::uint8_t step = reader.u8();
    number = step >= 250 ? number - std::min<std::uint64_t>(number, 255u - step) : number + step % 8;
    now += std::chrono::milliseconds(step % 16);
    const std::size_t stated = reader.u16le();
    receiver.take(number, reader.take(std::min(stated, reader.remaining())), now);
  }
  return 0;
}
