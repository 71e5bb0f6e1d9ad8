#include "transport/udp/machine_driver.hh"

#include <algorithm>
#include <ctime>
#include <deque>

#include <gtest/gtest.h>

#include "tests/transport/udp/loop_support.hh"

namespace skirret::transport {
namespace {

using std::chrono::milliseconds;

// Sends a numbered datagram each 2 ms and counts the answers; without a count it only answers.
class Pinger {
 public:
  Pinger(const Address& peer, int count) : peer_(peer), left_(count) {}

  void receive(Bytes datagram, const Address& from, TimePoint now) {
    see(now);
    ++heard;
    if (left_ < 0) out_.push_back({from, ByteVector(datagram.begin(), datagram.end())});
  }
  void tick(TimePoint now) {
    see(now);
    if (left_ <= 0 || now < next_) return;
    EXPECT_TRUE(started_ || next_ == TimePoint{});
    next_ = (started_ ? next_ : now) + milliseconds(2);
    started_ = true;
    out_.push_back({peer_, ByteVector(200, static_cast<std::uint8_t>(left_--))});
  }
  std::optional<Datagram> poll(TimePoint now) {
    see(now);
    if (out_.empty()) return std::nullopt;
    Datagram datagram = std::move(out_.front());
    out_.pop_front();
    return datagram;
  }
  TimePoint next_deadline() const { return left_ > 0 ? next_ : kNever; }

  int heard = 0;

 private:
  void see(TimePoint now) {
    EXPECT_GE(now, latest_);  // a machine is promised time that never runs back
    latest_ = now;
  }

  Address peer_;
  int left_;
  bool started_ = false;
  TimePoint next_{};
  TimePoint latest_{};
  std::deque<Datagram> out_;
};

TEST(MachineDriver, DrivesTwoMachinesOverLoopback) {
  EventLoop loop;
  const Watchdog watchdog(loop);
  const auto left = loopback_socket(loop);
  const auto right = loopback_socket(loop);
  Pinger pinger(right->local(), 25);
  Pinger echo(left->local(), -1);
  MachineDriver ping_driver(loop, *left, pinger, [&](TimePoint) {
    if (pinger.heard == 25) loop.stop();
  });
  const MachineDriver echo_driver(loop, *right, echo);
  const TimePoint start = monotonic_now();
  loop.run();
  EXPECT_EQ(pinger.heard, 25);
  EXPECT_EQ(echo.heard, 25);
  EXPECT_GE(monotonic_now() - start, milliseconds(48));  // 24 periods: it waited for its deadlines
}

TEST(MachineDriver, SendsWhatTheProgramHandsInDuringARound) {
  // A machine that the program fills from outside, by pump() after a posted task.
  struct Outbox {
    void receive(Bytes, const Address&, TimePoint) {}
    void tick(TimePoint) {}
    std::optional<Datagram> poll(TimePoint) {
      if (out.empty()) return std::nullopt;
      Datagram datagram = std::move(out.front());
      out.pop_front();
      return datagram;
    }
    TimePoint next_deadline() const { return kNever; }
    std::deque<Datagram> out;
  };
  EventLoop loop;
  const Watchdog watchdog(loop);
  const auto from = loopback_socket(loop);
  const auto to = loopback_socket(loop);
  Outbox outbox;
  bool asked = false;
  MachineDriver driver(loop, *from, outbox, [&](TimePoint) {
    if (asked) outbox.out.push_back({to->local(), {2}});
    asked = false;
  });
  std::vector<std::uint8_t> got;
  to->on_receive([&](std::span<ReceivedDatagram> datagrams) {
    for (const ReceivedDatagram& datagram : datagrams) got.push_back(datagram.bytes[0]);
    if (got.size() == 21) loop.stop();
  });
  loop.post([&] {
    for (int i = 0; i < 20; ++i) outbox.out.push_back({to->local(), {1}});
    asked = true;
    driver.pump();
  });
  loop.run();
  ASSERT_EQ(got.size(), 21u);
  EXPECT_EQ(got.back(), 2);
}

// Notes what it is told; asks for nothing.
class Listener {
 public:
  void receive(Bytes, const Address&, TimePoint, Ecn ecn) { heard.push_back(ecn); }
  void resumed(TimePoint) { ++resumptions; }
  void tick(TimePoint) {}
  std::optional<Datagram> poll(TimePoint) { return std::nullopt; }
  TimePoint next_deadline() const { return kNever; }

  std::vector<Ecn> heard;
  int resumptions = 0;
};

TEST(MachineDriver, TellsThatTheSystemSlept) {
  EventLoop loop;
  const auto socket = loopback_socket(loop);
  Listener machine;
  MachineDriver driver(loop, *socket, machine);
  driver.pump();
  EXPECT_EQ(machine.resumptions, 0);
  Duration asleep = std::chrono::hours(7);  // before we came
  driver.watch_sleep([&] { return asleep; });
  driver.pump();
  asleep += std::chrono::microseconds(3);  // two clocks read one after the other
  driver.pump();
  EXPECT_EQ(machine.resumptions, 0);
  asleep += std::chrono::minutes(2);
  driver.pump();
  driver.pump();
  EXPECT_EQ(machine.resumptions, 1);
  asleep += std::chrono::seconds(1);
  driver.pump();
  EXPECT_EQ(machine.resumptions, 2);
}

TEST(MachineDriver, HandsCongestionMarksOn) {
  EventLoop loop;
  const Watchdog watchdog(loop);
  const auto to = loopback_socket(loop);
  const auto from = loopback_socket(loop);
  Listener machine;
  MachineDriver driver(loop, *to, machine, [&](TimePoint) {
    if (!machine.heard.empty()) loop.stop();
  });
  from->send({to->local(), {1}});
  loop.run();
  EXPECT_EQ(machine.heard, std::vector<Ecn>{Ecn::kCapable0});
}

// Packets 300 µs apart leave about so, and the time between them is slept.
class Metronome {
 public:
  static constexpr Duration kStep = std::chrono::microseconds(300);
  explicit Metronome(const Address& to) : to_(to) {}
  void receive(Bytes, const Address&, TimePoint) {}
  void tick(TimePoint) {}
  std::optional<Datagram> poll(TimePoint now) {
    if (now < next_deadline()) return std::nullopt;
    left.push_back(now);
    next_ = now + kStep;
    return Datagram{to_, {1}};
  }
  TimePoint next_deadline() const { return next_; }

  std::vector<TimePoint> left;

 private:
  Address to_;
  TimePoint next_{};
};

Duration processor_time() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

TEST(MachineDriver, PacesBelowAMillisecondWithoutBusyWaiting) {
  EventLoop loop;
  const Watchdog watchdog(loop);
  const auto from = loopback_socket(loop);
  const auto to = loopback_socket(loop);
  Metronome machine(to->local());
  const TimePoint began = monotonic_now();
  const Duration used = processor_time();
  MachineDriver driver(loop, *from, machine, [&](TimePoint) {
    if (machine.left.size() >= 500) loop.stop();
  });
  loop.run();
  const Duration wall = monotonic_now() - began;
  EXPECT_LT(to_ms(processor_time() - used), 0.5 * to_ms(wall));
  std::vector<Duration> steps;
  for (std::size_t i = 1; i < machine.left.size(); ++i)
    steps.push_back(machine.left[i] - machine.left[i - 1]);
  std::ranges::sort(steps);
  EXPECT_GE(steps.front(), Metronome::kStep);
  EXPECT_LT(steps[steps.size() / 4], std::chrono::microseconds(700))
      << "loops of whole milliseconds need 1000";
}

}  // namespace
}  // namespace skirret::transport
