// The link against a second, unlike statement of mm-link's rules: a byte stream. Queue limits aside,
// packet p ends at byte c_p of the stream of all charged bytes, and an opportunity moves the stream's
// front on by at most 1504 bytes, never past what had arrived before it.
#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/random.hh"
#include "tests/transport/link/link_support.hh"

namespace skirret::transport {
namespace {

struct Sent {
  std::int64_t ms;
  std::uint32_t bytes;
};

// The time at which each packet's last byte is carried.
std::vector<std::int64_t> departures(const std::vector<Sent>& sent, const std::vector<std::uint32_t>& trace) {
  std::vector<std::int64_t> times;
  std::uint64_t front = 0;
  std::uint64_t end_of_next = sent.empty() ? 0 : sent[0].bytes;
  for (std::size_t k = 0; times.size() < sent.size(); ++k) {
    const auto round = static_cast<std::int64_t>(k / trace.size());
    const std::int64_t now = round * trace.back() + trace[k % trace.size()];
    std::uint64_t arrived = 0;
    for (const Sent& packet : sent) arrived += packet.ms < now ? packet.bytes : 0;
    front = std::min(front + 1504, arrived);
    while (times.size() < sent.size() && front >= end_of_next) {
      times.push_back(now);
      if (times.size() < sent.size()) end_of_next += sent[times.size()].bytes;
    }
  }
  return times;
}

TEST(LinkEquivalence, AgreesWithTheByteStreamOnRandomTraces) {
  const std::uint64_t seed = test::seed_or(11);
  SCOPED_TRACE("seed " + std::to_string(seed));
  test::Random random(seed);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::uint32_t> trace;
    std::uint32_t ms = 0;
    for (int i = random.between(1, 40); i > 0; --i) {
      ms += static_cast<std::uint32_t>(random.chance(1, 3) ? 0 : random.between(0, 30));
      trace.push_back(ms);
    }
    if (trace.back() == 0) trace.push_back(7);
    std::vector<Sent> sent;
    std::int64_t now = 0;
    for (int i = random.between(1, 60); i > 0; --i) {
      now += random.chance(1, 2) ? 0 : random.between(0, 40);
      sent.push_back(
          {now, static_cast<std::uint32_t>(random.between(32, random.chance(1, 8) ? 9000 : 1504))});
    }
    Link link(trace_source(trace));
    std::vector<std::int64_t> got;
    for (const Sent& packet : sent) {
      for (const Delivered& d : link.advance(at_ms(packet.ms))) got.push_back(to_ns(d.at) / 1'000'000);
      link.send(charged(packet.bytes), at_ms(packet.ms));
    }
    while (link.next_event() != kNever) {
      for (const Delivered& d : link.advance(link.next_event())) got.push_back(to_ns(d.at) / 1'000'000);
    }
    ASSERT_EQ(got, departures(sent, trace)) << "round " << round;
  }
}

}  // namespace
}  // namespace skirret::transport
