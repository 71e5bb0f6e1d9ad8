#include "transport/session/responder.hh"

#include <gtest/gtest.h>

#include "tests/support/seeded_random_source.hh"
#include "tests/transport/session_handshake/handshake_world.hh"
#include "transport/session/initiator.hh"
#include "transport/wire/handshake_messages.hh"

namespace skirret::test {
namespace {

using namespace skirret::transport;
using namespace std::chrono_literals;

// One listener, driven by hand.
class ResponderTest : public testing::Test {
 protected:
  struct Caller {
    Address address;
    ByteVector hello;
    Initiator initiator;
  };

  Caller make_caller(std::uint16_t port, std::uint8_t host = 7) {
    const Address address = Address::ipv4({10, 9, 8, host}, port);
    Initiator initiator(identity_.call_secret(), kListener, {}, random_, now_);
    ByteVector hello = initiator.poll().at(0).bytes;
    return {address, std::move(hello), std::move(initiator)};
  }

  // A second caller, from this host, is busy until exactly so much silence of the first one.
  void expect_takeover_after(Duration silence, std::uint8_t host);

  // The answer to a datagram, if there is one.
  std::optional<Datagram> answer(Bytes datagram, const Address& from) {
    EXPECT_TRUE(std::holds_alternative<Responder::Nothing>(responder_.receive(datagram, from, now_)));
    auto out = responder_.poll();
    EXPECT_LE(out.size(), 1u);
    if (out.empty()) return std::nullopt;
    EXPECT_EQ(out[0].to, from);
    EXPECT_LT(out[0].bytes.size(), datagram.size()) << "an answer must be smaller than what asked for it";
    return std::move(out[0]);
  }

  // Says hello and reads the reply; the channel is not yet proved.
  std::optional<SealedChannel> greet(Caller& caller) {
    const auto reply = answer(caller.hello, caller.address);
    if (!reply) return std::nullopt;
    caller.initiator.receive(reply->bytes, kListener, now_);
    auto established = caller.initiator.take();
    if (!established) return std::nullopt;
    return std::move(established->channel);
  }

  std::optional<Responder::Established> prove(Bytes sealed, const Address& from) {
    auto received = responder_.receive(sealed, from, now_);
    EXPECT_TRUE(responder_.poll().empty());
    if (auto* established = std::get_if<Responder::Established>(&received)) return std::move(*established);
    return std::nullopt;
  }

  static inline const Address kListener = Address::ipv4({10, 0, 0, 1}, 4433);
  SeededRandomSource random_{91};
  Identity identity_ = Identity::generate(random_);
  Responder responder_{identity_, random_};
  TimePoint now_{};
};

TEST_F(ResponderTest, HandsOutTheChannelWithTheFirstPacket) {
  Caller caller = make_caller(1);
  auto channel = greet(caller);
  ASSERT_TRUE(channel.has_value());
  EXPECT_FALSE(responder_.has_session());
  const ByteVector lost = channel->seal({});
  const ByteVector payload{1, 2, 3};
  const Address moved = Address::ipv4({10, 9, 8, 6}, 77);  // it roamed meanwhile
  auto established = prove(channel->seal(payload), moved);
  ASSERT_TRUE(established.has_value());
  EXPECT_EQ(established->peer, moved);
  EXPECT_EQ(established->first.number, 1u);
  EXPECT_EQ(established->first.payload, payload);
  EXPECT_EQ(channel->open(established->channel.seal(payload))->payload, payload);
  EXPECT_TRUE(std::holds_alternative<Responder::ForSession>(responder_.receive(lost, moved, now_)));
  EXPECT_EQ(established->channel.open(lost)->number, 0u) << "the packet before the proof, late, still counts";
}

TEST_F(ResponderTest, ARepeatedHelloGetsTheSameReplyWhereverItComesFrom) {
  Caller caller = make_caller(1);
  const auto first = answer(caller.hello, caller.address);
  const auto second = answer(caller.hello, Address::ipv4({10, 1, 1, 1}, 5));
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->bytes, second->bytes);
  EXPECT_EQ(responder_.pending(), 1u);
  EXPECT_EQ(responder_.counters().accepted, 1u);
  EXPECT_EQ(responder_.counters().repeated, 1u);
}

TEST_F(ResponderTest, KeepsSixteenPendingHandshakesAtMost) {
  std::deque<Caller> callers;
  std::deque<SealedChannel> channels;
  for (std::uint16_t i = 0; i < 40; ++i) {
    callers.push_back(make_caller(i));
    now_ += 1ms;
    auto channel = greet(callers.back());
    ASSERT_TRUE(channel.has_value());
    channels.push_back(std::move(*channel));
    EXPECT_EQ(responder_.pending(), std::min<std::size_t>(i + 1, 16));
  }
  EXPECT_EQ(responder_.counters().expired, 24u);
  for (std::size_t i = 0; i < 24; ++i) {
    EXPECT_FALSE(prove(channels[i].seal({}), callers[i].address)) << i << " was pushed out";
    EXPECT_FALSE(answer(callers[i].hello, callers[i].address)) << "and its hello has had its turn";
  }
  EXPECT_TRUE(prove(channels[24].seal({}), callers[24].address)) << "the oldest that is left";
  EXPECT_EQ(responder_.pending(), 0u);
  EXPECT_FALSE(prove(channels[30].seal({}), callers[30].address)) << "too late";
}

TEST_F(ResponderTest, APendingHandshakeExpires) {
  Caller caller = make_caller(1);
  auto channel = greet(caller);
  EXPECT_EQ(responder_.next_deadline(), now_ + Responder::kPendingLifetime);
  now_ += Responder::kPendingLifetime - 1ns;
  responder_.tick(now_);
  EXPECT_EQ(responder_.pending(), 1u);
  now_ += 1ns;
  responder_.tick(now_);
  EXPECT_EQ(responder_.pending(), 0u);
  EXPECT_EQ(responder_.next_deadline(), kNever);
  EXPECT_FALSE(prove(channel->seal({}), caller.address));
  EXPECT_FALSE(answer(caller.hello, caller.address));
  EXPECT_EQ(responder_.counters().replayed, 1u);
}

TEST_F(ResponderTest, AReplayedHelloOfAFinishedHandshakeIsMetWithSilence) {
  Caller caller = make_caller(1);
  auto channel = greet(caller);
  const ByteVector proof = channel->seal({});
  ASSERT_TRUE(prove(proof, caller.address));
  EXPECT_FALSE(answer(caller.hello, caller.address));
  now_ += 1min;
  EXPECT_FALSE(answer(caller.hello, caller.address));  // also when the session could be taken over
  responder_.release();
  EXPECT_FALSE(answer(caller.hello, caller.address));  // or is gone
  EXPECT_EQ(responder_.counters().replayed, 3u);
  EXPECT_EQ(responder_.pending(), 0u);
  EXPECT_FALSE(prove(proof, caller.address)) << "the proof replayed opens nothing either";
}

// A listener that was restarted remembers nothing, so a recorded hello becomes pending once; the recorded
// rest of the conversation does not fit the fresh ephemeral key.
TEST_F(ResponderTest, AWholeRecordedCallReplayedToARestartedListenerGoesNowhere) {
  Caller caller = make_caller(1);
  auto channel = greet(caller);
  std::vector<ByteVector> recorded;
  for (int i = 0; i < 50; ++i) recorded.push_back(channel->seal(ByteVector(100)));
  ASSERT_TRUE(prove(recorded[0], caller.address));

  Responder restarted(identity_, random_);
  restarted.receive(caller.hello, caller.address, now_);
  const auto replies = restarted.poll();
  ASSERT_EQ(replies.size(), 1u);
  EXPECT_EQ(restarted.pending(), 1u);
  for (const ByteVector& datagram : recorded) {
    EXPECT_TRUE(
        std::holds_alternative<Responder::Nothing>(restarted.receive(datagram, caller.address, now_)));
  }
  EXPECT_FALSE(restarted.has_session());
  now_ += Responder::kPendingLifetime;
  restarted.receive(caller.hello, caller.address, now_);
  EXPECT_EQ(restarted.pending(), 0u) << "it had its one turn";
  EXPECT_TRUE(restarted.poll().empty());
}

TEST_F(ResponderTest, AReplayedHelloLeavesALivingSessionAlone) {
  Caller recorded = make_caller(2);  // a hello that never arrived here, so it is not remembered
  Caller caller = make_caller(1);
  auto channel = greet(caller);
  ASSERT_TRUE(prove(channel->seal({}), caller.address));
  for (int i = 0; i < 1000; ++i) {
    now_ += 20ms;
    responder_.heard(caller.address, now_);
    ASSERT_TRUE(answer(recorded.hello, recorded.address)) << "the answer is 'busy', sealed";
    ASSERT_EQ(responder_.pending(), 0u);
  }
  EXPECT_TRUE(std::holds_alternative<Responder::ForSession>(
      responder_.receive(channel->seal({}), caller.address, now_)));
  EXPECT_EQ(responder_.counters().established, 1u);
}

TEST_F(ResponderTest, ASessionThatComesBackBeforeTheProofStays) {
  Caller first = make_caller(1);
  auto old_channel = greet(first);
  ASSERT_TRUE(prove(old_channel->seal({}), first.address));
  now_ += Responder::kTakeoverSilence;
  Caller second = make_caller(2);
  auto new_channel = greet(second);
  ASSERT_TRUE(new_channel.has_value()) << "silent long enough to be offered";
  now_ += 10ms;
  responder_.heard(first.address, now_);
  now_ += 10ms;
  EXPECT_FALSE(prove(new_channel->seal({}), second.address));
  EXPECT_EQ(responder_.pending(), 0u);
  EXPECT_TRUE(std::holds_alternative<Responder::ForSession>(
      responder_.receive(old_channel->seal({}), first.address, now_)));
}

void ResponderTest::expect_takeover_after(Duration silence, std::uint8_t host) {
  Caller first = make_caller(1);
  auto old_channel = greet(first);
  ASSERT_TRUE(prove(old_channel->seal({}), first.address));
  now_ += silence - 1ns;
  Caller early = make_caller(2, host);
  EXPECT_FALSE(greet(early).has_value());
  EXPECT_EQ(early.initiator.status(), Initiator::Status::kBusy);
  now_ += 1ns;
  Caller late = make_caller(3, host);
  auto new_channel = greet(late);
  ASSERT_TRUE(new_channel.has_value());
  EXPECT_TRUE(responder_.has_session()) << "a hello alone takes nothing over";
  EXPECT_TRUE(prove(new_channel->seal({}), late.address));
  EXPECT_TRUE(std::holds_alternative<Responder::Nothing>(
      responder_.receive(old_channel->seal({}), first.address, now_)))
      << "the old session is over";
}

TEST_F(ResponderTest, TheSilenceThatAllowsATakeoverIsExact) {
  expect_takeover_after(Responder::kTakeoverSilence, 8);
}

// A program that was restarted comes from the host of the one that was killed.
TEST_F(ResponderTest, TheSameHostTakesOverSooner) {
  static_assert(Responder::kSameHostSilence < Responder::kTakeoverSilence);
  expect_takeover_after(Responder::kSameHostSilence, 7);
}

TEST_F(ResponderTest, TheSameHostIsWhereTheSessionsPeerHasMovedTo) {
  Caller first = make_caller(1);
  auto channel = greet(first);
  ASSERT_TRUE(prove(channel->seal({}), first.address));
  responder_.heard(Address::ipv4({10, 9, 8, 9}, 4), now_);
  now_ += Responder::kSameHostSilence;
  Caller left_behind = make_caller(2);
  EXPECT_FALSE(greet(left_behind).has_value());
  Caller moved = make_caller(3, 9);
  EXPECT_TRUE(greet(moved).has_value());
}
TEST_F(ResponderTest, EveryChangedBitAndEveryCutOfAHelloIsMetWithSilence) {
  const Caller caller = make_caller(1);
  for (std::size_t bit = 0; bit < caller.hello.size() * 8; ++bit) {
    ByteVector changed = caller.hello;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    ASSERT_FALSE(answer(changed, caller.address)) << bit;
  }
  for (std::size_t size = 0; size < caller.hello.size(); ++size) {
    ASSERT_FALSE(answer(Bytes(caller.hello).first(size), caller.address)) << size;
  }
  EXPECT_EQ(responder_.pending(), 0u);
  EXPECT_EQ(responder_.counters().accepted, 0u);
  EXPECT_TRUE(answer(caller.hello, caller.address));
}

TEST_F(ResponderTest, EveryChangedBitAndEveryCutOfAReplyIsIgnored) {
  Caller caller = make_caller(1);
  const auto reply = answer(caller.hello, caller.address);
  ASSERT_TRUE(reply.has_value());
  for (std::size_t bit = 0; bit < reply->bytes.size() * 8; ++bit) {
    ByteVector changed = reply->bytes;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    caller.initiator.receive(changed, kListener, now_);
  }
  for (std::size_t size = 0; size < reply->bytes.size(); ++size) {
    caller.initiator.receive(Bytes(reply->bytes).first(size), kListener, now_);
  }
  caller.initiator.receive(reply->bytes, Address::ipv4({10, 0, 0, 2}, 4433), now_);  // from elsewhere
  EXPECT_EQ(caller.initiator.status(), Initiator::Status::kCalling);
  EXPECT_EQ(caller.initiator.ignored(), reply->bytes.size() * 9 + 1);
  caller.initiator.receive(reply->bytes, kListener, now_);
  EXPECT_EQ(caller.initiator.status(), Initiator::Status::kEstablished);
}

TEST_F(ResponderTest, AListenerThatAnswersHeldWithoutBeingAskedIsIgnored) {
  Caller caller = make_caller(1);
  const auto hello = Hello::parse(caller.hello);
  ASSERT_TRUE(hello.has_value());
  NoiseResponder noise(identity_, handshake_prologue());
  ASSERT_TRUE(noise.read_hello(hello->noise).has_value());
  const auto message =
      noise.write_reply(ReplyPayload{ReplyPayload::Status::kHeld, {}}.serialise(), random_).message;
  const Bytes key = hello->ephemeral();
  const std::uint32_t answers =
      static_cast<std::uint32_t>(key[0]) << 24 | key[1] << 16 | key[2] << 8 | key[3];
  caller.initiator.receive(Reply{answers, message}.serialise(), kListener, now_);
  EXPECT_EQ(caller.initiator.status(), Initiator::Status::kCalling);
}

}  // namespace
}  // namespace skirret::test
