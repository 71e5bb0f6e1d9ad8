#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "cloudenc/engine/engine.hh"

namespace skirret::cloudenc {

struct LocalOptions {
  int jobs = 1;                                   // threads, >= 1
  std::uint64_t memory = std::uint64_t{4} << 30;  // tasks together; one alone may need more
  int attempts = 3;                               // of a task that fails retryably
  Duration straggler = std::chrono::seconds(20);  // running longer, it is begun again where a thread idles
  // What functions keep from one task for a later one, in bytes: counted with those that run.
  std::function<std::uint64_t()> kept = [] { return std::uint64_t{0}; };
};

// This process's threads. A task runs when a thread is free and the memory of those that run leaves room for
// it; the highest priority that fits goes first, then the one submitted first.
class LocalEngine final : public Engine {
 public:
  using Runner = std::function<RunResult(const Thunk&, std::stop_token)>;

  LocalEngine(LocalOptions options, Runner runner);
  LocalEngine(const LocalEngine&) = delete;
  LocalEngine& operator=(const LocalEngine&) = delete;
  ~LocalEngine() override;  // tells running functions to stop and waits for them

  TaskId submit(Task task) override;
  std::optional<Finished> next(Duration patience) override;
  void cancel(TaskId id) override;
  int width() const override { return options_.jobs; }

 private:
  struct Entry {
    Task task;
    std::stop_source stop;
    int running = 0;   // attempts under way
    int attempts = 0;  // begun
    TimePoint begun{};
  };
  using Entries = std::map<TaskId, std::shared_ptr<Entry>>;

  void work(int worker);
  Entries::iterator choose();     // the waiting task to run now, or end
  Entries::iterator straggler();  // one that has run long enough to be begun again, or end
  void run(TaskId id, const std::shared_ptr<Entry>& entry, int worker, std::unique_lock<std::mutex>& lock);

  const LocalOptions options_;
  const Runner runner_;
  std::mutex mutex_;
  std::condition_variable work_;      // there may be something to run
  std::condition_variable finished_;  // there is a result
  Entries entries_;                   // submitted, neither finished nor cancelled
  std::deque<Finished> results_;
  std::uint64_t memory_used_ = 0;
  int running_ = 0;
  TaskId next_id_ = 1;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace skirret::cloudenc
