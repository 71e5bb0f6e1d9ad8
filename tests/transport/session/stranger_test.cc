#include <gtest/gtest.h>

#include "tests/support/random.hh"
#include "tests/transport/session/call_options.hh"

namespace skirret::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using transport::Side;

// A flood of random datagrams and of replayed ones at both ends changes nothing about the call.
TEST(CallUnderAttack, RandomAndReplayedDatagramsChangeNothing) {
  auto options = call_over(constant(5'000'000), constant(5'000'000));
  options.duration = seconds(10);
  CallSimulation call(std::move(options));
  Random random(1);
  std::vector<std::pair<Side, ByteVector>> seen;
  call.network().tap([&](Side from, Bytes datagram, TimePoint) {
    if (seen.size() < 500 && random.chance(1, 4))
      seen.emplace_back(from, ByteVector(datagram.begin(), datagram.end()));
    return true;
  });
  call.network().every(at_seconds(2), milliseconds(5), [&](TimePoint) {
    ByteVector noise = random.bytes(random.below(200));
    if (!noise.empty() && random.chance(1, 2)) noise[0] = 0x13;  // looks like a data packet
    call.network().inject(random.chance(1, 2) ? Side::kLeft : Side::kRight, std::move(noise));
    const auto& [side, copy] = seen[random.below(seen.size())];
    call.network().inject(side, ByteVector(copy));
    return true;
  });
  call.run();
  EXPECT_EQ(call.key_frames(), 1u);
  EXPECT_EQ(call.sender().stats().mismatches, 0u);
  EXPECT_GE(call.figures(at_seconds(1), at_seconds(9)).shown, 8u * 30 * 9 / 10);
  EXPECT_GT(call.receiver().unauthentic() + call.receiver().handshakes().foreign, 100u);
}

// A receiver that computes other states than the sender: the sender notices and never codes from them.
class WrongDecoder final : public CallDecoder {
 public:
  std::optional<Decoded> decode(const transport::FrameReady& frame) override {
    auto decoded = right_.decode(frame);
    if (decoded && frame.number % 10 == 0) decoded->state.value ^= 1;
    return decoded;
  }
  void drop(transport::FrameNumber number) override { right_.drop(number); }
  void restart() override { right_.restart(); }

 private:
  SyntheticDecoder right_;
};

TEST(CallWithAFaultyReceiver, MismatchesAreNoticedAndNeverCodedFrom) {
  auto options = call_over(constant(3'000'000), constant(3'000'000));
  options.duration = seconds(10);
  options.decoder = [] { return std::make_unique<WrongDecoder>(); };
  CallSimulation call(std::move(options));
  call.run();
  std::size_t mismatches = 0;
  for (const auto& event : call.sender_events())
    if (event.kind == transport::SendEvent::Kind::kMismatch) {
      ++mismatches;
      EXPECT_EQ(event.frame % 10, 0u);
    }
  EXPECT_GT(mismatches, 15u);
  EXPECT_EQ(call.sender().stats().mismatches, mismatches);
  EXPECT_EQ(call.key_frames(), 1u);
  EXPECT_GE(call.figures(at_seconds(1), at_seconds(9)).shown, 8u * 30 * 8 / 10);
}

}  // namespace
}  // namespace skirret::test
