#include "codec/encoder/row_progress.hh"

#include <algorithm>

namespace skirret::codec {
namespace {

constexpr int kLooks = 400;         // before a thread sleeps: about the time of a macroblock
constexpr int kBetweenCalls = 0x3;  // sleepers are woken every fourth macroblock and at a row's end

}  // namespace

int RowProgress::take() {
  if (stop_.stop_requested()) return -1;
  const int row = next_.fetch_add(1, std::memory_order_relaxed);
  return row < rows_ ? row : -1;
}

void RowProgress::wait(int row, int count) const {
  if (row < 0) return;
  const std::atomic<int>& done = done_[static_cast<std::size_t>(row)];
  for (int look = 0; look < kLooks; ++look)
    if (done.load(std::memory_order_acquire) >= count) return;
  for (int seen = done.load(std::memory_order_acquire); seen < count;
       seen = done.load(std::memory_order_acquire))
    done.wait(seen, std::memory_order_acquire);
}

void RowProgress::wait_above(int row, int col) const {
  wait(row - 1, std::min(col + 2, cols_));
}

void RowProgress::done(int row, int col) {
  std::atomic<int>& done = done_[static_cast<std::size_t>(row)];
  done.store(col + 1, std::memory_order_release);
  if ((col & kBetweenCalls) == kBetweenCalls || col + 1 == cols_) done.notify_all();
}

void run_workers(Executor* executor, int rows, const std::function<void()>& worker) {
  if (executor == nullptr || executor->width() < 2 || rows < 2)
    worker();
  else
    executor->run(std::min(executor->width(), static_cast<std::size_t>(rows)),
                  [&worker](std::size_t) { worker(); });
}

}  // namespace skirret::codec
