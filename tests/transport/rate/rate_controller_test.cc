#include "transport/rate/rate_controller.hh"

#include <algorithm>
#include <deque>
#include <functional>
#include <vector>

#include <gtest/gtest.h>

namespace skirret::transport {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kPacket = 1200;
constexpr Duration kOneWay = milliseconds(20);
constexpr Duration kClockOffset = seconds(-12345);  // the receiver's clock began long after ours

// A bottleneck that serves at rate(t) bytes a second, an ack for each packet, and a sender that fills its
// budget once each 33 ms, at most `demand` bytes: the smallest loop around the controller.
class Loop {
 public:
  Loop(std::function<double(double)> rate, std::size_t demand) : rate_(std::move(rate)), demand_(demand) {
    controller_.opened(2 * kOneWay, now_);
  }

  void run(Duration time) {
    const TimePoint end = now_ + time;
    for (; now_ < end; now_ += milliseconds(1)) {
      deliver();
      if (now_ < next_frame_) continue;
      next_frame_ += milliseconds(33);
      std::size_t budget = std::min(controller_.budget(in_flight_, now_), demand_);
      for (; budget > 0; budget -= std::min(budget, kPacket)) send(std::min(budget, kPacket));
    }
  }

  RateController& controller() { return controller_; }
  double mbps() const { return 8 * controller_mean() / 1e6; }
  double controller_mean() const { return controller_.capacity_bps(in_flight_, now_) / 8; }
  TimePoint now() const { return now_; }
  std::size_t in_flight() const { return in_flight_; }
  double delivered_mbps(Duration over) const {
    return static_cast<double>(delivered_) * 8e-6 / to_seconds(over);
  }
  void reset_counters() {
    delivered_ = 0;
    waits_.clear();
  }
  double worst_wait_ms() const { return waits_.empty() ? 0 : *std::ranges::max_element(waits_); }

 private:
  struct Flying {
    Arrival arrival;
    TimePoint acked;
  };

  void send(std::size_t bytes) {
    TimePoint done = std::max(free_, now_);
    const double rate = rate_(to_seconds(done.time_since_epoch()));
    if (rate <= 0) {  // an outage: served when it is over
      while (rate_(to_seconds(done.time_since_epoch())) <= 0) done += milliseconds(1);
    }
    done += Duration(static_cast<Duration::rep>(static_cast<double>(bytes) * 1e9 /
                                                rate_(to_seconds(done.time_since_epoch()))));
    free_ = done;
    controller_.sent(in_flight_, now_);
    in_flight_ += bytes;
    waits_.push_back(to_ms(done - now_));
    flying_.push_back({{now_, done.time_since_epoch() + kOneWay + kClockOffset, bytes}, done + 2 * kOneWay});
  }

  void deliver() {
    std::vector<Arrival> arrived;
    std::optional<Duration> round_trip;
    while (!flying_.empty() && flying_.front().acked <= now_) {
      arrived.push_back(flying_.front().arrival);
      round_trip = now_ - flying_.front().arrival.sent;
      in_flight_ -= flying_.front().arrival.wire_bytes;
      delivered_ += flying_.front().arrival.wire_bytes;
      flying_.pop_front();
    }
    if (!arrived.empty()) controller_.acked(arrived, round_trip, now_);
  }

  std::function<double(double)> rate_;
  std::size_t demand_;
  RateController controller_{RateConfig{}, kPacket};
  TimePoint now_ = TimePoint{} + seconds(1);
  TimePoint next_frame_ = now_;
  TimePoint free_ = now_;
  std::size_t in_flight_ = 0;
  std::size_t delivered_ = 0;
  std::deque<Flying> flying_;
  std::vector<double> waits_;
};

double mbit(double rate) {
  return rate * 1e6 / 8;
}
constexpr std::size_t kGreedy = 1u << 20;

// Neither the small packet that greets nor a pause of our own says how fast the link is.
TEST(RateController, PausesOfOurOwnAreNoSilence) {
  RateController controller(RateConfig{}, kPacket);
  TimePoint now = TimePoint{} + seconds(1);
  const auto deliver = [&](std::size_t bytes) {
    controller.sent(0, now);
    const TimePoint sent = now;
    now += 2 * kOneWay;
    const Arrival arrival{sent, sent.time_since_epoch() + kOneWay, bytes};
    controller.acked(std::span(&arrival, 1), 2 * kOneWay, now);
  };
  controller.opened(milliseconds(40), now);
  deliver(80);
  now += milliseconds(400);
  EXPECT_EQ(controller.budget(0, now), 10 * kPacket);
  for (int i = 0; i < 10; ++i) deliver(kPacket);
  const std::size_t before = controller.budget(0, now);
  now += seconds(3);
  EXPECT_EQ(controller.budget(0, now), before);
  controller.sent(0, now);
  now += kOneWay;
  EXPECT_GE(controller.budget(kPacket, now) + kPacket, before);
}

TEST(RateController, StartsWithTenPackets) {
  RateController controller(RateConfig{}, kPacket);
  controller.opened(milliseconds(40), TimePoint{} + seconds(1));
  EXPECT_EQ(controller.budget(0, TimePoint{} + seconds(1)), 10 * kPacket);
  EXPECT_EQ(controller.budget(7 * kPacket, TimePoint{} + seconds(1)), 3 * kPacket);
  EXPECT_EQ(controller.budget(11 * kPacket, TimePoint{} + seconds(1)), 0u);
  EXPECT_NEAR(controller.pace_bytes_per_second(), 10 * kPacket / 0.040, 1);
}

TEST(RateController, FindsConstantRatesAndFillsThemWithoutAStandingQueue) {
  for (const double rate : {0.5, 5.0, 20.0}) {
    Loop loop([=](double) { return mbit(rate); }, kGreedy);
    loop.run(seconds(3));
    loop.reset_counters();
    loop.run(seconds(20));
    EXPECT_NEAR(loop.mbps(), rate, 0.1 * rate);
    EXPECT_GT(loop.delivered_mbps(seconds(20)), 0.85 * rate) << rate;
    EXPECT_LT(loop.worst_wait_ms(), 130) << rate;
  }
}

TEST(RateController, FollowsAStepUpWithinASecond) {
  Loop loop([](double t) { return mbit(t < 6 ? 1 : 8); }, kGreedy);
  loop.run(seconds(5));
  EXPECT_NEAR(loop.mbps(), 1, 0.15);
  loop.run(seconds(1));
  EXPECT_GT(loop.mbps(), 6);
}

TEST(RateController, FollowsAStepDownAndQueuesLittleForLong) {
  Loop loop([](double t) { return mbit(t < 6 ? 8 : 1); }, kGreedy);
  loop.run(seconds(5));
  loop.run(milliseconds(700));
  EXPECT_LT(loop.mbps(), 2.5);
  loop.run(milliseconds(500));
  loop.reset_counters();
  loop.run(seconds(2));
  EXPECT_LT(loop.worst_wait_ms(), 150);
}

TEST(RateController, AnOutageClosesTheBudgetAndItsEndOpensIt) {
  Loop loop([](double t) { return t > 6 && t < 8 ? 0 : mbit(4); }, kGreedy);
  loop.run(milliseconds(5300));
  EXPECT_TRUE(loop.controller().outage(loop.in_flight(), loop.now()));
  EXPECT_EQ(loop.controller().budget(loop.in_flight(), loop.now()), 0u);
  EXPECT_LT(static_cast<double>(loop.in_flight()), mbit(4) * 0.25);  // all that is stuck in front of it
  loop.run(milliseconds(2000));
  EXPECT_FALSE(loop.controller().outage(loop.in_flight(), loop.now()));
  EXPECT_GT(loop.mbps(), 2.5);
  EXPECT_GT(loop.controller().budget(loop.in_flight(), loop.now()), 2000u);
}

// Acks that come bunched after an outage of their own way tell what was, not that the way there is open.
// A link of 12,000 bytes in 10 ms after which an outage of two seconds ends.
struct OutageEnd {
  // Ten packets; `held` in front of the link, and their acks so much later.
  void exchange(TimePoint sent, Duration held, Duration acks_late) {
    std::vector<Arrival> arrivals;
    for (int i = 0; i < 10; ++i)
      arrivals.push_back({sent, (sent + held + kOneWay + milliseconds(i)).time_since_epoch(), kPacket});
    controller.sent(0, sent);
    controller.acked(arrivals, 2 * kOneWay, sent + held + 2 * kOneWay + milliseconds(10) + acks_late);
  }
  OutageEnd(Duration held, Duration acks_late) {
    controller.opened(2 * kOneWay, now);
    for (int i = 0; i < 20; ++i, now += milliseconds(60)) exchange(now, {}, {});
    EXPECT_GT(controller.budget(0, now), 5 * kPacket);
    exchange(now, held, acks_late);
    now += seconds(2) + 2 * kOneWay + milliseconds(10);
  }
  RateController controller{RateConfig{}, kPacket};
  TimePoint now = TimePoint{} + seconds(1);
};

TEST(RateController, TheRoundTripAfterAnOutageGetsTwoPacketsAtOnce) {
  OutageEnd end(seconds(2), {});
  EXPECT_EQ(end.controller.budget(0, end.now), 2 * kPacket);
  end.controller.sent(0, end.now);
  EXPECT_EQ(end.controller.budget(0, end.now), kPacket);                    // two in all, not two each time
  EXPECT_GT(end.controller.budget(0, end.now + 4 * kOneWay), 5 * kPacket);  // an ack may be lost, too
  end.exchange(end.now, {}, {});
  EXPECT_GT(end.controller.budget(0, end.now + 2 * kOneWay + milliseconds(10)), 5 * kPacket);
}

// Both ways went out, and single acks come: that packets left two seconds ago says nothing of now.
TEST(RateController, AfterOldNewsPacketsAreOneMoreARoundTripUntilThereIsFresh) {
  OutageEnd end({}, seconds(2));
  EXPECT_EQ(end.controller.budget(0, end.now), 2 * kPacket);
  end.controller.sent(0, end.now);
  end.controller.sent(kPacket, end.now);
  EXPECT_EQ(end.controller.budget(2 * kPacket, end.now + 3 * kOneWay), 0u);
  EXPECT_LE(end.controller.budget(2 * kPacket, end.now + 5 * kOneWay), kPacket);
  end.exchange(end.now + milliseconds(1), {}, {});
  EXPECT_GT(end.controller.budget(0, end.now + 2 * kOneWay + milliseconds(11)), 5 * kPacket);
}

TEST(RateController, AnApplicationThatSendsLittleDoesNotLowerTheEstimateToWhatItSends) {
  Loop loop([](double) { return mbit(8); }, 3000);  // 0.7 Mbit/s of 8
  loop.run(seconds(5));
  EXPECT_GT(loop.mbps(), 5);
  EXPECT_GT(loop.controller().budget(loop.in_flight(), loop.now()), 10'000u);
}

TEST(RateController, ALongerPathIsNotTakenForAQueueForEver) {
  // The same through a path that becomes 80 ms longer, made by shifting what is told as arrival.
  RateController controller(RateConfig{}, kPacket);
  TimePoint now = TimePoint{} + seconds(1);
  controller.opened(milliseconds(40), now);
  for (int i = 0; i < 12'000; ++i, now += milliseconds(2)) {
    const Duration path = milliseconds(i < 2000 ? 20 : 100);
    const Arrival arrival{now, now.time_since_epoch() + path, kPacket};
    controller.acked({&arrival, 1}, path + milliseconds(20), now + path);
  }
  EXPECT_LT(to_ms(controller.queue_delay()), 10);
}

TEST(RateController, ClockSkewLooksLikeNoQueue) {
  RateController controller(RateConfig{}, kPacket);
  TimePoint now = TimePoint{} + seconds(1);
  controller.opened(milliseconds(40), now);
  Duration worst{};
  for (int i = 0; i < 60'000; ++i, now += milliseconds(5)) {
    const Duration skew = now.time_since_epoch() / 10'000;  // 100 ppm
    const Arrival arrival{now, now.time_since_epoch() + milliseconds(20) + skew, kPacket};
    controller.acked({&arrival, 1}, milliseconds(40), now + milliseconds(20));
    worst = std::max(worst, controller.queue_delay());
  }
  EXPECT_LT(to_ms(worst), 2);
}

// Packets each 20 ms over a fast link; acks come each time `ack_due` says so, and tell of all that arrived by
// then.
class LateAcks {
 public:
  explicit LateAcks(Duration queue) : queue_(queue) { controller_.opened(2 * kOneWay, now_); }

  // For so long; an ack each `spacing`.
  void run(Duration time, Duration spacing) {
    for (const TimePoint end = now_ + time; now_ < end; now_ += milliseconds(1)) {
      if ((now_ - TimePoint{}) % milliseconds(20) == Duration::zero()) {
        controller_.sent(in_flight_, now_);
        flying_.push_back(now_);
        in_flight_ += kPacket;
      }
      if ((now_ - TimePoint{}) % spacing == Duration::zero()) ack();
    }
  }
  void ack() {
    std::vector<Arrival> arrived;
    while (!flying_.empty() && flying_.front() + queue_ + 2 * kOneWay <= now_) {
      arrived.push_back({flying_.front(), flying_.front().time_since_epoch() + queue_ + kOneWay, kPacket});
      flying_.pop_front();
      in_flight_ -= kPacket;
    }
    if (!arrived.empty()) controller_.acked(arrived, now_ - arrived.back().sent, now_);
  }
  void slow_down(Duration queue) { queue_ = queue; }

  RateController& controller() { return controller_; }
  std::size_t budget() const { return controller_.budget(in_flight_, now_); }
  bool outage() const { return controller_.outage(in_flight_, now_); }

 private:
  Duration queue_;
  TimePoint now_ = TimePoint{} + seconds(1);
  RateController controller_{RateConfig{}, kPacket};
  std::deque<TimePoint> flying_;
  std::size_t in_flight_ = 0;
};

// The rule for flying blind: a silence is an outage, until one was seen to be the acks' own fault.
TEST(RateController, AcksThatCameLateBeforeAreWaitedFor) {
  LateAcks link(Duration::zero());
  link.run(seconds(4), milliseconds(20));
  link.run(milliseconds(500), seconds(10));
  EXPECT_TRUE(link.outage());
  EXPECT_EQ(link.budget(), 0u);
  link.ack();  // tells that all had arrived in time
  link.run(seconds(1), milliseconds(20));
  link.run(milliseconds(300), seconds(10));
  EXPECT_FALSE(link.outage());
  EXPECT_GT(link.budget(), 0u);
  // It fades: not more than 200 ms of the forecast is ever sent blindly.
  link.run(milliseconds(900), seconds(10));
  EXPECT_EQ(link.budget(), 0u);
}

TEST(RateController, ASilenceThatTheLinkItselfMadeIsNotForgiven) {
  LateAcks link(Duration::zero());
  link.run(seconds(4), milliseconds(20));
  link.run(milliseconds(500), seconds(10));
  link.ack();
  link.slow_down(milliseconds(300));  // now packets wait
  link.run(seconds(1), milliseconds(20));
  link.run(milliseconds(600), seconds(10));
  EXPECT_TRUE(link.outage());
  EXPECT_EQ(link.budget(), 0u);
}

}  // namespace
}  // namespace skirret::transport
