#include "transport/crypto/replay_window.hh"

#include <set>

#include <gtest/gtest.h>

#include "tests/support/random.hh"
#include "transport/crypto/packet_number.hh"

namespace skirret::test {
namespace {

using transport::reconstruct_number;
using transport::ReplayWindow;

static_assert(ReplayWindow::kSize >= 4096);

// What the window promises, told with a set that forgets nothing.
class NaiveWindow {
 public:
  bool is_new(std::uint64_t number) const {
    if (seen_.empty()) return true;
    const std::uint64_t highest = *seen_.rbegin();
    return !seen_.contains(number) && number + ReplayWindow::kSize > highest;
  }
  void mark(std::uint64_t number) { seen_.insert(number); }

 private:
  std::set<std::uint64_t> seen_;
};

TEST(ReplayWindow, AgreesWithTheNaiveModel) {
  const std::uint64_t seed = seed_or(21);
  SCOPED_TRACE(seed);
  Random random(seed);
  for (int run = 0; run < 20; ++run) {
    ReplayWindow window;
    NaiveWindow model;
    std::uint64_t centre = run % 2 == 0 ? 0 : random.below(std::uint64_t{1} << 40);
    for (int step = 0; step < 5000; ++step) {
      // Mostly around the front, at times far back, at times a jump across one, two or all words.
      const int kind = random.between(0, 99);
      std::uint64_t number = centre;
      if (kind < 60) {
        number = centre + random.below(8);
      } else if (kind < 95) {
        number = centre - std::min(centre, random.below(2 * ReplayWindow::kSize));
      } else {
        number = centre + random.below(kind == 99 ? 3 * ReplayWindow::kSize : 200);
      }
      ASSERT_EQ(window.is_new(number), model.is_new(number)) << "run " << run << " step " << step;
      if (window.is_new(number)) {
        window.mark(number);
        model.mark(number);
        ASSERT_FALSE(window.is_new(number));
      }
      centre = std::max(centre, number);
    }
  }
}

TEST(ReplayWindow, TheEdgeIsExact) {
  ReplayWindow window;
  const std::uint64_t top = 1000 * ReplayWindow::kSize + 17;
  window.mark(top);
  EXPECT_EQ(window.expected(), top + 1);
  for (std::uint64_t back = 1; back < ReplayWindow::kSize; ++back) EXPECT_TRUE(window.is_new(top - back));
  EXPECT_FALSE(window.is_new(top - ReplayWindow::kSize));
  EXPECT_FALSE(window.is_new(0));
}

TEST(ReplayWindow, StaysRightForEveryAlignmentOfItsFront) {
  for (std::uint64_t offset = 0; offset < 130; ++offset) {
    ReplayWindow window;
    for (std::uint64_t number = offset; number < offset + 300; ++number) {
      ASSERT_TRUE(window.is_new(number));
      window.mark(number);
    }
    window.mark(offset + ReplayWindow::kSize);  // the ring has turned once
    for (std::uint64_t number = offset + 1; number < offset + 300; ++number)
      ASSERT_FALSE(window.is_new(number));
    for (std::uint64_t number = offset + 300; number < offset + ReplayWindow::kSize; ++number) {
      ASSERT_TRUE(window.is_new(number));
    }
  }
}

TEST(PacketNumber, IsTheNearestToTheExpectedOne) {
  EXPECT_EQ(reconstruct_number(0, 0), 0u);
  EXPECT_EQ(reconstruct_number(0xffffffff, 0), 0xffffffffu);  // nothing lies below 0
  EXPECT_EQ(reconstruct_number(0, 0xffffffff), 0x100000000u);
  EXPECT_EQ(reconstruct_number(0xffffffff, 0x100000000), 0xffffffffu);
  EXPECT_EQ(reconstruct_number(0xffffffff, 0x300000005), 0x2ffffffffu);
  EXPECT_EQ(reconstruct_number(3, 0x2fffffff0), 0x300000003u);
}

TEST(PacketNumber, SurvivesEveryWrapWithin31Bits) {
  Random random(seed_or(22));
  for (int i = 0; i < 200'000; ++i) {
    const std::uint64_t expected = random.chance(1, 2)
                                       ? (random.below(200) << 32) + random.below(1000)  // near a wrap
                                       : random.below(std::uint64_t{1} << 41);
    const std::uint64_t distance = random.below(std::uint64_t{1} << 31);
    const std::uint64_t number =
        random.chance(1, 2) ? expected + distance : expected - std::min(expected, distance);
    ASSERT_EQ(reconstruct_number(static_cast<std::uint32_t>(number), expected), number) << expected;
  }
}

}  // namespace
}  // namespace skirret::test
