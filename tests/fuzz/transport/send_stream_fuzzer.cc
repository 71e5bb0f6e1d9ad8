// What an authenticated but arbitrary receiver may put into its acks: a sender's stream takes a list of
// payloads, each behind its size (16 bits, little-endian), and sends a frame before each. It never codes from
// a state that was not acknowledged with its own id, and its accounts stay sane.
#include <algorithm>
#include <cstdint>

#include "codec/base/byte_reader.hh"
#include "codec/base/check.hh"
#include "tests/support/seeded_random_source.hh"
#include "transport/session/send_stream.hh"

namespace {

using namespace skirret;
using namespace skirret::transport;

SessionKeys keys(std::uint8_t send, std::uint8_t receive) {
  SessionKeys keys;
  keys.send = SecretBytes<32>(ByteVector(32, send));
  keys.receive = SecretBytes<32>(ByteVector(32, receive));
  return keys;
}

class Sender {
 public:
  void step(Bytes payload) {
    now_ += std::chrono::milliseconds(33);
    send_one();
    stream_.receive(receiver_.seal(payload.first(std::min(payload.size(), SealedChannel::kMaxPayload))),
                    number_ % 5 == 4 ? Address::ipv4({10, 0, 0, 9}, 9) : Address(), now_);
    stream_.tick(now_);
    stream_.take_events();
    SendStats stats;
    stream_.add_to(stats, now_);
    SKIRRET_CHECK(stats.bytes_in_flight <= 1u << 24);
    SKIRRET_CHECK(stats.capacity_bps >= 0 && stats.capacity_bps < 1e13);
  }

 private:
  void send_one() {
    const std::size_t budget = stream_.budget(now_);
    SKIRRET_CHECK(budget <= kMaxFrameBytes);
    const ByteVector bytes(std::min<std::size_t>(budget, 3000), 7);
    stream_.abandon_late(now_);
    const SourceChoice source = stream_.source(now_);
    SKIRRET_CHECK(source.key_frame() || stream_.ledger().may_code_from(source.frame));
    if (const auto second = stream_.second_source(now_)) {
      SKIRRET_CHECK(second->frame != source.frame && stream_.may_code_in_doubt(second->frame));
      const SourceOdds odds = stream_.odds(second->frame, now_);
      SKIRRET_CHECK(odds.decodable >= 0 && odds.decodable <= 1 && odds.wait >= Duration::zero());
    }
    if (!bytes.empty()) {
      FrameToSend frame;
      frame.number = ++number_;
      frame.source = source.frame;
      frame.bytes = bytes;
      SKIRRET_CHECK(stream_.send_frame(frame, now_).has_value());
      stream_.set_state(number_, {number_});
    }
    while (stream_.poll(now_)) {
    }
  }

  TimePoint now_ = TimePoint{} + std::chrono::seconds(1);
  test::SeededRandomSource random_{1};
  SealedChannel receiver_{keys(2, 1)};
  SendStream stream_{SealedChannel(keys(1, 2)),     {},      SendConfig{},
                     std::chrono::milliseconds(40), random_, now_};
  FrameNumber number_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteReader reader({data, size});
  Sender sender;
  while (reader.remaining() >= 3) {
    const std::size_t stated = reader.u16le();
    sender.step(reader.take(std::min(stated, reader.remaining())));
  }
  return 0;
}
