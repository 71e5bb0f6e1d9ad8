#include "transport/link/virtual_network.hh"

#include <deque>

#include <gtest/gtest.h>

#include "tests/transport/link/link_support.hh"

namespace skirret::transport {
namespace {

using std::chrono::milliseconds;

Link fast(Duration delay) {
  LinkConfig config;
  config.delay = delay;
  return Link(std::make_unique<ConstantOpportunities>(12'000'000), config);
}

// Sends one numbered datagram each `period`, and answers each that it gets with the same bytes.
class Pinger {
 public:
  Pinger(Duration period, int count) : period_(period), left_(count) {}

  void receive(ByteVector datagram, TimePoint now) {
    heard.push_back({now, datagram});
    if (left_ < 0) out_.push_back(std::move(datagram));
  }
  void tick(TimePoint now) {
    if (now < next_ || left_ <= 0) return;
    out_.push_back(ByteVector(100, static_cast<std::uint8_t>(left_)));
    next_ += period_;
    --left_;
  }
  std::optional<ByteVector> poll(TimePoint) {
    if (out_.empty()) return std::nullopt;
    ByteVector datagram = std::move(out_.front());
    out_.pop_front();
    return datagram;
  }
  TimePoint next_deadline() const { return left_ > 0 ? next_ : kNever; }

  std::vector<std::pair<TimePoint, ByteVector>> heard;

 private:
  Duration period_;
  int left_;  // below 0: only answers
  TimePoint next_{};
  std::deque<ByteVector> out_;
};

TEST(VirtualNetwork, CarriesAConversationInVirtualTime) {
  VirtualNetwork network(fast(milliseconds(20)), fast(milliseconds(30)));
  Pinger pinger(milliseconds(100), 3);
  Pinger echo(milliseconds(0), -1);
  network.attach(Side::kLeft, endpoint_of(pinger));
  network.attach(Side::kRight, endpoint_of(echo));
  network.run_until(at_ms(1000));
  ASSERT_EQ(echo.heard.size(), 3u);
  ASSERT_EQ(pinger.heard.size(), 3u);
  // Sent at 0, carried by the opportunity of 1, there at 21; back on the one of 22, here at 52.
  EXPECT_EQ(echo.heard[0].first, at_ms(21));
  EXPECT_EQ(pinger.heard[0].first, at_ms(52));
  EXPECT_EQ(pinger.heard[2].first, at_ms(252));
  EXPECT_EQ(pinger.heard[2].second, ByteVector(100, 1));
  EXPECT_EQ(network.now(), at_ms(1000));
}

TEST(VirtualNetwork, FiresEventsInOrderAndLetsThemAddMore) {
  VirtualNetwork network(fast({}), fast({}));
  std::vector<std::string> diary;
  const auto note = [&](const std::string& name) {
    return [&diary, name](TimePoint now) {
      diary.push_back(name + "@" + std::to_string(to_ns(now) / 1'000'000));
    };
  };
  network.at(at_ms(7), note("b"));
  network.at(at_ms(5), note("a"));
  network.at(at_ms(7), [&](TimePoint) { network.at(at_ms(3), note("late")); });
  network.at(at_ms(7), note("c"));
  int frames = 0;
  network.every(at_ms(10), milliseconds(33), [&](TimePoint now) {
    note("frame")(now);
    return ++frames < 3;
  });
  network.run_until(at_ms(500));
  EXPECT_EQ(diary,
            (std::vector<std::string>{"a@5", "b@7", "c@7", "late@7", "frame@10", "frame@43", "frame@76"}));
}

TEST(VirtualNetwork, RunsToItsEndAndGoesOnFromThere) {
  VirtualNetwork network(fast({}), fast({}));
  Pinger pinger(milliseconds(10), 100);
  Pinger echo(milliseconds(0), -1);
  network.attach(Side::kLeft, endpoint_of(pinger));
  network.attach(Side::kRight, endpoint_of(echo));
  network.run_until(at_ms(101));
  EXPECT_EQ(echo.heard.size(), 11u);
  network.run_until(at_ms(2000));
  EXPECT_EQ(echo.heard.size(), 100u);
}

TEST(VirtualNetwork, ATapDropsAndInjectionAdds) {
  VirtualNetwork network(fast({}), fast({}));
  Pinger pinger(milliseconds(10), 10);
  Pinger listener(milliseconds(0), 0);
  network.attach(Side::kLeft, endpoint_of(pinger));
  network.attach(Side::kRight, endpoint_of(listener));
  int seen = 0;
  network.tap([&](Side from, Bytes, TimePoint) { return from == Side::kRight || ++seen % 2 == 0; });
  network.at(at_ms(500), [&](TimePoint) { network.inject(Side::kLeft, {9, 9}); });
  network.run_until(at_ms(1000));
  EXPECT_EQ(seen, 10);
  ASSERT_EQ(listener.heard.size(), 6u);
  EXPECT_EQ(listener.heard.back().second, (ByteVector{9, 9}));
}

TEST(VirtualNetwork, AnEndpointCanGoAndAnotherComeInItsPlace) {
  VirtualNetwork network(fast({}), fast({}));
  Pinger pinger(milliseconds(10), 100);
  Pinger first(milliseconds(0), 0);
  Pinger second(milliseconds(0), 0);
  network.attach(Side::kLeft, endpoint_of(pinger));
  network.attach(Side::kRight, endpoint_of(first));
  network.at(at_ms(305), [&](TimePoint) { network.detach(Side::kRight); });
  network.at(at_ms(505), [&](TimePoint) { network.attach(Side::kRight, endpoint_of(second)); });
  network.run_until(at_ms(2000));
  EXPECT_EQ(first.heard.size(), 31u);
  EXPECT_EQ(second.heard.size(), 49u);
}

TEST(VirtualNetworkDeathTest, StopsAMachineWhoseDeadlineNeverMoves) {
  VirtualNetwork network(fast({}), fast({}));
  network.attach(Side::kLeft, {{}, [](TimePoint) {}, {}, [] { return at_ms(1); }});
  EXPECT_DEATH(network.run_until(at_ms(10)), "internal check failed");
}

}  // namespace
}  // namespace skirret::transport
