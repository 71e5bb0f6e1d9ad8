#include "transport/udp/event_loop.hh"

#include <algorithm>
#include <csignal>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/transport/udp/loop_support.hh"

namespace skirret::transport {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

TEST(DeadlineTimer, FiresOnceAtItsTimeAndNotBefore) {
  EventLoop loop;
  const Watchdog watchdog(loop);
  std::vector<TimePoint> fired;
  DeadlineTimer timer(loop, [&](TimePoint now) {
    fired.push_back(now);
    loop.stop();
  });
  const TimePoint due = monotonic_now() + microseconds(2300);
  timer.set(due);
  loop.run();
  ASSERT_EQ(fired.size(), 1u);
  EXPECT_GE(fired[0], due);
  EXPECT_EQ(timer.deadline(), kNever);
}

TEST(DeadlineTimer, IsFinerThanAMillisecond) {
  EventLoop loop;
  const Watchdog watchdog(loop);
  std::vector<Duration> late;
  TimePoint due = monotonic_now();
  std::function<void(TimePoint)> next;
  DeadlineTimer timer(loop, [&](TimePoint now) { next(now); });
  next = [&](TimePoint now) {
    late.push_back(now - due);
    if (late.size() == 200) return loop.stop();
    due = now + microseconds(250);
    timer.set(due);
  };
  due += microseconds(250);
  timer.set(due);
  loop.run();
  // A loaded machine may be late now and then; a timer of whole milliseconds would be late half of the time.
  std::sort(late.begin(), late.end());
  EXPECT_GE(late.front(), Duration::zero());
  EXPECT_LT(late[late.size() / 4], microseconds(500));
}

TEST(DeadlineTimer, CanBeMovedAndPutOff) {
  EventLoop loop;
  const Watchdog watchdog(loop);
  const TimePoint start = monotonic_now();
  bool early = false;
  DeadlineTimer moved(loop, [&](TimePoint now) {
    EXPECT_GE(now, start + milliseconds(20));
    loop.stop();
  });
  DeadlineTimer cancelled(loop, [&](TimePoint) { early = true; });
  cancelled.set(start + milliseconds(5));
  cancelled.set(kNever);
  moved.set(start + milliseconds(1));
  moved.set(start + milliseconds(20));
  loop.run();
  EXPECT_FALSE(early);
  moved.set(start);  // long past: fires at once
  EXPECT_EQ(moved.deadline(), start);
}

TEST(EventLoop, RunsTasksOfOtherThreadsInTheirOrder) {
  EventLoop loop;
  const Watchdog watchdog(loop);
  const std::thread::id here = std::this_thread::get_id();
  std::vector<int> order;
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i) {
      loop.post([&, i] {
        EXPECT_EQ(std::this_thread::get_id(), here);
        order.push_back(i);
      });
    }
    loop.post([&] { loop.stop(); });
  });
  loop.run();
  other.join();
  ASSERT_EQ(order.size(), 1000u);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST(EventLoop, StopSignalsCallBack) {
  EventLoop loop;
  const Watchdog watchdog(loop);
  int got = 0;
  loop.on_stop_signal([&](int number) {
    got = number;
    loop.stop();
  });
  loop.post([] { std::raise(SIGTERM); });
  loop.run();
  EXPECT_EQ(got, SIGTERM);
}

TEST(FdWatch, TellsWhenADescriptorCanBeRead) {
  EventLoop loop;
  const Watchdog watchdog(loop);
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const Descriptor reader(ends[0]);
  const Descriptor writer(ends[1]);
  bool readable = false;
  FdWatch watch(loop, reader.get(), [&](FdWatch::Ready ready) {
    readable = ready.readable;
    loop.stop();
  });
  watch.want(true, false);
  loop.post([&] { EXPECT_EQ(::write(writer.get(), "x", 1), 1); });
  loop.run();
  EXPECT_TRUE(readable);
}

}  // namespace
}  // namespace skirret::transport
