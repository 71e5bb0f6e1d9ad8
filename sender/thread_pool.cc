#include "sender/thread_pool.hh"

#include <algorithm>

#include "codec/base/check.hh"
#include "codec/base/spin.hh"

namespace skirret::sender {

ThreadPool::ThreadPool(std::size_t threads) {
  for (std::size_t i = 1; i < threads; ++i) workers_.emplace_back([this] { work(); });
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(mutex_);
    SKIRRET_CHECK(waiting_.empty());
    ending_ = true;
  }
  jobs_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::run(std::size_t count, const std::function<void(std::size_t)>& job) {
  if (count == 0) return;
  Batch batch{job, count};
  std::unique_lock lock(mutex_);
  if (count > 1) {
    waiting_.push_back(&batch);
    ++posted_;
    jobs_.notify_all();
  }
  while (batch.given < batch.count) do_one(batch, lock);
  if (batch.done == batch.count) return;
  lock.unlock();
  spin_until([&] { return batch.done == batch.count; });
  lock.lock();  // also when all is done: who did it may still hold it
  finished_.wait(lock, [&] { return batch.done == batch.count; });
}

void ThreadPool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    if (waiting_.empty() && !ending_) {
      // Batches often follow one another at once, a frame's stages or a stream's frames.
      const unsigned seen = posted_;
      lock.unlock();
      spin_until([&] { return posted_ != seen; });
      lock.lock();
    }
    jobs_.wait(lock, [&] { return ending_ || !waiting_.empty(); });
    if (ending_) return;
    do_one(*waiting_.front(), lock);
  }
}

void ThreadPool::do_one(Batch& batch, std::unique_lock<std::mutex>& lock) {
  const std::size_t index = batch.given++;
  if (batch.given == batch.count) std::erase(waiting_, &batch);
  lock.unlock();
  batch.job(index);
  lock.lock();
  // The batch is its caller's, who leaves run() as soon as all is done and the lock is free.
  if (++batch.done == batch.count) finished_.notify_all();
}

}  // namespace skirret::sender
