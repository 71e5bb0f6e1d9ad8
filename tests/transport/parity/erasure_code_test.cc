#include "transport/parity/erasure_code.hh"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/random.hh"

namespace skirret::transport {
namespace {

using test::Random;

void erase_fragment(ByteVector& frame, std::uint32_t k, std::uint32_t n) {
  std::fill(frame.begin() + static_cast<std::ptrdiff_t>(fragment_begin(frame.size(), k, n)),
            frame.begin() + static_cast<std::ptrdiff_t>(fragment_begin(frame.size(), k + 1u, n)), 0xee);
}

struct Damaged {
  ByteVector frame;
  std::vector<bool> have;
};

// The frame without so many of its fragments, chosen at random.
Damaged without(const ByteVector& frame, std::uint32_t fragments, std::size_t erased, Random& random) {
  Damaged damaged{frame, std::vector<bool>(fragments, true)};
  for (std::size_t gone = 0; gone < erased;) {
    const auto k = static_cast<std::uint32_t>(random.below(fragments));
    if (!damaged.have[k]) continue;
    damaged.have[k] = false;
    erase_fragment(damaged.frame, k, fragments);
    ++gone;
  }
  return damaged;
}

TEST(ErasureCode, AnyRowsMakeUpForAsManyFragments) {
  const std::uint64_t seed = test::seed_or(1);
  SCOPED_TRACE(seed);
  Random random(seed);
  for (int round = 0; round < 500; ++round) {
    const auto fragments =
        static_cast<std::uint32_t>(1 + random.below(round < 400 ? 20 : kMaxParityFragments));
    const ByteVector frame = random.bytes(fragments + random.below(3000));
    const std::size_t erased = random.below(std::min(fragments, kMaxParityRows) + 1);
    Damaged damaged = without(frame, fragments, erased, random);
    std::map<std::uint32_t, ByteVector> rows;
    while (rows.size() < erased) {
      const auto row = static_cast<std::uint32_t>(random.below(kMaxParityRows));
      rows[row] = parity_row(frame, fragments, row);
    }
    ASSERT_TRUE(rebuild(damaged.frame, damaged.have, rows));
    ASSERT_EQ(damaged.frame, frame) << fragments << " fragments, " << erased << " erased";
  }
}

TEST(ErasureCode, TheLastRowsAndFragmentsServeAsWell) {
  Random random(2);
  const ByteVector frame = random.bytes(kMaxParityFragments * 7 + 3);
  Damaged damaged{frame, std::vector<bool>(kMaxParityFragments, true)};
  std::map<std::uint32_t, ByteVector> rows;
  for (std::uint32_t i = 0; i < kMaxParityRows; ++i) {
    damaged.have[kMaxParityFragments - 1 - i] = false;
    erase_fragment(damaged.frame, kMaxParityFragments - 1 - i, kMaxParityFragments);
    rows[i] = parity_row(frame, kMaxParityFragments, i);
  }
  ASSERT_TRUE(rebuild(damaged.frame, damaged.have, rows));
  EXPECT_EQ(damaged.frame, frame);
}

TEST(ErasureCode, TooFewRowsChangeNothing) {
  Random random(3);
  const ByteVector frame = random.bytes(1000);
  Damaged damaged = without(frame, 10, 3, random);
  const ByteVector before = damaged.frame;
  EXPECT_FALSE(
      rebuild(damaged.frame, damaged.have, {{0, parity_row(frame, 10, 0)}, {5, parity_row(frame, 10, 5)}}));
  EXPECT_EQ(damaged.frame, before);
}

TEST(ErasureCode, OneFragmentsParityRepeatsItInOtherWords) {
  Random random(4);
  const ByteVector frame = random.bytes(300);
  for (std::uint32_t row = 0; row < kMaxParityRows; ++row) {
    ByteVector lost(300);
    ASSERT_TRUE(rebuild(lost, {false}, {{row, parity_row(frame, 1, row)}}));
    EXPECT_EQ(lost, frame);
  }
}

}  // namespace
}  // namespace skirret::transport
