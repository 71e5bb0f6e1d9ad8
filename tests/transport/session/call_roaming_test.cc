#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "tests/transport/session/call_options.hh"
#include "transport/session/peer_path.hh"

// Either end changes its address in mid-call, or a stranger would have it seem so.
namespace skirret::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using transport::Address;
using transport::Side;

const Address kAway = Address::ipv4({198, 51, 100, 7}, 777);

CallOptions short_call() {
  auto options = call_over(constant(3'000'000), constant(3'000'000));
  options.duration = seconds(20);
  return options;
}

void expect_call_goes_on(CallSimulation& call, Side mover) {
  call.network().at(at_seconds(8), [&, mover](TimePoint) { call.network().set_address(mover, kAway); });
  call.run();
  EXPECT_EQ(call.key_frames(), 1u);
  const auto shown = call.first_shown_after(at_seconds(8));
  ASSERT_TRUE(shown);
  EXPECT_LE(to_seconds(*shown), 0.8);
  EXPECT_GE(call.figures(at_seconds(9), at_seconds(19)).shown, 285u);
  EXPECT_GE(call.figures(at_seconds(12), at_seconds(19)).mbps, 2.0) << "the estimator came up again";
  EXPECT_EQ(call.sender().stats().moves, 1u) << "one move, one new estimate";
  EXPECT_EQ(call.sender().stats().mismatches, 0u);
}

TEST(CallRoaming, TheSenderMayChangeItsAddress) {
  CallSimulation call(short_call());
  expect_call_goes_on(call, Side::kLeft);
  EXPECT_EQ(call.receiver().session()->peer(), kAway);
  EXPECT_EQ(call.receiver().session()->stats().moves, 1u);
}

TEST(CallRoaming, TheReceiverMayChangeItsAddress) {
  CallSimulation call(short_call());
  expect_call_goes_on(call, Side::kRight);
  EXPECT_EQ(call.receiver().session()->stats().moves, 0u);
}

TEST(CallRoaming, TheReceiverMayMoveRightAfterItsLastWord) {
  // Nothing reaches it at its old place, so it is its ping that tells where it is.
  CallSimulation call(short_call());
  bool moved = false;
  call.network().tap([&](Side from, Bytes, TimePoint now) {
    if (from == Side::kRight && now > at_seconds(8) && !moved) {
      moved = true;
      call.network().at(now + Duration(1),
                        [&](TimePoint) { call.network().set_address(Side::kRight, kAway); });
    }
    return true;
  });
  call.run();
  const auto shown = call.first_shown_after(at_seconds(8.2));
  ASSERT_TRUE(shown);
  EXPECT_LE(to_seconds(*shown), 0.9);
  EXPECT_EQ(call.key_frames(), 1u);
}

TEST(CallRoaming, BothEndsMayMoveAndComeBack) {
  CallSimulation call(short_call());
  const Address left = call.network().address(Side::kLeft);
  const Address right = call.network().address(Side::kRight);
  call.network().at(at_seconds(4), [&](TimePoint) { call.network().set_address(Side::kLeft, kAway); });
  call.network().at(at_seconds(7), [&](TimePoint) {
    call.network().set_address(Side::kRight, Address::ipv4({203, 0, 113, 5}, 5));
  });
  call.network().at(at_seconds(10), [&](TimePoint) { call.network().set_address(Side::kLeft, left); });
  call.network().at(at_seconds(13), [&](TimePoint) { call.network().set_address(Side::kRight, right); });
  call.run();
  EXPECT_EQ(call.key_frames(), 1u);
  EXPECT_EQ(call.receiver().session()->peer(), left);
  EXPECT_GE(call.figures(at_seconds(14), at_seconds(19)).shown, 140u);
}

// What goes to addresses where nobody of the call has ever been.
struct ToStrangers {
  explicit ToStrangers(CallSimulation& of) : call(of) {}

  // Sends a datagram of `side` from `stranger`, and counts what came from there.
  void forge(Side side, ByteVector datagram, const Address& stranger) {
    received[stranger] += datagram.size();
    call.network().inject(side, std::move(datagram), stranger);
  }

  CallSimulation& call;
  std::map<Address, std::size_t> received;
};

// A replay is none of the session's business, wherever it comes from.
TEST(CallUnderAttack, ReplayedPacketsFromElsewhereMoveNobody) {
  CallSimulation call(short_call());
  std::vector<std::pair<Side, ByteVector>> captured;
  call.network().tap([&](Side from, Bytes datagram, TimePoint) {
    if (captured.size() < 4000) captured.emplace_back(from, ByteVector(datagram.begin(), datagram.end()));
    return true;
  });
  std::size_t next = 0;
  call.network().every(at_seconds(4), milliseconds(5), [&](TimePoint) {
    const auto& [side, copy] = captured[next++ % captured.size()];
    call.network().inject(side, ByteVector(copy), kAway);
    return true;
  });
  call.run();
  EXPECT_GT(next, 1000u);
  EXPECT_EQ(call.receiver().session()->stats().moves, 0u);
  EXPECT_EQ(call.sender().stats().moves, 0u);
  EXPECT_EQ(call.network().undeliverable(kAway), 0u) << "no byte goes to where the replays came from";
  EXPECT_GE(call.figures(at_seconds(1), at_seconds(19)).shown, 18u * 30 * 9 / 10);
}

// Packets of the call itself are held up and sent on from a forged address, ahead of all others: authentic,
// new, of the highest number. Their challenge goes there, within the limit, and nobody answers it.
void expect_captured_packets_move_nobody(Side victim) {
  SCOPED_TRACE(victim == Side::kLeft ? "of the sender" : "of the receiver");
  CallSimulation call(short_call());
  std::size_t forged = 0;
  std::size_t bytes = 0;
  TimePoint last{};
  call.network().tap([&](Side from, Bytes datagram, TimePoint now) {
    if (from != victim || now < at_seconds(4) || now - last < milliseconds(300)) return true;
    last = now;
    ++forged;
    bytes += datagram.size();
    call.network().at(now, [&call, from, copy = ByteVector(datagram.begin(), datagram.end())](TimePoint) {
      call.network().inject(from, copy, kAway);
    });
    return false;
  });
  call.run();
  EXPECT_GT(forged, 40u);
  const std::size_t answered = call.network().undeliverable(kAway);
  EXPECT_GT(answered, 0u) << "it was asked";
  EXPECT_LE(answered, transport::PeerPath::kAmplification * bytes);
  EXPECT_LE(answered, forged * 2 * transport::PeerPath::kChallengeDatagram) << "and by challenges only";
  EXPECT_EQ(call.sender().stats().moves, 0u);
  EXPECT_EQ(call.receiver().session()->stats().moves, 0u);
  EXPECT_EQ(call.receiver().session()->peer(), call.network().address(Side::kLeft));
  EXPECT_EQ(call.key_frames(), 1u);
  EXPECT_GE(call.figures(at_seconds(1), at_seconds(19)).shown, 18u * 30 * 9 / 10);
}

TEST(CallUnderAttack, CapturedPacketsSentOnFromAForgedAddressMoveNobody) {
  expect_captured_packets_move_nobody(Side::kLeft);
  expect_captured_packets_move_nobody(Side::kRight);
}

}  // namespace
}  // namespace skirret::test
