// What an authenticated sender that keeps no rule can make a receiver hold, and spend on a datagram.
#include <functional>
#include <ostream>
#include <string>
#include <variant>

#include <gtest/gtest.h>

#include "tests/support/random.hh"
#include "tests/support/seeded_random_source.hh"
#include "tests/transport/session_bounds/flood.hh"
#include "transport/session/receive_session.hh"
#include "transport/wire/data_packet.hh"
#include "transport/wire/path.hh"

namespace skirret::test {
namespace {

using namespace skirret::transport;

struct Attack {
  std::string name;
  std::function<ByteVector(std::size_t i)> payload;
  std::uint64_t step = 1;        // between packet numbers
  bool moves = false;            // each comes from another address
  bool answers = true;           // the program decodes what is ready; else it never gets round to it
  std::size_t most = 32u << 20;  // live bytes: the caps of the reassembly and of what waits

  friend void PrintTo(const Attack& attack, std::ostream* to) { *to << attack.name; }
};

ByteVector data(FrameNumber frame, FrameNumber source, std::uint32_t fragment, std::uint32_t fragments,
                std::uint32_t frame_bytes) {
  DataPacket packet;
  packet.frame = frame;
  packet.source = source;
  packet.fragment = fragment;
  packet.fragments = fragments;
  packet.frame_bytes = frame_bytes;
  const std::size_t size = packet.parity() ? longest_fragment(frame_bytes, fragments)
                                           : fragment_begin(frame_bytes, fragment + 1, fragments) -
                                                 fragment_begin(frame_bytes, fragment, fragments);
  const ByteVector bytes(size, 7);
  packet.bytes = bytes;
  return write_data(packet);
}

std::vector<Attack> attacks() {
  const auto many = kMaxFragments;
  return {
      {.name = "EndlessBeginnings",
       .payload = [=](std::size_t i) { return data(i + 1, 0, 0, many, kMaxFrameBytes); }},
      {.name = "ParityRowsOfFramesThatNeverCome",
       .payload =
           [](std::size_t i) {
             return data(i / 30 + 1, 0, 192 + static_cast<std::uint32_t>(i % 30), 192, 192 * 1000);
           }},
      {.name = "CompleteFramesFromNothing",
       .payload = [](std::size_t i) { return data(i + 10, 5, 0, 1, 1000); }},
      {.name = "KeyFrames", .payload = [](std::size_t i) { return data(i + 1, 0, 0, 1, 1000); }},
      {.name = "KeyFramesThatNobodyDecodes",
       .payload = [](std::size_t i) { return data(i + 1, 0, 0, 1, 100); },
       .answers = false},
      {.name = "OldFramesAgain",
       .payload = [](std::size_t i) { return data(1 + (i * 7919) % 100'000, 0, 0, 2, 1000); }},
      {.name = "GapsInTheNumbers",
       .payload = [](std::size_t) { return write_ping({}); },
       .step = 2,
       .most = 1u << 20},
      {.name = "Challenges",
       .payload = [](std::size_t i) { return write_path_challenge({i}); },
       .moves = true,
       .most = 1u << 20},
      {.name = "NoMessageAtAll",
       .payload = [](std::size_t i) { return ByteVector(1 + i % 40, static_cast<std::uint8_t>(i)); },
       .most = 1u << 20},
  };
}

class ReceiverBounds : public testing::TestWithParam<Attack> {};

// The session of a receiver, and a program that takes its events at once.
class Target {
 public:
  explicit Target(const Attack& attack) : attack_(attack) {}

  double take(std::size_t i) {
    const ByteVector payload = attack_.payload(i);
    const Opened packet{i * attack_.step, payload};
    const Address from =
        attack_.moves
            ? Address::ipv4({10, 0, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)},
                            static_cast<std::uint16_t>(1 + i % 60'000))
            : Address();
    now_ += std::chrono::microseconds(100);
    const double before = cpu_microseconds();
    session_.receive_opened(packet, from, now_);
    for (const ReceiveEvent& event : session_.take_events())
      if (const auto* ready = std::get_if<FrameReady>(&event); ready != nullptr && attack_.answers)
        session_.frame_decoded(ready->number, {ready->number}, 1000, now_);
    session_.tick(now_);
    while (session_.poll(now_)) ++sent_;
    session_.take_events();
    return cpu_microseconds() - before;
  }
  std::size_t sent() const { return sent_; }

 private:
  const Attack& attack_;
  SeededRandomSource random_{1};
  TimePoint now_ = TimePoint{} + std::chrono::seconds(1);
  ReceiveSession session_{SealedChannel(channel_keys(1, 2)), {}, ReceiveConfig{}, random_, now_};
  std::size_t sent_ = 0;
};

TEST_P(ReceiverBounds, AFloodIsHeldWithinCapsAndNoneOfItCostsMoreForWhatCameBefore) {
  constexpr std::size_t kCount = 40'000;  // 4 s of them
  Target target(GetParam());
  const Flood cost = flood(kCount, [&](std::size_t i) { return target.take(i); });
  EXPECT_LE(cost.full_bytes, GetParam().most);
  EXPECT_LE(cost.full_bytes, cost.half_bytes * 11 / 10 + 400'000) << "it still grows";
  EXPECT_LE(cost.late_us, 4 * cost.early_us + 2);
  EXPECT_LE(target.sent(), 2 * kCount + kCount / 10) << "an answer and a question of ours";
  EXPECT_LE(cost.late_us, 40) << "for a datagram of 1,200 bytes at most";
  RecordProperty("live_bytes", static_cast<int>(cost.full_bytes));
}

INSTANTIATE_TEST_SUITE_P(Attacks, ReceiverBounds, testing::ValuesIn(attacks()),
                         [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace skirret::test
