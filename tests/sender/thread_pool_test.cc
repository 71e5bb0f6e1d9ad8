#include "sender/thread_pool.hh"

#include <atomic>
#include <latch>
#include <numeric>
#include <set>

#include <gtest/gtest.h>

namespace skirret::sender {
namespace {

TEST(ThreadPool, DoesEachJobOnce) {
  for (const std::size_t threads : {0, 1, 2, 5}) {
    ThreadPool pool(threads);
    EXPECT_EQ(pool.width(), std::max<std::size_t>(threads, 1));
    for (const std::size_t count : {0, 1, 2, 7, 1000}) {
      std::vector<int> done(count);
      pool.run(count, [&](std::size_t i) { ++done[i]; });
      EXPECT_EQ(done, std::vector<int>(count, 1));
    }
  }
}

// Each job waits for all the others, so this ends only when as many run at once.
TEST(ThreadPool, RunsAsManyAtOnceAsItSays) {
  ThreadPool pool(4);
  std::latch all(4);
  std::mutex mutex;
  std::set<std::thread::id> threads;
  pool.run(4, [&](std::size_t) {
    all.arrive_and_wait();
    const std::lock_guard lock(mutex);
    threads.insert(std::this_thread::get_id());
  });
  EXPECT_EQ(threads.size(), 4u);
  EXPECT_TRUE(threads.contains(std::this_thread::get_id()));
}

TEST(ThreadPool, JobsMayRunJobs) {
  ThreadPool pool(3);
  std::atomic<int> sum = 0;
  pool.run(10, [&](std::size_t) { pool.run(10, [&](std::size_t i) { sum += static_cast<int>(i); }); });
  EXPECT_EQ(sum, 450);
}

TEST(ThreadPool, ServesSeveralCallersAtOnce) {
  ThreadPool pool(3);
  std::vector<std::thread> callers;
  std::array<std::atomic<int>, 4> sums{};
  for (auto& sum : sums)
    callers.emplace_back([&pool, &sum] {
      for (int round = 0; round < 50; ++round)
        pool.run(20, [&](std::size_t i) { sum += static_cast<int>(i); });
    });
  for (auto& caller : callers) caller.join();
  for (const auto& sum : sums) EXPECT_EQ(sum, 50 * 190);
}

}  // namespace
}  // namespace skirret::sender
