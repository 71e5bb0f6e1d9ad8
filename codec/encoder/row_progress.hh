#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <stop_token>
#include <utility>
#include <vector>

#include "codec/base/executor.hh"

namespace skirret::codec {

// How far each row of macroblocks has come, for several threads that work down a picture in a wavefront: a
// macroblock waits for its left neighbour and for the one above and to its right. Rows are taken in order, so
// whoever waits waits for a row that somebody has in hand: it does not matter how many threads there are, or
// when and in what order they come.
class RowProgress {
 public:
  RowProgress(int rows, int cols, std::stop_token stop = {})
      : rows_(rows), cols_(cols), stop_(std::move(stop)), done_(static_cast<std::size_t>(rows)) {}

  // The next row that nobody has taken, or -1: there is none, or a stop was asked for.
  int take();
  // Whether every row was taken.
  bool all_taken() const { return next_.load(std::memory_order_relaxed) >= rows_; }
  // Returns when the row above stands up to one macroblock beyond `col`.
  void wait_above(int row, int col) const;
  // The same for the whole row `row`; none where it is negative.
  void wait_for(int row) const { wait(row, cols_); }
  // This macroblock of a taken row is done, and so are those to its left.
  void done(int row, int col);

 private:
  void wait(int row, int count) const;

  int rows_, cols_;
  std::stop_token stop_;
  std::atomic<int> next_ = 0;
  std::vector<std::atomic<int>> done_;  // macroblocks of each row
};

// Runs `worker` once (executor null) or on as many threads as there may be use for.
void run_workers(Executor* executor, int rows, const std::function<void()>& worker);

}  // namespace skirret::codec
