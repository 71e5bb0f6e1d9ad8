#include "cloudenc/split/split.hh"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/random.hh"

namespace skirret::test {
namespace {

using cloudenc::Batch;
using cloudenc::divide;
using cloudenc::Division;
using cloudenc::SourceFrame;

std::vector<SourceFrame> frames_of(std::size_t count, codec::Dimensions size = {64, 48}) {
  std::vector<SourceFrame> frames(count);
  for (std::size_t i = 0; i < count; ++i) frames[i] = {0, i, static_cast<std::int64_t>(i), size};
  return frames;
}

std::vector<std::vector<std::size_t>> lengths(const std::vector<Batch>& batches) {
  std::vector<std::vector<std::size_t>> result;
  for (const Batch& batch : batches) {
    result.emplace_back();
    for (const auto& chunk : batch.chunks) result.back().push_back(chunk.count);
  }
  return result;
}

using Lengths = std::vector<std::vector<std::size_t>>;

TEST(Divide, AroundWholeBatches) {
  const Division division{3, 2};
  EXPECT_EQ(lengths(divide(frames_of(0), division, {})), Lengths{});
  EXPECT_EQ(lengths(divide(frames_of(1), division, {})), (Lengths{{1}}));
  EXPECT_EQ(lengths(divide(frames_of(5), division, {})), (Lengths{{3, 2}}));
  EXPECT_EQ(lengths(divide(frames_of(6), division, {})), (Lengths{{3, 3}}));
  EXPECT_EQ(lengths(divide(frames_of(7), division, {})), (Lengths{{3, 3}, {1}}));
}

TEST(Divide, CutsBeginBatchesUnlessTooSoon) {
  const std::vector<std::size_t> cuts = {1, 4, 6, 9};
  EXPECT_EQ(lengths(divide(frames_of(12), {3, 2}, cuts)), (Lengths{{3, 1}, {3, 2}, {3}}))
      << "1 and 6 would leave less than a chunk";
}

TEST(Divide, AnyInputKeepsItsPromises) {
  const std::uint64_t seed = seed_or(60);
  for (std::uint64_t round = 0; round < 300; ++round) {
    SCOPED_TRACE(testing::Message() << "seed " << seed << " round " << round);
    Random random(seed * 1000003 + round);
    auto frames = frames_of(random.below(200));
    for (std::size_t i = 1; i < frames.size(); ++i) {
      frames[i].dimensions = frames[i - 1].dimensions;
      if (random.chance(1, 30)) frames[i].dimensions.width += 16;
    }
    std::vector<std::size_t> cuts;
    for (std::size_t i = 0; i < frames.size(); ++i)
      if (random.chance(1, 20)) cuts.push_back(i);
    const Division division{1 + random.below(8), 1 + random.below(5)};
    std::size_t next = 0;
    const auto batches = divide(frames, division, cuts);
    for (std::size_t b = 0; b < batches.size(); ++b) {
      const Batch& batch = batches[b];
      ASSERT_FALSE(batch.chunks.empty());
      ASSERT_LE(batch.chunks.size(), division.batch);
      const std::size_t start = batch.first();
      const bool resized = start > 0 && frames[start].dimensions != frames[start - 1].dimensions;
      const bool cut = std::binary_search(cuts.begin(), cuts.end(), start);
      if (b > 0) {
        ASSERT_TRUE(resized || cut || batches[b - 1].count() == division.chunk * division.batch);
      }
      for (std::size_t c = 0; c < batch.chunks.size(); ++c) {
        ASSERT_EQ(batch.chunks[c].first, next);
        ASSERT_GE(batch.chunks[c].count, 1u);
        ASSERT_LE(batch.chunks[c].count, division.chunk);
        if (c + 1 < batch.chunks.size()) {
          ASSERT_EQ(batch.chunks[c].count, division.chunk);
        }
        for (std::size_t i = 0; i < batch.chunks[c].count; ++i)
          ASSERT_EQ(frames[next + i].dimensions, frames[start].dimensions);
        next += batch.chunks[c].count;
      }
    }
    ASSERT_EQ(next, frames.size());
  }
}

}  // namespace
}  // namespace skirret::test
