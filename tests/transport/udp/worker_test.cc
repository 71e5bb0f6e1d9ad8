#include "transport/udp/worker.hh"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace skirret::transport {
namespace {

TEST(Worker, RunsJobsInOrderBesideTheLoopAndAnswersOnIt) {
  EventLoop loop;
  Worker worker(loop);
  const auto loop_thread = std::this_thread::get_id();
  std::vector<int> answers;
  for (int i = 0; i < 10; ++i)
    worker.run(
        [i, loop_thread] {
          EXPECT_NE(std::this_thread::get_id(), loop_thread);
          return i;
        },
        [&](int answer) {
          EXPECT_EQ(std::this_thread::get_id(), loop_thread);
          answers.push_back(answer);
          if (answers.size() == 10) loop.stop();
        });
  loop.run();
  EXPECT_EQ(answers, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST(Worker, DropsAnswersAndWaitingJobsWhenItGoes) {
  EventLoop loop;
  std::atomic<int> jobs = 0;
  int answers = 0;
  {
    Worker worker(loop);
    for (int i = 0; i < 1000; ++i) worker.run([&jobs] { return ++jobs; }, [&answers](int) { ++answers; });
  }
  loop.post([&] { loop.stop(); });
  loop.run();
  EXPECT_EQ(answers, 0);
  EXPECT_LE(jobs, 1000);
}

}  // namespace
}  // namespace skirret::transport
