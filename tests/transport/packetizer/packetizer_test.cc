#include "transport/packetizer/packetizer.hh"

#include <gtest/gtest.h>

#include "tests/support/random.hh"

namespace skirret::transport {
namespace {

constexpr PacketCost kCost{1175, 25 + kIpUdpBytes};

TEST(Packetizer, AFrameWithinABudgetNeverCostsMore) {
  const Packetizer packetizer(kCost);
  for (std::size_t wire = 0; wire < 20'000; ++wire) {
    const std::size_t frame = packetizer.frame_bytes_within(wire);
    if (frame > 0) {
      ASSERT_LE(packetizer.wire_bytes_of(frame), wire);
    }
  }
}

TEST(Packetizer, BudgetsAreUsedUpToLessThanAPacketsHeaders) {
  const Packetizer packetizer(kCost);
  for (std::size_t wire = 1500; wire < 100'000; wire += 777) {
    const std::size_t frame = packetizer.frame_bytes_within(wire);
    EXPECT_GT(packetizer.wire_bytes_of(frame) + 150, wire);
  }
  EXPECT_EQ(packetizer.frame_bytes_within(80), 0u);
}

TEST(Packetizer, AMoreGenerousBudgetNeverGivesLess) {
  const Packetizer packetizer(kCost);
  std::size_t last = 0;
  for (std::size_t wire = 0; wire < 10'000; ++wire) {
    const std::size_t frame = packetizer.frame_bytes_within(wire);
    ASSERT_GE(frame + 1, last);  // even cutting may cost a byte
    last = frame;
  }
}

// A policy that has seen about this share of packets lost.
ParityPolicy lossy(double share) {
  ParityPolicy policy;
  for (std::uint64_t i = 0; i < 600; ++i) {
    policy.delivered(static_cast<std::size_t>(1 / share) - 1);
    const std::uint64_t number = i * 1000;
    policy.lost({&number, 1});
  }
  return policy;
}

TEST(Packetizer, ParityIsPartOfTheBudget) {
  const Packetizer packetizer(kCost);
  for (const double share : {0.01, 0.05, 0.2}) {
    const ParityPolicy parity = lossy(share);
    for (std::size_t wire = 0; wire < 400'000; wire += wire < 8'000 ? 13 : 1777) {
      const std::size_t frame = packetizer.frame_bytes_within(wire, parity);
      if (frame == 0) continue;
      const FrameLayout layout = packetizer.layout_of(frame, parity);
      ASSERT_EQ(layout.rows, parity.rows(layout.fragments));
      ASSERT_LE(packetizer.wire_bytes_of(frame, layout), wire) << share;
      std::size_t parts = 0;
      for (std::uint32_t part = 0; part < layout.parts(); ++part)
        parts += packetizer.wire_bytes_of_part(frame, layout, part);
      ASSERT_EQ(parts, packetizer.wire_bytes_of(frame, layout));
    }
  }
}

TEST(Packetizer, WithoutLossParityCostsNothing) {
  const Packetizer packetizer(kCost);
  const ParityPolicy parity;
  for (std::size_t wire = 0; wire < 50'000; wire += 101)
    EXPECT_EQ(packetizer.frame_bytes_within(wire, parity), packetizer.frame_bytes_within(wire));
}

// One packet would have to be sent twice; three halves cost less.
TEST(Packetizer, SmallFramesAreCutFinerWhereThatMakesTheirParityCheaper) {
  const Packetizer packetizer(kCost);
  const ParityPolicy parity = lossy(0.05);
  const FrameLayout layout = packetizer.layout_of(1100, parity);
  EXPECT_GT(layout.fragments, 1u);
  EXPECT_LT(packetizer.wire_bytes_of(1100, layout), packetizer.wire_bytes_of(1100, {1, parity.rows(1)}));
  EXPECT_EQ(packetizer.layout_of(30, parity).fragments, 1u);
}

TEST(Packetizer, FragmentsPutTogetherAreTheFrameAndEachFitsItsPacket) {
  const Packetizer packetizer(kCost);
  test::Random random(1);
  for (const std::size_t size : {1u, 1000u, 1140u, 1141u, 1142u, 25'000u}) {
    const ByteVector frame = random.bytes(size);
    ByteVector together;
    const std::uint32_t n = packetizer.fragments_of(size);
    std::size_t wire = 0;
    for (std::uint32_t k = 0; k < n; ++k) {
      const ByteVector message = write_data(packetizer.cut(9, 8, frame, k));
      EXPECT_LE(message.size(), kCost.max_payload);
      wire += message.size() + kCost.wire_overhead;
      const auto packet = parse_data(message);
      ASSERT_TRUE(packet);
      together.insert(together.end(), packet->bytes.begin(), packet->bytes.end());
    }
    EXPECT_EQ(together, frame);
    EXPECT_LE(wire, packetizer.wire_bytes_of(size));
  }
}

}  // namespace
}  // namespace skirret::transport
