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

  void receive(ByteVector datagram, const Address& from, TimePoint now) {
    heard.push_back({now, datagram});
    peer = from;
    if (left_ < 0) out_.push_back({from, std::move(datagram)});
  }
  void tick(TimePoint now) {
    if (now < next_ || left_ <= 0) return;
    out_.push_back({peer, ByteVector(100, static_cast<std::uint8_t>(left_))});
    next_ += period_;
    --left_;
  }
  std::optional<Datagram> poll(TimePoint) {
    if (out_.empty()) return std::nullopt;
    Datagram datagram = std::move(out_.front());
    out_.pop_front();
    return datagram;
  }
  TimePoint next_deadline() const { return left_ > 0 ? next_ : kNever; }

  std::vector<std::pair<TimePoint, ByteVector>> heard;
  Address peer = Address::ipv4({10, 0, 0, 2}, 2000);

 private:
  Duration period_;
  int left_;  // below 0: only answers
  TimePoint next_{};
  std::deque<Datagram> out_;
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

TEST(VirtualNetwork, AnEndpointRoams) {
  VirtualNetwork network(fast({}), fast(milliseconds(50)));
  Pinger pinger(milliseconds(100), 10);
  Pinger echo(milliseconds(0), -1);
  network.attach(Side::kLeft, endpoint_of(pinger));
  network.attach(Side::kRight, endpoint_of(echo));
  const Address before = network.address(Side::kLeft);
  const Address after = Address::ipv4({192, 0, 2, 9}, 999);
  // The ping of 300 is on its way when the address changes: its answer goes to the old one.
  network.at(at_ms(300), [&](TimePoint) { EXPECT_EQ(echo.peer, before); });
  network.at(TimePoint(std::chrono::microseconds(300'500)),
             [&](TimePoint) { network.set_address(Side::kLeft, after); });
  network.run_until(at_ms(2000));
  EXPECT_EQ(echo.peer, after);
  EXPECT_EQ(echo.heard.size(), 10u);
  EXPECT_EQ(pinger.heard.size(), 9u);
}

TEST(VirtualNetwork, StrangersCanBeHeard) {
  VirtualNetwork network(fast({}), fast({}));
  Pinger listener(milliseconds(0), 0);
  network.attach(Side::kRight, endpoint_of(listener));
  const Address stranger = Address::ipv4({203, 0, 113, 5}, 5);
  network.inject(Side::kLeft, {1, 2, 3}, stranger);
  network.run_until(at_ms(10));
  EXPECT_EQ(listener.peer, stranger);
}

TEST(VirtualNetworkDeathTest, StopsAMachineWhoseDeadlineNeverMoves) {
  VirtualNetwork network(fast({}), fast({}));
  network.attach(Side::kLeft, {{}, [](TimePoint) {}, {}, [] { return at_ms(1); }});
  EXPECT_DEATH(network.run_until(at_ms(10)), "internal check failed");
}

}  // namespace
}  // namespace skirret::transport
