#include "sender/chooser.hh"

#include <gtest/gtest.h>

namespace skirret::sender {
namespace {

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

}  // namespace
}  // namespace skirret::sender
