#include <gtest/gtest.h>

#include "tests/transport/session_handshake/handshake_world.hh"
#include "transport/wire/handshake_messages.hh"

namespace skirret::test {
namespace {

using namespace skirret::transport;
using namespace std::chrono_literals;

// Noise as a stranger would send it: any bytes, at times with a right beginning and a right size.
ByteVector random_datagram(Random& random, const HandshakeWorld& world) {
  const int kind = random.between(0, 5);
  std::size_t size = random.below(1500);
  if (kind == 1) size = Hello::kSize;
  if (kind == 2) size = Reply::kSize;
  ByteVector bytes = random.bytes(size);
  if (bytes.empty() || kind == 0) return bytes;
  if (kind == 1) bytes[0] = first_byte(DatagramKind::kHello);
  if (kind == 2) bytes[0] = first_byte(DatagramKind::kReply);
  if (kind == 3) bytes[0] = first_byte(DatagramKind::kData);
  if (kind >= 4 && !world.wire().empty()) {  // overheard on the link, then changed
    bytes = world.wire()[random.below(world.wire().size())].datagram.bytes;
    bytes[random.below(bytes.size())] ^= static_cast<std::uint8_t>(1 + random.below(255));
  }
  return bytes;
}

struct Seen {
  std::size_t pending;
  bool session;
  std::uint64_t accepted;
  std::uint64_t established;
  auto operator<=>(const Seen&) const = default;
};

Seen look(const Responder& responder) {
  return {responder.pending(), responder.has_session(), responder.counters().accepted,
          responder.counters().established};
}

// 100,000 datagrams while the listener waits, while it has answered a hello, and while it has a session.
TEST(Intruder, AFloodOfRandomDatagramsChangesNothing) {
  Random random(seed_or(101));
  HandshakeWorld world(102, {0, 0, 50, 50});
  std::uint64_t answered = 0;
  const auto flood = [&](int count) {
    const Seen before = look(world.listener());
    for (int i = 0; i < count; ++i) {
      const Address from = Address::ipv4({1, 2, 3, static_cast<std::uint8_t>(random.below(256))}, 9);
      const auto received = world.listener().receive(random_datagram(random, world), from, world.now());
      ASSERT_FALSE(std::holds_alternative<Responder::Established>(received));
      answered += world.listener().poll().size();
      if (world.session() && std::holds_alternative<Responder::ForSession>(received)) {
        // It names the session; the channel finds out that it is noise (see SealedChannel's own flood).
      }
    }
    EXPECT_EQ(look(world.listener()), before);
  };
  flood(30'000);
  const std::size_t caller = world.add_caller();
  world.run_until(ms_time(60));
  ASSERT_EQ(world.listener().pending(), 1u);
  flood(30'000);
  world.run_until(ms_time(400));
  ASSERT_TRUE(world.listener().has_session());
  flood(40'000);
  EXPECT_EQ(answered, 0u) << "a stranger gets no byte back";
  const auto& counters = world.listener().counters();
  EXPECT_GT(counters.unauthentic, 10'000u);
  EXPECT_GT(counters.foreign, 30'000u);

  const std::uint64_t before = world.caller(caller).answers;
  world.run_for(1s);
  EXPECT_GT(world.caller(caller).answers, before + 15) << "the call goes on";
  EXPECT_EQ(world.established(), 1);
}

TEST(Intruder, AFloodedCallerStillFindsItsListener) {
  Random random(seed_or(103));
  HandshakeWorld world(104, {0, 0, 50, 50});
  const std::size_t caller = world.add_caller();
  world.run_until(ms_time(90));
  Initiator& initiator = *world.caller(caller).initiator;
  for (int i = 0; i < 20'000; ++i)
    initiator.receive(random_datagram(random, world), world.kListener, world.now());
  EXPECT_EQ(initiator.status(), Initiator::Status::kCalling);
  EXPECT_TRUE(initiator.poll().empty());
  EXPECT_EQ(initiator.ignored(), 20'000u);
  world.run_until(ms_time(1000));
  EXPECT_TRUE(world.listener().has_session());
  EXPECT_GT(world.caller(caller).answers, 10u);
}

// Someone with the link who never reads the replies: hellos from 10,000 forged addresses.
TEST(Intruder, HellosWithoutProofFillNothingAndEvictNobody) {
  HandshakeWorld world(105, {});
  SeededRandomSource random(106);
  const std::size_t caller = world.add_caller();
  world.run_until(ms_time(500));
  std::size_t asked = 0;
  std::size_t answered = 0;
  for (int i = 0; i < 2'000; ++i) {
    Initiator forger(world.identity().call_secret(), world.kListener, {}, random, world.now());
    const ByteVector hello = forger.poll().at(0).bytes;
    const Address forged =
        Address::ipv4({static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i), 3, 4}, 5);
    world.listener().receive(hello, forged, world.now());
    asked += hello.size();
    for (const Datagram& out : world.listener().poll()) answered += out.bytes.size();
    ASSERT_EQ(world.listener().pending(), 0u);
    if (i % 100 == 0) world.run_for(50ms);
  }
  EXPECT_LT(answered * 20, asked) << "no use as an amplifier";
  EXPECT_EQ(world.established(), 1);
  EXPECT_GT(world.caller(caller).answers, 15u);
}

}  // namespace
}  // namespace skirret::test
