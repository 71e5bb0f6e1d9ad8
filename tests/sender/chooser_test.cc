#include "sender/chooser.hh"

#include <gtest/gtest.h>

namespace skirret::sender {
namespace {

using std::chrono::milliseconds;

codec::Candidate candidate(std::size_t bytes, std::uint64_t distortion) {
  codec::Candidate made;
  made.bytes.resize(bytes);
  made.distortion = distortion;
  return made;
}

TEST(Chooser, TakesTheLeastDistortionThatFits) {
  const std::vector<codec::Candidate> candidates = {candidate(500, 90), candidate(1000, 40),
                                                    candidate(2000, 10)};
  EXPECT_EQ(choose(candidates, 2000), 2u);
  EXPECT_EQ(choose(candidates, 1999), 1u);
  EXPECT_EQ(choose(candidates, 500), 0u);
}

TEST(Chooser, NeverExceedsTheBudget) {
  const std::vector<codec::Candidate> candidates = {candidate(500, 90), candidate(1000, 40)};
  EXPECT_FALSE(choose(candidates, 499));
  EXPECT_FALSE(choose(candidates, 0));
  EXPECT_FALSE(choose({}, 5000));
}

TEST(Chooser, PrefersFewerBytesAtEqualDistortion) {
  const std::vector<codec::Candidate> candidates = {candidate(900, 40), candidate(700, 40),
                                                    candidate(800, 40)};
  EXPECT_EQ(choose(candidates, 1000), 1u);
}

TEST(Chooser, PassesOverCandidatesWithoutBytes) {
  const std::vector<codec::Candidate> candidates = {candidate(0, 1), candidate(900, 40)};
  EXPECT_EQ(choose(candidates, 1000), 1u);
  EXPECT_EQ(smallest(candidates), 1u);
  EXPECT_FALSE(choose(candidates, 800));
}

TEST(Chooser, NamesTheSmallest) {
  const std::vector<codec::Candidate> candidates = {candidate(900, 1), candidate(300, 40), candidate(800, 2)};
  EXPECT_EQ(smallest(candidates), 1u);
  EXPECT_FALSE(smallest({}));
}

TEST(Spacing, CoarseFramesAreFewerAndOnlyThose) {
  codec::Candidate frame = candidate(900, 40);
  for (const auto& [quantizer, apart] : {std::pair{6, 1u}, {60, 1u}, {99, 1u}, {100, 2u}, {127, 2u}}) {
    frame.quantizer = quantizer;
    EXPECT_EQ(spacing(frame), apart) << quantizer;
  }
  frame.shrink_level = 1;  // pressed below the coarsest quantizer
  EXPECT_EQ(spacing(frame), 3u);
  frame.key_frame = true;
  EXPECT_EQ(spacing(frame), 1u) << "nothing is shown without it";
}

TEST(ExpectedDistortion, IsTheDistortionWhereNothingIsInDoubt) {
  EXPECT_DOUBLE_EQ(expected_distortion(500, {}, 1e6, milliseconds(33)), 500);
}

TEST(ExpectedDistortion, WaitingAndLosingCostAStandstill) {
  transport::SourceOdds odds;
  odds.wait = milliseconds(66);
  EXPECT_DOUBLE_EQ(expected_distortion(500, odds, 100, milliseconds(33)), 700);
  odds = {0.5, {}, milliseconds(99)};
  EXPECT_DOUBLE_EQ(expected_distortion(500, odds, 1000, milliseconds(33)), 0.5 * 500 + 0.5 * 4000);
  EXPECT_DOUBLE_EQ(expected_distortion(500, odds, 0, milliseconds(33)), 500)
      << "a still picture loses nothing";
}

// The better picture from a source in doubt against the worse one from a source that is there.
TEST(ExpectedDistortion, DecidesBetweenASureAndADoubtfulSource) {
  const auto doubtful = [](double decodable) {
    return expected_distortion(1000, {decodable, {}, milliseconds(80)}, 1500, milliseconds(33));
  };
  const double sure = expected_distortion(1300, {}, 1500, milliseconds(33));
  EXPECT_LT(doubtful(0.99), sure);
  EXPECT_GT(doubtful(0.7), sure);
}

TEST(Standstill, IsTheSquaredErrorOfThePictureBefore) {
  const auto grey = codec::Picture::solid({64, 48}, 100, 128, 128);
  const auto lighter = codec::Picture::solid({64, 48}, 103, 128, 128);
  EXPECT_DOUBLE_EQ(standstill_distortion(grey, grey), 0);
  EXPECT_DOUBLE_EQ(standstill_distortion(lighter, grey), 64 * 48 * 9);
  EXPECT_DOUBLE_EQ(standstill_distortion(lighter, codec::Picture::solid({32, 48}, 1, 1, 1)), 0);
  EXPECT_DOUBLE_EQ(standstill_distortion(lighter, {}), 0);
}

}  // namespace
}  // namespace skirret::sender
