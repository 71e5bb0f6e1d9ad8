#pragma once

#include <cstddef>
#include <functional>

namespace skirret {

// Runs independent jobs, in any order, on any threads; returns when all are done. Whoever needs threads is
// handed one of these and owns none.
class Executor {
 public:
  virtual ~Executor() = default;
  virtual void run(std::size_t count, const std::function<void(std::size_t)>& job) = 0;
  virtual std::size_t width()
      const = 0;  // jobs that may run at once, for choosing a split; never changes results
};

// Runs every job in order on the calling thread.
class InlineExecutor final : public Executor {
 public:
  void run(std::size_t count, const std::function<void(std::size_t)>& job) override {
    for (std::size_t i = 0; i < count; ++i) job(i);
  }
  std::size_t width() const override { return 1; }
};

}  // namespace skirret
