#include "transport/session/peer_path.hh"

#include <gtest/gtest.h>

#include "tests/support/channel_keys.hh"
#include "tests/support/seeded_random_source.hh"

namespace skirret::test {
namespace {

using namespace skirret::transport;
using std::chrono::milliseconds;
using std::chrono::seconds;

const Address kHome = Address::ipv4({192, 0, 2, 1}, 1000);
const Address kAway = Address::ipv4({198, 51, 100, 7}, 7);
const Address kElsewhere = Address::ipv4({203, 0, 113, 9}, 9);

class PeerPathTest : public testing::Test {
 protected:
  TimePoint at(Duration since) const { return TimePoint{} + seconds(1) + since; }

  struct Question {
    Address to;
    PathChallenge challenge;
  };
  std::optional<Question> asked(TimePoint now) { return asked(path_, now); }
  std::optional<Question> asked(PeerPath& path, TimePoint now) {
    const auto datagram = path.poll(channel_, now);
    if (!datagram) return std::nullopt;
    EXPECT_EQ(datagram->bytes.size(), PeerPath::kChallengeDatagram);
    const auto opened = peer_channel_.open(datagram->bytes);
    const auto challenge = opened ? parse_path_challenge(opened->payload).value() : PathChallenge{};
    return Question{datagram->to, challenge};
  }

  SeededRandomSource random_{5};
  PeerPath path_{kHome, random_};
  SealedChannel channel_{channel_keys(1, 2)};
  SealedChannel peer_channel_{channel_keys(2, 1)};
};

TEST_F(PeerPathTest, AMoveIsBelievedWhenTheChallengeComesBackFromThere) {
  EXPECT_FALSE(path_.heard(kAway, 100, true, at({})));
  const auto question = asked(at({}));
  ASSERT_TRUE(question);
  EXPECT_EQ(question->to, kAway);
  EXPECT_EQ(path_.address(), kHome) << "until the answer";
  EXPECT_FALSE(path_.answered({question->challenge.value ^ 1}, kAway, at(milliseconds(40))));
  EXPECT_FALSE(path_.answered({question->challenge.value}, kElsewhere, at(milliseconds(40))));
  EXPECT_EQ(path_.address(), kHome);
  EXPECT_TRUE(path_.answered({question->challenge.value}, kAway, at(milliseconds(40))));
  EXPECT_EQ(path_.address(), kAway);
  EXPECT_EQ(path_.round_trip(), milliseconds(40));
  EXPECT_FALSE(path_.answered({question->challenge.value}, kAway, at(milliseconds(41)))) << "once only";
  EXPECT_EQ(path_.moves(), 1u);
}

TEST_F(PeerPathTest, OnlyTheHighestNumberStartsAMove) {
  EXPECT_FALSE(path_.heard(kAway, 1200, false, at({})));
  EXPECT_FALSE(path_.asking());
  EXPECT_FALSE(asked(at({})));
  EXPECT_EQ(path_.next_deadline(), kNever);
}

TEST_F(PeerPathTest, ANewerPacketFromTheOldAddressEndsTheQuestion) {
  path_.heard(kAway, 1200, true, at({}));
  const auto question = asked(at({}));
  ASSERT_TRUE(question);
  path_.heard(kHome, 1200, true, at(milliseconds(1)));
  EXPECT_FALSE(path_.asking());
  EXPECT_FALSE(path_.answered({question->challenge.value}, kAway, at(milliseconds(40))));
  EXPECT_EQ(path_.address(), kHome);
}

TEST_F(PeerPathTest, EachMoveHasAChallengeOfItsOwn) {
  path_.heard(kAway, 1200, true, at({}));
  const auto first = asked(at({}));
  path_.heard(kElsewhere, 1200, true, at(milliseconds(5)));
  const auto second = asked(at(milliseconds(5)));
  ASSERT_TRUE(first && second);
  EXPECT_EQ(second->to, kElsewhere);
  EXPECT_NE(first->challenge, second->challenge);
  EXPECT_FALSE(path_.answered({first->challenge.value}, kElsewhere, at(milliseconds(9))));
  EXPECT_TRUE(path_.answered({second->challenge.value}, kElsewhere, at(milliseconds(9))));
}

TEST_F(PeerPathTest, NoMoreThanThreeTimesWhatCameGoesThere) {
  for (const std::size_t received : {10u, 12u, 25u, 100u}) {
    PeerPath path(kHome, random_);
    path.heard(kAway, received, true, at({}));
    std::size_t sent = 0;
    for (Duration since{}; since < seconds(60); since += milliseconds(10))
      if (asked(path, at(since))) sent += PeerPath::kChallengeDatagram;
    EXPECT_LE(sent, 3 * received);
    EXPECT_EQ(sent > 0, PeerPath::kChallengeDatagram <= 3 * received) << received;
  }
  PeerPath path(kHome, random_);
  path.heard(kAway, 5, true, at({}));
  EXPECT_FALSE(asked(path, at({})));
  path.heard(kAway, 7, false, at({}));  // what comes from there counts, in whatever order
  EXPECT_TRUE(asked(path, at({})));
}

TEST_F(PeerPathTest, AnUnansweredQuestionIsRepeatedAndThenDropped) {
  path_.heard(kAway, 5000, true, at({}));
  std::vector<std::uint64_t> values;
  TimePoint now = at({});
  while (path_.asking()) {
    if (const auto question = asked(now)) values.push_back(question->challenge.value);
    ASSERT_LT(now, at(seconds(60)));
    if (path_.asking()) now = std::max(now, path_.next_deadline());
  }
  EXPECT_EQ(values.size(), static_cast<std::size_t>(PeerPath::kAttempts));
  for (const std::uint64_t value : values) EXPECT_EQ(value, values.front());
  EXPECT_EQ(path_.address(), kHome);
}

TEST_F(PeerPathTest, TheOldPathIsKeptForThreeRoundTrips) {
  const auto move = [this](PeerPath& path, TimePoint from) {
    path.heard(kAway, 1200, true, from);
    const auto question = asked(path, from);
    return path.answered({question->challenge.value}, kAway, from + milliseconds(40));
  };
  ASSERT_TRUE(move(path_, at({})));
  PeerPath later = path_;
  EXPECT_TRUE(path_.heard(kHome, 1200, true, at(milliseconds(160)))) << "back within three round trips";
  EXPECT_EQ(path_.address(), kHome);
  EXPECT_FALSE(later.heard(kHome, 1200, true, at(milliseconds(161)))) << "later it is asked like any other";
  EXPECT_EQ(later.address(), kAway);
  EXPECT_TRUE(later.asking());
}

TEST_F(PeerPathTest, ChallengesAreAnsweredToWhereTheyCameFromBeforeAnythingIsAsked) {
  path_.heard(kAway, 1200, true, at({}));
  EXPECT_EQ(path_.challenged({77}, kElsewhere), PeerPath::Challenged::kFirst);
  EXPECT_EQ(path_.challenged({77}, kElsewhere), PeerPath::Challenged::kAgain) << "one value is one move";
  EXPECT_EQ(path_.challenged({78}, kHome), PeerPath::Challenged::kFirst);
  for (const auto& [to, value] : {std::pair{kElsewhere, 77}, {kElsewhere, 77}, {kHome, 78}}) {
    EXPECT_LE(path_.next_deadline(), at({}));
    const auto answer = path_.poll(channel_, at({}));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->to, to);
    const auto opened = peer_channel_.open(answer->bytes);
    EXPECT_EQ(parse_path_response(opened->payload).value().value, static_cast<std::uint64_t>(value));
  }
  EXPECT_TRUE(asked(at({}))) << "then its own question";
  EXPECT_FALSE(path_.poll(channel_, at({})));
}

TEST_F(PeerPathTest, FewAnswersWaitToLeave) {
  std::size_t taken = 0;
  for (std::uint64_t value = 0; value < 100; ++value)
    if (path_.challenged({value}, kAway) != PeerPath::Challenged::kRefused) ++taken;
  EXPECT_EQ(taken, PeerPath::kMaxAnswers);
  std::size_t sent = 0;
  while (path_.poll(channel_, at({}))) ++sent;
  EXPECT_EQ(sent, PeerPath::kMaxAnswers);
  EXPECT_EQ(path_.next_deadline(), kNever);
}

}  // namespace
}  // namespace skirret::test
