#include "transport/reassembly/frame_assembler.hh"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/random.hh"
#include "transport/packetizer/packetizer.hh"
#include "transport/parity/erasure_code.hh"

namespace skirret::transport {
namespace {

using Outcome = FrameAssembler::Outcome;
using test::Random;

const Packetizer kPacketizer({300, 53});
const TimePoint kNow = TimePoint{} + std::chrono::seconds(1);

TEST(FrameAssembler, PutsAnyOrderTogetherAndTellsWhen) {
  const std::uint64_t seed = test::seed_or(1);
  SCOPED_TRACE(seed);
  Random random(seed);
  for (int round = 0; round < 200; ++round) {
    const ByteVector frame = random.bytes(1 + random.below(6000));
    std::vector<std::uint32_t> order(kPacketizer.fragments_of(frame.size()));
    for (std::uint32_t k = 0; k < order.size(); ++k) order[k] = k;
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
    FrameAssembler assembler;
    for (std::size_t i = 0; i < order.size(); ++i) {
      const auto packet = kPacketizer.cut(7, 5, frame, order[i]);
      const TimePoint arrival = kNow + std::chrono::milliseconds(i);
      const Outcome outcome = assembler.add(packet, arrival);
      ASSERT_EQ(outcome, i + 1 == order.size() ? Outcome::kComplete : Outcome::kStored);
      if (i + 1 == order.size()) break;
      ASSERT_EQ(assembler.add(packet, arrival), Outcome::kDuplicate);
    }
    const auto whole = assembler.take();
    ASSERT_TRUE(whole);
    EXPECT_EQ(whole->bytes, frame);
    EXPECT_EQ(whole->number, 7u);
    EXPECT_EQ(whole->source, 5u);
    EXPECT_EQ(whole->first_arrival, kNow);
    EXPECT_EQ(whole->arrival, kNow + std::chrono::milliseconds(order.size() - 1));
    EXPECT_FALSE(assembler.take());
    EXPECT_EQ(assembler.add(kPacketizer.cut(7, 5, frame, 0), kNow), Outcome::kDuplicate);
    EXPECT_EQ(assembler.bytes_in_assembly(), 0u);
  }
}

// A part of a frame cut into n: a fragment, or from n on a parity row, which `row` then holds.
DataPacket part_of(FrameNumber number, const ByteVector& frame, std::uint32_t part, std::uint32_t n,
                   ByteVector& row) {
  DataPacket packet = kPacketizer.cut(number, 1, frame, std::min(part, n - 1), n);
  if (part < n) return packet;
  row = parity_row(frame, n, part - n);
  packet.fragment = part;
  packet.bytes = row;
  return packet;
}

TEST(FrameAssembler, AnyPartsAsManyAsFragmentsMakeTheFrame) {
  const std::uint64_t seed = test::seed_or(1);
  SCOPED_TRACE(seed);
  Random random(seed);
  for (int round = 0; round < 300; ++round) {
    const auto n = static_cast<std::uint32_t>(1 + random.below(20));
    const ByteVector frame = random.bytes(n + random.below(4000));
    std::vector<std::uint32_t> parts(n + 1 + random.below(kMaxParityRows));
    for (std::uint32_t k = 0; k < parts.size(); ++k) parts[k] = k;
    for (std::size_t i = parts.size(); i > 1; --i) std::swap(parts[i - 1], parts[random.below(i)]);
    FrameAssembler assembler;
    for (std::uint32_t i = 0; i < n; ++i) {
      ByteVector row;
      ASSERT_EQ(assembler.add(part_of(7, frame, parts[i], n, row), kNow),
                i + 1 == n ? Outcome::kComplete : Outcome::kStored);
      if (i + 1 < n) {
        ASSERT_EQ(assembler.add(part_of(7, frame, parts[i], n, row), kNow), Outcome::kDuplicate);
      }
    }
    EXPECT_EQ(assembler.take()->bytes, frame);
    EXPECT_EQ(assembler.bytes_in_assembly(), 0u);
    ByteVector row;
    EXPECT_EQ(assembler.add(part_of(7, frame, parts[n], n, row), kNow), Outcome::kDuplicate);
  }
}

TEST(FrameAssembler, ParityCountsInTheCapAndIsGivenBack) {
  Random random(2);
  const ByteVector frame = random.bytes(4000);
  FrameAssembler assembler({.frames = 100, .bytes = 10'000, .remembered = 16});
  for (FrameNumber number = 1; number < 20; ++number) {
    for (std::uint32_t part = 4; part < 4 + kMaxParityRows - 29; ++part) {
      ByteVector row;
      assembler.add(part_of(number, frame, part, 4, row), kNow);
      EXPECT_LE(assembler.bytes_in_assembly(), 10'000u);
    }
  }
  assembler.drop_below(100);
  EXPECT_EQ(assembler.bytes_in_assembly(), 0u);
}

TEST(FrameAssembler, FragmentsThatDisagreeAreDroppedAndDoNoHarm) {
  Random random(2);
  const ByteVector frame = random.bytes(900);
  const ByteVector longer = random.bytes(901);
  const ByteVector larger = random.bytes(2000);
  FrameAssembler assembler;
  EXPECT_EQ(assembler.add(kPacketizer.cut(7, 5, frame, 0), kNow), Outcome::kStored);
  EXPECT_EQ(assembler.add(kPacketizer.cut(7, 5, longer, 1), kNow), Outcome::kInconsistent);
  EXPECT_EQ(assembler.add(kPacketizer.cut(7, 4, frame, 1), kNow), Outcome::kInconsistent);
  EXPECT_EQ(assembler.add(kPacketizer.cut(7, 5, larger, 1), kNow), Outcome::kInconsistent);
  for (std::uint32_t k = 1; k < kPacketizer.fragments_of(900); ++k)
    assembler.add(kPacketizer.cut(7, 5, frame, k), kNow);
  EXPECT_EQ(assembler.take()->bytes, frame);
}

TEST(FrameAssembler, ANewFramePushesOutTheOldestAtTheLimit) {
  Random random(3);
  const ByteVector frame = random.bytes(900);
  FrameAssembler assembler({.frames = 4, .bytes = 1u << 20, .remembered = 16});
  for (FrameNumber number = 10; number < 30; ++number) {
    EXPECT_EQ(assembler.add(kPacketizer.cut(number, 1, frame, 0), kNow), Outcome::kStored);
    EXPECT_LE(assembler.frames_in_assembly(), 4u);
  }
  EXPECT_EQ(assembler.add(kPacketizer.cut(12, 1, frame, 0), kNow), Outcome::kOverLimit);
  EXPECT_EQ(assembler.add(kPacketizer.cut(29, 1, frame, 0), kNow), Outcome::kDuplicate);
}

TEST(FrameAssembler, BytesInAssemblyAreCapped) {
  Random random(4);
  const ByteVector frame = random.bytes(4000);
  FrameAssembler assembler({.frames = 100, .bytes = 10'000, .remembered = 16});
  for (FrameNumber number = 1; number < 50; ++number) {
    assembler.add(kPacketizer.cut(number, 0, frame, 0), kNow);
    EXPECT_LE(assembler.bytes_in_assembly(), 10'000u);
  }
  const ByteVector huge = random.bytes(10'001);
  EXPECT_EQ(assembler.add(kPacketizer.cut(60, 0, huge, 0), kNow), Outcome::kOverLimit);
}

TEST(FrameAssembler, FramesBelowTheFloorAreGoneForGood) {
  Random random(5);
  const ByteVector frame = random.bytes(900);
  FrameAssembler assembler;
  assembler.add(kPacketizer.cut(5, 1, frame, 0), kNow);
  assembler.add(kPacketizer.cut(8, 1, frame, 0), kNow);
  assembler.drop_below(8);
  EXPECT_EQ(assembler.frames_in_assembly(), 1u);
  EXPECT_EQ(assembler.add(kPacketizer.cut(5, 1, frame, 0), kNow), Outcome::kTooOld);
  assembler.drop_below(3);  // never goes back
  EXPECT_EQ(assembler.add(kPacketizer.cut(7, 1, frame, 0), kNow), Outcome::kTooOld);
}

TEST(FrameAssembler, RememberedNumbersAreBounded) {
  Random random(6);
  const ByteVector frame = random.bytes(10);
  FrameAssembler assembler({.frames = 4, .bytes = 1000, .remembered = 8});
  for (FrameNumber number = 1; number <= 100; ++number)
    EXPECT_EQ(assembler.add(kPacketizer.cut(number, 0, frame, 0), kNow), Outcome::kComplete);
  EXPECT_EQ(assembler.add(kPacketizer.cut(100, 0, frame, 0), kNow), Outcome::kDuplicate);
  EXPECT_EQ(assembler.add(kPacketizer.cut(50, 0, frame, 0), kNow), Outcome::kTooOld);
}

}  // namespace
}  // namespace skirret::transport
