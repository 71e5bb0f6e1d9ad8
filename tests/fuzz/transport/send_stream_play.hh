#pragma once

#include <algorithm>
#include <cstdint>

#include "codec/base/check.hh"
#include "tests/fuzz/transport/honest_path.hh"
#include "tests/support/channel_keys.hh"
#include "tests/support/seeded_random_source.hh"
#include "transport/session/send_stream.hh"
#include "transport/wire/path.hh"

namespace skirret::transport {

// A stream that sends a frame in each step, before it is handed a payload as the receiver's; in an honest
// step, the ack of a receiver behind a fast path. So it finds out that longer datagrams get there, and that
// they do not any more.
class SendStreamPlay {
 public:
  // Bits above the payload's size in the 16 bits that stand before it.
  static constexpr std::uint16_t kElsewhere = 0x8000;  // it comes from another address
  static constexpr std::uint16_t kAsleep = 0x4000;     // ten seconds were slept before it
  // The payload says what the path carries: u8, bytes above kMaxDatagram, halved (255: any number); u8, one
  // packet in so many is lost (0: none). What is missing counts as 255 and 0.
  static constexpr std::uint16_t kHonest = 0x2000;
  static constexpr std::uint16_t kSizeMask = 0x0fff;

  // A path response of value 0 stands for the right one.
  void step(std::uint16_t head, Bytes payload) {
    const bool honest = (head & kHonest) != 0;
    if (honest) set_path(payload);
    now_ += std::chrono::milliseconds(honest ? 1 : 33);
    if ((head & kAsleep) != 0) {
      now_ += std::chrono::seconds(10);
      stream_.start_anew(stream_.round_trip(), now_);
    }
    send_one(honest ? kLargeFrame : kFrame);
    const ByteVector honestly = honest ? pass_honestly() : ByteVector();
    if (honest) payload = honestly;
    hear(payload, (head & kElsewhere) != 0);
    check_stats();
  }

  PacketNumber packets() const { return packets_; }  // sent so far
  FrameNumber frames() const { return number_; }
  std::uint64_t newest_ack() const { return serial_; }
  SendStats stats() const {
    SendStats stats;
    stream_.add_to(stats, now_);
    return stats;
  }

 private:
  static constexpr std::size_t kFrame = 3000;  // bytes at most
  static constexpr std::size_t kLargeFrame = 20'000;

  void set_path(Bytes payload) {
    const std::size_t more = payload.empty() ? 255 : payload[0];
    path_.set(more == 255 ? SIZE_MAX : kMaxDatagram + 2 * more, payload.size() < 2 ? 0 : payload[1]);
  }

  // What the pacer lets go in a frame interval goes over the path; gives what the receiver says then.
  ByteVector pass_honestly() {
    for (int ms = 1; ms < 33; ++ms) poll_all(now_ += std::chrono::milliseconds(1));
    const auto ack = path_.ack(serial_ + 1, now_);
    return ack ? write_ack(*ack) : write_ping({});
  }

  void hear(Bytes payload, bool elsewhere) {
    if (const auto ack = parse_ack(payload); ack && ack->serial < kMaxPacketNumber)
      serial_ = std::max(serial_, ack->serial);
    const auto response = parse_path_response(payload);
    const ByteVector right = response && response->value == 0 ? write_path_response({asked_})
                                                              : ByteVector(payload.begin(), payload.end());
    stream_.receive(receiver_.seal(Bytes(right).first(std::min(right.size(), SealedChannel::kMaxPayload))),
                    elsewhere ? Address::ipv4({10, 0, 0, 9}, 9) : Address(), now_);
    stream_.tick(now_);
    stream_.take_events();
  }

  void check_stats() const {
    const SendStats stats = this->stats();
    SKIRRET_CHECK(stats.bytes_in_flight <= 1u << 24);
    SKIRRET_CHECK(stats.capacity_bps >= 0 && stats.capacity_bps < 1e13);
    SKIRRET_CHECK(stats.datagram >= kMaxDatagram && stats.datagram <= kLongestDatagram);
    SKIRRET_CHECK(stats.probes_outstanding <= 40);
  }

  void send_one(std::size_t most) {
    const std::size_t budget = stream_.budget(now_);
    SKIRRET_CHECK(budget <= kMaxFrameBytes);
    const ByteVector bytes(std::min(budget, most), 7);
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
    poll_all(now_);
  }

  void poll_all(TimePoint now) {
    while (const auto datagram = stream_.poll(now)) {
      ++packets_;
      const auto opened = receiver_.open(datagram->bytes);
      SKIRRET_CHECK(opened.has_value());
      if (const auto challenge = parse_path_challenge(opened->payload)) asked_ = challenge->value;
      path_.carry(opened->number, datagram->bytes.size(), opened->payload, now);
    }
  }

  TimePoint now_ = TimePoint{} + std::chrono::seconds(1);
  test::SeededRandomSource random_{1};
  SealedChannel receiver_{test::channel_keys(2, 1)};
  SendStream stream_{SealedChannel(test::channel_keys(1, 2)), {},      SendConfig{},
                     std::chrono::milliseconds(40),           random_, now_};
  FrameNumber number_ = 0;
  PacketNumber packets_ = 0;
  std::uint64_t asked_ = 0;  // the newest challenge
  HonestPath path_;
  std::uint64_t serial_ = 0;  // of the newest ack that could be read
};

}  // namespace skirret::transport
