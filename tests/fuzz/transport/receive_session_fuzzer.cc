// What an authenticated but arbitrary sender may put into its packets: a receiver's session takes a list of
// payloads, each behind its size (16 bits, little-endian; the highest bit: a minute's sleep before it) and a
// packet number's step (1 byte). Its states stay under the cap, and every ack that it makes can be read. A
// path response of value 0 stands for the right one.
#include <algorithm>
#include <cstdint>
#include <set>
#include <variant>

#include "codec/base/byte_reader.hh"
#include "codec/base/check.hh"
#include "tests/support/channel_keys.hh"
#include "tests/support/seeded_random_source.hh"
#include "transport/session/receive_session.hh"
#include "transport/wire/ack.hh"
#include "transport/wire/path.hh"

namespace {

using namespace skirret;
using namespace skirret::transport;

class Receiver {
 public:
  void slept(TimePoint now) { session_.resumed(now); }

  void take(std::uint64_t number, Bytes payload, TimePoint now) {
    // Now and then from elsewhere, and with marks.
    const Address from = number % 7 == 3 ? Address::ipv4({10, 0, 0, 9}, 9) : peer_;
    const auto response = parse_path_response(payload);
    const ByteVector right = response && response->value == 0 ? write_path_response({asked_})
                                                              : ByteVector(payload.begin(), payload.end());
    session_.receive_opened({number, right}, from, now, static_cast<Ecn>(number % 4));
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
      SKIRRET_CHECK(readable(opened->payload));
      if (const auto challenge = parse_path_challenge(opened->payload)) asked_ = challenge->value;
    }
  }

 private:
  static bool readable(Bytes payload) {
    switch (message_type(payload).value()) {
      case MessageType::kAck:
        return parse_ack(payload).has_value();
      case MessageType::kPing:
        return parse_ping(payload).has_value();
      case MessageType::kPathChallenge:
        return parse_path_challenge(payload).has_value();
      case MessageType::kPathResponse:
        return parse_path_response(payload).has_value();
      default:
        return false;
    }
  }

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

  test::SeededRandomSource random_{1};
  Address peer_;
  SealedChannel sender_{test::channel_keys(2, 1)};
  ReceiveSession session_{SealedChannel(test::channel_keys(1, 2)), peer_, ReceiveConfig{}, random_,
                          TimePoint{}};
  std::set<FrameNumber> states_;
  std::uint64_t asked_ = 0;  // the newest challenge
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
    const std::uint16_t head = reader.u16le();
    const std::size_t stated = head & 0x0fff;
    if ((head & 0x8000) != 0) receiver.slept(now += std::chrono::minutes(1));
    receiver.take(number, reader.take(std::min(stated, reader.remaining())), now);
  }
  return 0;
}
