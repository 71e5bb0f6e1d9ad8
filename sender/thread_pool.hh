#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "codec/encoder/encoder.hh"

namespace skirret::sender {

// An Executor over a fixed number of threads. The caller of run() works too, on its own jobs, so width() is
// `threads` in all, one thread is the inline executor, and a job may call run() again. Any number of
// threads may call run() at once. Jobs must not throw.
class ThreadPool final : public codec::Executor {
 public:
  explicit ThreadPool(std::size_t threads);  // 1 and up; 0 counts as 1
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;
  ~ThreadPool() override;  // no run() may be under way

  void run(std::size_t count, const std::function<void(std::size_t)>& job) override;
  std::size_t width() const override { return workers_.size() + 1; }

 private:
  // The jobs of one run(); lives on its caller's stack, and in waiting_ while it has jobs to give out.
  struct Batch {
    const std::function<void(std::size_t)>& job;
    std::size_t count;
    std::size_t given = 0;
    std::atomic<std::size_t> done = 0;  // changes under the lock
  };
  void work();
  void do_one(Batch& batch,
              std::unique_lock<std::mutex>& lock);  // lock held at both ends, not during the job

  std::mutex mutex_;
  std::condition_variable jobs_;      // there may be something to do
  std::condition_variable finished_;  // a batch is done
  std::deque<Batch*> waiting_;
  std::atomic<unsigned> posted_ = 0;  // batches ever; changes under the lock
  bool ending_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace skirret::sender
