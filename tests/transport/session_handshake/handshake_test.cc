#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/transport/session_handshake/handshake_world.hh"
#include "transport/wire/handshake_messages.hh"

namespace skirret::test {
namespace {

using namespace skirret::transport;
using namespace std::chrono_literals;
using Status = Initiator::Status;

TEST(Handshake, TakesOneRoundTripAndTheFirstPacketIsTheProof) {
  HandshakeWorld world(1, {});
  const std::size_t caller = world.add_caller();
  world.run_until(ms_time(39));
  EXPECT_EQ(world.caller(caller).initiator->status(), Status::kCalling);
  EXPECT_EQ(world.listener().pending(), 1u);
  world.run_until(ms_time(40));
  EXPECT_EQ(world.caller(caller).initiator->status(), Status::kEstablished);
  EXPECT_EQ(world.caller(caller).round_trip, 40ms);
  world.run_until(ms_time(59));
  EXPECT_FALSE(world.listener().has_session()) << "the caller has not yet proved that it read the reply";
  world.run_until(ms_time(60));
  EXPECT_TRUE(world.listener().has_session());
  EXPECT_EQ(world.listener().pending(), 0u);
  EXPECT_EQ(world.session_peer(), world.caller(caller).address);
  world.run_until(ms_time(1000));
  EXPECT_EQ(world.caller(caller).answers, world.session()->counters().opened);
  EXPECT_GT(world.caller(caller).answers, 15u);
  EXPECT_EQ(world.caller(caller).initiator->next_deadline(), kNever);
}

// Whatever the link does, both ends come to one session with the same keys, and only one.
TEST(Handshake, SurvivesLossReorderingAndDuplication) {
  for (const int loss : {0, 10, 30, 50, 70}) {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
      SCOPED_TRACE(testing::Message() << "loss " << loss << " seed " << seed);
      HandshakeWorld world(1000 + seed, {loss, 30, 5, 400});
      const std::size_t caller = world.add_caller({.timeout = 120s, .held = {}, .peer_name = {}});
      world.run_until(ms_time(120'000));
      ASSERT_EQ(world.caller(caller).initiator->status(), Status::kEstablished);
      ASSERT_EQ(world.established(), 1);
      ASSERT_GT(world.caller(caller).answers, 100u);
      EXPECT_EQ(world.listener().pending(), 0u);
      EXPECT_EQ(world.listener().counters().unauthentic, 0u);
    }
  }
}

TEST(Handshake, WaitsForAListenerThatStartsLater) {
  HandshakeWorld world(2, {});
  world.stop_listener();
  const std::size_t caller = world.add_caller({.timeout = 20s, .held = {}, .peer_name = {}});
  world.run_until(ms_time(12'000));
  world.start_listener();
  world.run_until(ms_time(13'200));
  EXPECT_EQ(world.caller(caller).initiator->status(), Status::kEstablished);
  EXPECT_TRUE(world.listener().has_session());
}

TEST(Handshake, RepeatsMoreAndMoreSlowlyAndRenewsItsHello) {
  HandshakeWorld world(3, {});
  world.stop_listener();
  const std::size_t caller = world.add_caller();
  world.run_until(ms_time(30'000));
  std::vector<std::int64_t> sent;
  std::set<ByteVector> hellos;
  for (const auto& wire : world.wire()) {
    sent.push_back(to_ns(wire.sent) / 1'000'000);
    hellos.insert(wire.datagram.bytes);
  }
  EXPECT_EQ(sent, (std::vector<std::int64_t>{0, 250, 500, 750, 1000, 1250, 1500, 1750, 2000, 2250, 2750, 3750,
                                             4750, 5750, 6000, 6500, 7500, 8500, 9500}));
  EXPECT_EQ(hellos.size(), 2u);
  EXPECT_EQ(world.caller(caller).initiator->status(), Status::kFailed);
}

TEST(Handshake, GivesUpWithAMessageThatHelps) {
  HandshakeWorld world(4, {});
  world.stop_listener();
  const std::size_t named =
      world.add_caller({.timeout = 3s, .held = {}, .peer_name = "camera.example.org:4433"});
  const std::size_t unnamed = world.add_caller();
  world.run_until(ms_time(2'999));
  EXPECT_EQ(world.caller(named).initiator->status(), Status::kCalling);
  world.run_until(ms_time(3'000));
  EXPECT_EQ(world.caller(named).initiator->error(),
            (Error{ErrorCode::kNotFound,
                   "no answer from camera.example.org:4433: is it running, is the link complete?"}));
  world.run_until(ms_time(10'000));
  EXPECT_EQ(
      world.caller(unnamed).initiator->error(),
      (Error{ErrorCode::kNotFound, "no answer from 10.0.0.1:4433: is it running, is the link complete?"}));
}

TEST(Handshake, NeverGivesUpWhenToldSo) {
  HandshakeWorld world(5, {});
  world.stop_listener();
  const std::size_t caller = world.add_caller({.timeout = Duration::max(), .held = {}, .peer_name = {}});
  world.run_until(ms_time(3'600'000));
  EXPECT_EQ(world.caller(caller).initiator->status(), Status::kCalling);
}

TEST(Handshake, AWrongLinkGetsNoAnswerAndIsCounted) {
  SeededRandomSource random(6);
  const Identity stranger = Identity::generate(random);
  HandshakeWorld world(7, {});
  const CallSecret right = world.identity().call_secret();
  const std::size_t wrong_secret = world.add_caller(CallSecret{right.listener, stranger.shared});
  const std::size_t wrong_key = world.add_caller(CallSecret{stranger.keypair.public_key, right.shared});
  world.run_until(ms_time(11'000));
  for (const std::size_t caller : {wrong_secret, wrong_key}) {
    ASSERT_EQ(world.caller(caller).initiator->status(), Status::kFailed);
    EXPECT_EQ(world.caller(caller).initiator->error()->code, ErrorCode::kNotFound);
  }
  EXPECT_EQ(world.listener().counters().unauthentic, world.wire().size())
      << "nothing but refused hellos went over";
  EXPECT_EQ(world.listener().pending(), 0u);
}

TEST(Handshake, SessionsByOneLinkShareNothing) {
  HandshakeWorld world(8, {});
  std::set<SessionId> ids;
  std::vector<SessionToken> tokens;
  std::vector<ByteVector> packets;
  for (int i = 0; i < 50; ++i) {
    const std::size_t caller = world.add_caller();
    world.run_for(1s);
    ASSERT_NE(world.caller(caller).channel, std::nullopt);
    ids.insert(world.caller(caller).channel->session_id());
    for (const SessionToken& token : tokens) EXPECT_FALSE(token == world.caller(caller).channel->token());
    tokens.push_back(world.caller(caller).channel->token());
    // A packet of an earlier session under this session's name does not open.
    ByteVector packet = world.caller(caller).channel->seal(ByteVector(10));
    for (ByteVector earlier : packets) {
      std::copy_n(packet.begin(), DataHeader::kSize, earlier.begin());
      EXPECT_FALSE(world.session()->open(earlier).has_value());
    }
    packets.push_back(std::move(packet));
    world.silence(caller);
    world.hang_up();
    world.run_for(1s);
  }
  EXPECT_EQ(ids.size(), 50u);
  EXPECT_EQ(world.established(), 50);
}

TEST(Handshake, ASecondCallerIsToldBusyAndTheFirstDoesNotNotice) {
  HandshakeWorld world(9, {});
  const std::size_t first = world.add_caller();
  world.run_until(ms_time(1000));
  const SessionId id = world.session()->session_id();
  const std::size_t second = world.add_caller({.timeout = 8s, .held = {}, .peer_name = "host:1"});
  world.run_until(ms_time(2000));
  EXPECT_EQ(world.caller(second).initiator->status(), Status::kBusy);
  world.run_until(ms_time(9000));
  EXPECT_EQ(world.caller(second).initiator->status(), Status::kFailed);
  EXPECT_EQ(world.caller(second).initiator->error(),
            (Error{ErrorCode::kAuth, "host:1 is in a call with another caller: try again later"}));
  EXPECT_EQ(world.session()->session_id(), id);
  EXPECT_EQ(world.established(), 1);
  EXPECT_GT(world.caller(first).answers, 150u);
  EXPECT_EQ(world.listener().pending(), 0u);
  EXPECT_GE(world.listener().counters().busy, 2u);
}

TEST(Handshake, ABusyCallerGetsInWhenTheSessionEnds) {
  HandshakeWorld world(10, {});
  const std::size_t first = world.add_caller();
  world.run_until(ms_time(1000));
  const std::size_t second = world.add_caller();
  world.run_until(ms_time(2000));
  world.silence(first);
  world.hang_up();
  world.run_until(ms_time(6000));
  EXPECT_EQ(world.caller(second).initiator->status(), Status::kEstablished);
  EXPECT_EQ(world.session_peer(), world.caller(second).address);
}

// A sender that crashed cannot say goodbye; its successor waits for the silence to be long enough.
TEST(Handshake, ARestartedSenderTakesOverAfterTheSilence) {
  HandshakeWorld world(11, {});
  const std::size_t dead = world.add_caller();
  world.run_until(ms_time(1000));
  world.silence(dead);
  const std::size_t successor = world.add_caller();
  world.run_until(ms_time(3900));
  EXPECT_EQ(world.established(), 1);
  world.run_until(ms_time(4500));
  EXPECT_EQ(world.caller(successor).initiator->status(), Status::kEstablished);
  EXPECT_EQ(world.established(), 2);
  EXPECT_EQ(world.session_peer(), world.caller(successor).address);
}

TEST(Handshake, ASecondHandshakeBesideALivingSessionHearsThatItIsHeld) {
  HandshakeWorld world(12, {});
  const std::size_t caller = world.add_caller();
  world.run_until(ms_time(1000));
  world.call_again(
      caller, {.timeout = Duration::max(), .held = world.caller(caller).channel->token(), .peer_name = {}});
  world.run_until(ms_time(1100));
  EXPECT_EQ(world.caller(caller).initiator->status(), Status::kHeld);
  EXPECT_EQ(world.established(), 1);
  EXPECT_EQ(world.listener().counters().held, 1u);
  EXPECT_EQ(world.listener().pending(), 0u);
  // Also when the session was silent for long: it is still there.
  world.silence(caller);
  world.run_until(ms_time(9000));
  world.call_again(
      caller, {.timeout = Duration::max(), .held = world.caller(caller).channel->token(), .peer_name = {}});
  world.run_until(ms_time(9100));
  EXPECT_EQ(world.caller(caller).initiator->status(), Status::kHeld);
}

TEST(Handshake, ARestartedReceiverGivesANewSession) {
  HandshakeWorld world(13, {});
  const std::size_t caller = world.add_caller();
  world.run_until(ms_time(1000));
  const SessionId old_id = world.session()->session_id();
  world.start_listener();
  world.run_until(ms_time(2000));
  EXPECT_FALSE(world.listener().has_session());
  EXPECT_GT(world.listener().counters().foreign, 10u) << "the old session's packets mean nothing to it";
  world.call_again(
      caller, {.timeout = Duration::max(), .held = world.caller(caller).channel->token(), .peer_name = {}});
  world.run_until(ms_time(2200));
  EXPECT_EQ(world.caller(caller).initiator->status(), Status::kEstablished);
  ASSERT_NE(world.session(), nullptr);
  EXPECT_NE(world.session()->session_id(), old_id);
  EXPECT_GT(world.caller(caller).answers, 1u);
}

// What a program may print of a call, printed, holds no secret in any usual spelling.
TEST(Handshake, NothingThatIsPrintedHoldsASecret) {
  HandshakeWorld world(14, {});
  world.add_caller();
  world.run_until(ms_time(500));
  const std::size_t busy = world.add_caller({.timeout = 2s, .held = {}, .peer_name = {}});
  world.run_until(ms_time(4000));
  std::ostringstream printed;
  printed << world.caller(busy).initiator->error()->message << '\n'
          << world.session_peer().to_string() << '\n';
  ByteVector cut = world.wire().back().datagram.bytes;
  cut.back() ^= 1;
  printed << world.session()->open(cut).error().message << '\n';
  printed << world.session()->open(Bytes(cut).first(5)).error().message << '\n';
  const auto spell = [](Bytes bytes, const char* format) {
    std::string text;
    for (const std::uint8_t byte : bytes) {
      char two[4];
      std::snprintf(two, sizeof two, format, byte);
      text += two;
    }
    return text;
  };
  const Identity& identity = world.identity();
  for (const Bytes secret :
       {identity.shared.view(), identity.keypair.private_key.view(), world.session()->token().view()}) {
    for (std::size_t i = 0; i + 4 <= secret.size(); ++i) {
      for (const char* format : {"%02x", "%02X", "%c"}) {
        EXPECT_EQ(printed.str().find(spell(secret.subspan(i, 4), format)), std::string::npos);
      }
    }
  }
}

}  // namespace
}  // namespace skirret::test
