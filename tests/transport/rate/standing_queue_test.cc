#include "transport/rate/standing_queue.hh"

#include <gtest/gtest.h>

namespace skirret::transport {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kBase = milliseconds(-700);  // clocks disagree
constexpr Duration kOwn = milliseconds(10);
constexpr double kCapacity = 1e6;
constexpr Duration kRoundTrip = milliseconds(40);

TimePoint at(int ms) {
  return TimePoint{} + milliseconds(ms);
}

// A call that sees each 20 ms a queue of `standing(ms)` milliseconds and drains it in vain each 2 s.
class Call {
 public:
  template <typename Standing>
  void run(int begin, int end, Standing standing) {
    for (int ms = begin; ms < end; ms += 20) {
      const Duration delay = kBase + milliseconds(standing(ms));
      queue.arrived(delay, at(ms));
      if (ms % 2000 == 0) queue.did_not_drain({kBase, kRoundTrip, kCapacity, at(begin)}, delay, kOwn, at(ms));
      if (!rival) rival = queue.take_rival();
    }
  }

  StandingQueue queue;
  std::optional<StandingQueue::Rival> rival;
};

int sawtooth(int ms) {
  return 35 + ms % 4300 * 25 / 4300;
}

TEST(StandingQueue, OneThatWandersAndLosesIsARivals) {
  Call call;
  call.queue.lost(at(11'000));
  call.run(10'000, 14'100, sawtooth);
  ASSERT_TRUE(call.rival);
  EXPECT_EQ(call.rival->before.base, kBase);
  EXPECT_EQ(call.rival->before.round_trip, kRoundTrip);
  EXPECT_EQ(call.rival->before.capacity, kCapacity);
  EXPECT_NEAR(to_ms(call.rival->queue), sawtooth(10'000), 1);
  EXPECT_FALSE(call.queue.take_rival());  // it has been told
}

TEST(StandingQueue, WithoutLossesItIsAnotherCalls) {
  Call call;
  call.queue.lost(at(9'000));  // before it stood
  call.run(10'000, 30'000, sawtooth);
  EXPECT_FALSE(call.rival);
}

// Its beginning overshoots: what was lost then let the queue run empty once more.
TEST(StandingQueue, TheLossMayBeWhatEmptiedTheQueue) {
  Call call;
  call.queue.lost(at(9'700));
  call.run(10'000, 14'100, sawtooth);
  EXPECT_TRUE(call.rival);
}

TEST(StandingQueue, ALongerPathDoesNotWander) {
  Call call;
  call.queue.lost(at(11'000));
  call.run(10'000, 30'000, [](int ms) { return ms <= 10'200 ? 100 : 60 + ms / 20 % 5; });
  EXPECT_FALSE(call.rival);
}

TEST(StandingQueue, AnEmptyQueueEndsTheDoubt) {
  Call call;
  call.queue.lost(at(11'000));
  call.run(10'000, 12'000, sawtooth);
  EXPECT_TRUE(call.queue.doubtful(at(12'000)));
  call.queue.arrived(kBase + milliseconds(2), at(12'000));
  EXPECT_FALSE(call.queue.doubtful(at(12'000)));
  EXPECT_FALSE(call.queue.take_rival());
}

TEST(StandingQueue, WhatOurOwnPacketsExplainIsNoDoubt) {
  const StandingQueue::Empty before{kBase, kRoundTrip, kCapacity, at(0)};
  StandingQueue queue;
  queue.did_not_drain(before, kBase + kOwn + milliseconds(7), kOwn, at(5000));
  EXPECT_FALSE(queue.doubtful(at(5000)));
  queue.did_not_drain(before, kBase + kOwn + milliseconds(9), kOwn, at(5000));
  EXPECT_TRUE(queue.doubtful(at(5000)));
  EXPECT_FALSE(queue.doubtful(at(30'000)));
}

}  // namespace
}  // namespace skirret::transport
