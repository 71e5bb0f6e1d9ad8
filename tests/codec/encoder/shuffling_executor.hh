#pragma once

#include <numeric>
#include <thread>
#include <vector>

#include "codec/encoder/encoder.hh"
#include "tests/support/random.hh"

namespace skirret::test {

// Runs jobs on several threads, in an order that changes from call to call.
class ShufflingExecutor final : public codec::Executor {
 public:
  ShufflingExecutor(std::size_t threads, std::uint64_t seed) : threads_(threads), random_(seed) {}

  void run(std::size_t count, const std::function<void(std::size_t)>& job) override {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[random_.below(i)]);
    std::vector<std::thread> workers;
    for (std::size_t t = 0; t < threads_; ++t)
      workers.emplace_back([&, t] {
        for (std::size_t i = t; i < count; i += threads_) job(order[i]);
      });
    for (auto& worker : workers) worker.join();
  }
  std::size_t width() const override { return threads_; }

 private:
  std::size_t threads_;
  Random random_;
};

}  // namespace skirret::test
