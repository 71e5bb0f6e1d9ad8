#include "cloudenc/engine/local_engine.hh"

#include <atomic>
#include <chrono>
#include <semaphore>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace skirret::test {
namespace {

using namespace std::chrono_literals;
using cloudenc::Failure;
using cloudenc::Finished;
using cloudenc::LocalEngine;
using cloudenc::LocalOptions;
using cloudenc::Record;
using cloudenc::RunResult;
using cloudenc::Task;
using cloudenc::Thunk;

constexpr Duration kLong = 20s;

Task task(int number, std::int64_t priority = 0, std::uint64_t memory = 0) {
  Task made;
  made.thunk.function = "test";
  made.thunk.arguments = {{"number", number}};
  made.priority = priority;
  made.memory = memory;
  return made;
}

int number_of(const Thunk& thunk) {
  return thunk.arguments["number"].get<int>();
}

RunResult failure(bool retryable) {
  return tl::unexpected<Failure>(Failure{retryable, Error{ErrorCode::kIo, "no"}, std::nullopt});
}

TEST(LocalEngine, TellsOfEachTaskOnce) {
  LocalOptions options;
  options.jobs = 4;
  LocalEngine engine(options,
                     [](const Thunk& thunk, std::stop_token) -> RunResult { return Record{{thunk.key()}}; });
  std::map<cloudenc::TaskId, cloudenc::ContentHash> expected;
  for (int i = 0; i < 200; ++i) expected[engine.submit(task(i))] = task(i).thunk.key();
  for (int i = 0; i < 200; ++i) {
    const auto finished = engine.next(kLong);
    ASSERT_TRUE(finished.has_value());
    ASSERT_TRUE(finished->result.has_value());
    ASSERT_EQ(finished->result->outputs.at(0), expected.at(finished->id));
    expected.erase(finished->id);
  }
  EXPECT_FALSE(engine.next(kLong).has_value()) << "nothing is under way, so it does not wait";
}

TEST(LocalEngine, HighestPriorityFirst) {
  std::binary_semaphore gate(0);
  std::vector<int> order;
  LocalEngine engine({}, [&](const Thunk& thunk, std::stop_token) -> RunResult {
    if (number_of(thunk) == 0) gate.acquire();
    order.push_back(number_of(thunk));
    return Record{};
  });
  engine.submit(task(0));
  for (const auto& [number, priority] : {std::pair{1, 5}, {2, 9}, {3, 5}, {4, 7}})
    engine.submit(task(number, priority));
  gate.release();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(engine.next(kLong).has_value());
  // Task 0 may have been taken before or after the others came.
  std::erase(order, 0);
  EXPECT_THAT(order, testing::ElementsAre(2, 4, 1, 3));
}

TEST(LocalEngine, RetriesWhatIsRetryable) {
  std::atomic<int> runs = 0;
  LocalOptions options;
  options.attempts = 3;
  LocalEngine engine(options, [&](const Thunk& thunk, std::stop_token) -> RunResult {
    ++runs;
    switch (number_of(thunk)) {
      case 0:
        return failure(false);
      case 1:
        return failure(true);
      default:
        return runs < 3 ? failure(true) : RunResult(Record{});
    }
  });
  engine.submit(task(0));
  auto finished = engine.next(kLong);
  EXPECT_FALSE(finished->result.has_value());
  EXPECT_EQ(runs, 1) << "fatal";
  runs = 0;
  engine.submit(task(1));
  finished = engine.next(kLong);
  EXPECT_FALSE(finished->result.has_value());
  EXPECT_EQ(runs, 3);
  runs = 0;
  engine.submit(task(2));
  finished = engine.next(kLong);
  EXPECT_TRUE(finished->result.has_value());
  EXPECT_EQ(finished->attempts, 3);
}

TEST(LocalEngine, BoundsMemory) {
  std::atomic<std::uint64_t> used = 0, most = 0;
  LocalOptions options;
  options.jobs = 4;
  options.memory = 100;
  LocalEngine engine(options, [&](const Thunk& thunk, std::stop_token) -> RunResult {
    const auto memory = static_cast<std::uint64_t>(number_of(thunk));
    const std::uint64_t total = used += memory;
    std::uint64_t seen = most;
    while (total > seen && !most.compare_exchange_weak(seen, total)) {
    }
    std::this_thread::yield();
    used -= memory;
    return Record{};
  });
  for (int i = 0; i < 300; ++i) {
    const int memory = 10 + i * 37 % 60;
    engine.submit(task(memory, 0, static_cast<std::uint64_t>(memory)));
  }
  engine.submit(task(150, 0, 150));  // alone it may
  for (int i = 0; i < 301; ++i) ASSERT_TRUE(engine.next(kLong).has_value());
  EXPECT_LE(most, 150u);
  EXPECT_GE(most, 100u - 69u);
}

TEST(LocalEngine, CountsWhatFunctionsKeep) {
  for (const auto& [kept, at_once] : {std::pair{std::uint64_t{0}, 3}, {40, 2}, {41, 1}, {500, 1}}) {
    std::atomic<int> running = 0, most = 0;
    LocalOptions options;
    options.jobs = 4;
    options.memory = 100;
    options.kept = [kept = kept] { return kept; };
    LocalEngine engine(options, [&, at_once = at_once](const Thunk&, std::stop_token) -> RunResult {
      const int now = ++running;
      most = std::max<int>(most, now);
      while (most < at_once) std::this_thread::yield();  // until the others have come
      std::this_thread::yield();
      --running;
      return Record{};
    });
    for (int i = 0; i < 60; ++i) engine.submit(task(i, 0, 30));
    for (int i = 0; i < 60; ++i) ASSERT_TRUE(engine.next(kLong).has_value());
    EXPECT_EQ(most, at_once) << kept << " bytes kept";
  }
}

TEST(LocalEngine, BeginsAStragglerAgainAndTakesTheFirstResult) {
  std::atomic<int> runs = 0;
  std::atomic<bool> first_was_stopped = false;
  LocalOptions options;
  options.jobs = 2;
  options.straggler = 20ms;
  LocalEngine engine(options, [&](const Thunk&, std::stop_token stop) -> RunResult {
    if (runs++ > 0) return Record{};
    while (!stop.stop_requested()) std::this_thread::yield();  // hangs until the other one has won
    first_was_stopped = true;
    return failure(false);
  });
  engine.submit(task(0));
  const auto finished = engine.next(kLong);
  ASSERT_TRUE(finished.has_value());
  EXPECT_TRUE(finished->result.has_value());
  EXPECT_EQ(finished->attempts, 2);
  EXPECT_FALSE(engine.next(0ms).has_value()) << "the loser is not told of";
  while (!first_was_stopped) std::this_thread::yield();
}

TEST(LocalEngine, CancelledTasksGiveNoResult) {
  std::binary_semaphore started(0);
  LocalEngine engine({}, [&](const Thunk& thunk, std::stop_token stop) -> RunResult {
    if (number_of(thunk) == 0) {
      started.release();
      while (!stop.stop_requested()) std::this_thread::yield();
      return failure(false);
    }
    return Record{};
  });
  const auto running = engine.submit(task(0));
  const auto waiting = engine.submit(task(1));
  const auto wanted = engine.submit(task(2));
  started.acquire();
  engine.cancel(waiting);
  engine.cancel(running);
  const auto finished = engine.next(kLong);
  ASSERT_TRUE(finished.has_value());
  EXPECT_EQ(finished->id, wanted);
  EXPECT_FALSE(engine.next(kLong).has_value());
}

}  // namespace
}  // namespace skirret::test
