#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cloudenc/thunk/thunk.hh"
#include "codec/base/time.hh"

// What runs thunks: this machine's cores here, other machines by other implementations of the same contract.
namespace skirret::cloudenc {

struct Failure {
  bool retryable = false;  // the same thunk may do well another time (out of memory, a worker that died)
  Error error;
  std::optional<ContentHash> missing;  // an input that the store does not hold (any more)
};

using RunResult = tl::expected<Record, Failure>;

using TaskId = std::uint64_t;

struct Task {
  Thunk thunk;
  std::int64_t priority = 0;  // higher goes first
  std::uint64_t memory = 0;   // bytes that it is expected to need
};

// Which worker did a task and when, for time lines. Several for one task where it was tried again or twice.
struct Attempt {
  int worker = 0;
  TimePoint start{}, end{};
};

struct Finished {
  TaskId id = 0;
  RunResult result;
  Attempt attempt;   // the one whose result this is
  int attempts = 1;  // how often it was begun
};

// Runs tasks in any order and at once. An engine retries what is retryable itself and may run a task more
// than once at a time (tasks are pure: the first result wins). One thread talks to it.
class Engine {
 public:
  virtual ~Engine() = default;
  virtual TaskId submit(Task task) = 0;
  // Waits for the next finished task, at most so long; nothing when none finished by then or none is under
  // way. Each submitted task is told of once, unless it was cancelled first.
  virtual std::optional<Finished> next(Duration patience) = 0;
  virtual void cancel(TaskId id) = 0;  // no result will come; a running function is told to stop
  virtual int width() const = 0;       // tasks that may run at once
};

}  // namespace skirret::cloudenc
