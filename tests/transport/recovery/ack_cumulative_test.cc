#include <map>

#include <gtest/gtest.h>

#include "tests/support/random.hh"
#include "transport/recovery/receive_log.hh"
#include "transport/recovery/sent_packets.hh"

namespace skirret::transport {
namespace {

using std::chrono::milliseconds;
using test::Random;

struct Knowledge {
  std::map<PacketNumber, Duration> delivered;  // with arrivals
  std::vector<PacketNumber> in_flight;
  bool operator==(const Knowledge&) const = default;
};

// One sender's view of a session in which the acks of `keep` come through. Its acks are those that a receiver
// makes that was told "oldest unsettled" by this sender alone (nothing: the newest ack has to say all).
Knowledge hear(const std::vector<std::pair<Ack, TimePoint>>& acks, const std::vector<bool>& keep,
               PacketNumber packets) {
  SentPackets sent;
  Knowledge knowledge;
  for (PacketNumber number = 0; number < packets; ++number) {
    SentPacket packet;
    packet.number = number;
    packet.sent = TimePoint{} + milliseconds(2 * number);
    packet.wire_bytes = 100;
    sent.sent(packet);
  }
  std::optional<WireTime> origin;
  for (std::size_t i = 0; i < acks.size(); ++i) {
    if (!keep[i]) continue;
    const Ack& ack = acks[i].first;
    if (!origin) origin = ack.newest_arrival;
    const Duration shift = ticks_between(WireTime{0}, *origin) * kWireTick;
    for (const DeliveredPacket& delivered : sent.acked(ack, acks[i].second).delivered)
      if (delivered.arrival) knowledge.delivered[delivered.packet.number] = *delivered.arrival + shift;
  }
  for (PacketNumber number = 0; number < packets; ++number)
    if (!knowledge.delivered.contains(number)) knowledge.in_flight.push_back(number);
  return knowledge;
}

TEST(AckCumulative, DroppingAnyOlderAcksLeavesTheSameKnowledge) {
  const std::uint64_t seed = test::seed_or(7);
  SCOPED_TRACE(seed);
  Random random(seed);
  for (int round = 0; round < 200; ++round) {
    const PacketNumber packets = 20 + random.below(200);
    ReceiveLog log;
    std::vector<std::pair<Ack, TimePoint>> acks;
    for (PacketNumber number = 0; number < packets; ++number) {
      if (random.chance(1, 10)) continue;  // lost
      const TimePoint arrival = TimePoint{} + milliseconds(2 * number + 20 + random.below(5));
      log.add(number, arrival);
      if (!random.chance(1, 4) && number + 1 < packets) continue;
      Ack ack;
      ack.serial = acks.size() + 1;
      log.describe(ack, arrival);
      acks.emplace_back(std::move(ack), arrival + milliseconds(20));
    }
    if (acks.empty()) continue;
    std::vector<bool> all(acks.size(), true);
    std::vector<bool> some(acks.size());
    for (std::size_t i = 0; i < some.size(); ++i) some[i] = random.chance(1, 2);
    some.back() = true;
    std::vector<bool> newest(acks.size(), false);
    newest.back() = true;
    const Knowledge full = hear(acks, all, packets);
    EXPECT_EQ(full.delivered, hear(acks, some, packets).delivered);
    EXPECT_EQ(full.in_flight, hear(acks, newest, packets).in_flight);
    EXPECT_EQ(full, hear(acks, newest, packets));
  }
}

}  // namespace
}  // namespace skirret::transport
