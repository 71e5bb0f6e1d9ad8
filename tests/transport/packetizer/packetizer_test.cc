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
