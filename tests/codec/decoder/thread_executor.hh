#pragma once

#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

#include "codec/base/executor.hh"

namespace skirret::test {

// Every job on a thread of its own, the last one on the caller's.
class ThreadExecutor final : public Executor {
 public:
  explicit ThreadExecutor(std::size_t width) : width_(width) {}
  void run(std::size_t count, const std::function<void(std::size_t)>& job) override {
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i + 1 < count; ++i) threads.emplace_back(job, i);
    job(count - 1);
    for (auto& thread : threads) thread.join();
  }
  std::size_t width() const override { return width_; }

 private:
  std::size_t width_;
};

// Claims to be wide, but runs the jobs one after another, the last one first.
class BackwardExecutor final : public Executor {
 public:
  void run(std::size_t count, const std::function<void(std::size_t)>& job) override {
    while (count > 0) job(--count);
  }
  std::size_t width() const override { return 3; }
};

}  // namespace skirret::test
