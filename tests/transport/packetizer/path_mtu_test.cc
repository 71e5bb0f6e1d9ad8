#include "transport/packetizer/path_mtu.hh"

#include <vector>

#include <gtest/gtest.h>

namespace skirret::test {
namespace {

using namespace skirret::transport;
using std::chrono::seconds;

constexpr TimePoint kStart = TimePoint{} + seconds(10);

// Answers every probe as a path of this size would; the sizes probed, in order.
std::vector<std::size_t> search(PathMtu& mtu, std::size_t path, TimePoint& now) {
  std::vector<std::size_t> probed;
  const TimePoint first = mtu.next_deadline();
  if (first == kNever) return probed;
  now = std::max(now, first);
  while (const auto size = mtu.probe(now)) {
    probed.push_back(*size);
    mtu.probe_sent();
    EXPECT_FALSE(mtu.probe(now)) << "one at a time";
    if (*size <= path)
      mtu.probe_delivered(*size, now);
    else
      mtu.probe_lost(now);
  }
  return probed;
}

TEST(PathMtu, NothingIsTriedInTheFirstMoment) {
  PathMtu mtu(1200, 1472, kStart);
  EXPECT_FALSE(mtu.probe(kStart));
  EXPECT_EQ(mtu.size(), 1200u);
  EXPECT_EQ(mtu.next_deadline(), kStart + PathMtu::kFirstSearch);
}

TEST(PathMtu, FindsTheLargestSizeThatThePathCarries) {
  for (const std::size_t path : {1200u, 1231u, 1232u, 1371u, 1372u, 1400u, 1451u, 1452u, 1472u, 9000u}) {
    PathMtu mtu(1200, 1472, kStart);
    TimePoint now = kStart;
    const auto probed = search(mtu, path, now);
    std::size_t expected = 1200;
    for (const std::size_t size : PathMtu::kSizes)
      if (size <= path) expected = std::max(expected, size);
    EXPECT_EQ(mtu.size(), expected) << path;
    EXPECT_LE(probed.size(), PathMtu::kSizes.size() * PathMtu::kAttempts);
    EXPECT_EQ(probed.size() == 1, path >= 1472) << path;
  }
}

TEST(PathMtu, TriesAgainAfterAWhileFromTheTop) {
  PathMtu mtu(1200, 1472, kStart);
  TimePoint now = kStart;
  search(mtu, 1372, now);
  EXPECT_EQ(mtu.size(), 1372u);
  EXPECT_EQ(mtu.next_deadline(), now + PathMtu::kSearchAgain);
  search(mtu, 1472, now);
  EXPECT_EQ(mtu.size(), 1472u);
  EXPECT_EQ(mtu.next_deadline(), kNever) << "nothing is left to find";
}

TEST(PathMtu, ABlackHoleIsNoticedAndLeft) {
  PathMtu mtu(1200, 1472, kStart);
  TimePoint now = kStart;
  search(mtu, 1472, now);
  std::uint64_t number = 100;
  for (std::size_t i = 1; i < PathMtu::kBlackHole; ++i) EXPECT_FALSE(mtu.lost(number++, 1472, now)) << i;
  EXPECT_TRUE(mtu.lost(number++, 1472, now));
  EXPECT_EQ(mtu.size(), 1200u);
  EXPECT_EQ(mtu.next_deadline(), now + PathMtu::kSearchAgain);
}

TEST(PathMtu, LossesAmongDeliveriesAreNoBlackHole) {
  PathMtu mtu(1200, 1472, kStart);
  TimePoint now = kStart;
  search(mtu, 1472, now);
  for (std::uint64_t number = 0; number < 1000; ++number) {
    if (number % 5 == 0)
      mtu.delivered(number, 1472);
    else
      EXPECT_FALSE(mtu.lost(number, 1472, now));
  }
  // A burst, of which one ack tells together with what came after it: the delivered ones are told first.
  mtu.delivered(1100, 1472);
  for (std::uint64_t number = 1000; number < 1100; ++number) EXPECT_FALSE(mtu.lost(number, 1472, now));
  for (std::uint64_t number = 1200; number < 1300; ++number) EXPECT_FALSE(mtu.lost(number, 1200, now));
  EXPECT_EQ(mtu.size(), 1472u);
}

TEST(PathMtu, AnotherPathBeginsAtTheBase) {
  PathMtu mtu(1200, 1472, kStart);
  TimePoint now = kStart;
  search(mtu, 1472, now);
  mtu.path_changed(now);
  EXPECT_EQ(mtu.size(), 1200u);
  search(mtu, 1232, now);
  EXPECT_EQ(mtu.size(), 1232u);
}

TEST(PathMtu, NothingAboveTheCeilingIsTried) {
  PathMtu mtu(1200, 1400, kStart);
  TimePoint now = kStart;
  const auto probed = search(mtu, 9000, now);
  EXPECT_EQ(probed, std::vector<std::size_t>{1372});
  PathMtu fixed(1200, 1200, kStart);
  EXPECT_EQ(fixed.next_deadline(), kNever);
}

}  // namespace
}  // namespace skirret::test
