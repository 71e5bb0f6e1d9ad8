#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "transport/udp/event_loop.hh"

namespace skirret::transport {

// One thread beside a loop, for work that would keep the loop from its sockets: jobs run in their order, and
// each one's `then` gets the result on the loop's thread.
class Worker {
 public:
  explicit Worker(EventLoop& loop);
  ~Worker();  // waits for the job that runs; those behind it, and every `then` still to come, are dropped
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // job: () -> R on the worker's thread; then: (R) -> void on the loop's. On the loop's thread only.
  template <class Job, class Then>
  void run(Job job, Then then) {
    enqueue([job = std::move(job), then = std::move(then)]() mutable -> std::function<void()> {
      auto result = std::make_shared<decltype(job())>(job());
      return [result, then = std::move(then)]() mutable { then(std::move(*result)); };
    });
  }

 private:
  using Task = std::function<std::function<void()>()>;

  void enqueue(Task task);
  void work();

  EventLoop& loop_;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);  // lets a posted `then` see that we are gone
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> tasks_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace skirret::transport
