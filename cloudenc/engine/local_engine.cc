#include "cloudenc/engine/local_engine.hh"

#include <algorithm>
#include <utility>

namespace skirret::cloudenc {
namespace {

TimePoint now() {
  return from_ns(std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1));
}

}  // namespace

LocalEngine::LocalEngine(LocalOptions options, Runner runner)
    : options_(options), runner_(std::move(runner)) {
  for (int worker = 0; worker < std::max(1, options_.jobs); ++worker)
    threads_.emplace_back([this, worker] { work(worker); });
}

LocalEngine::~LocalEngine() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
    for (const auto& [id, entry] : entries_) entry->stop.request_stop();
  }
  work_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

TaskId LocalEngine::submit(Task task) {
  const std::scoped_lock lock(mutex_);
  auto entry = std::make_shared<Entry>();
  entry->task = std::move(task);
  entries_.emplace(next_id_, std::move(entry));
  work_.notify_one();
  return next_id_++;
}

std::optional<Finished> LocalEngine::next(Duration patience) {
  std::unique_lock lock(mutex_);
  finished_.wait_for(lock, patience, [this] { return !results_.empty() || entries_.empty(); });
  if (results_.empty()) return std::nullopt;
  Finished finished = std::move(results_.front());
  results_.pop_front();
  return finished;
}

void LocalEngine::cancel(TaskId id) {
  const std::scoped_lock lock(mutex_);
  if (const auto found = entries_.find(id); found != entries_.end()) {
    found->second->stop.request_stop();
    entries_.erase(found);
  }
  std::erase_if(results_, [id](const Finished& finished) { return finished.id == id; });
  finished_.notify_all();
}

LocalEngine::Entries::iterator LocalEngine::choose() {
  const std::uint64_t taken = memory_used_ + options_.kept();
  auto best = entries_.end();
  for (auto it = entries_.begin(); it != entries_.end(); ++it) {
    const Entry& entry = *it->second;
    if (entry.running > 0) continue;
    if (running_ > 0 && taken + entry.task.memory > options_.memory) continue;
    if (best == entries_.end() || entry.task.priority > best->second->task.priority) best = it;
  }
  return best;
}

LocalEngine::Entries::iterator LocalEngine::straggler() {
  const TimePoint long_ago = now() - options_.straggler;
  const std::uint64_t taken = memory_used_ + options_.kept();
  return std::find_if(entries_.begin(), entries_.end(), [&](const auto& item) {
    const Entry& entry = *item.second;
    return entry.running == 1 && entry.begun < long_ago && taken + entry.task.memory <= options_.memory;
  });
}

void LocalEngine::work(int worker) {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    auto chosen = choose();
    const bool waiting = std::any_of(entries_.begin(), entries_.end(),
                                     [](const auto& item) { return item.second->running == 0; });
    if (chosen == entries_.end() && !waiting) chosen = straggler();
    if (chosen != entries_.end()) {
      run(chosen->first, chosen->second, worker, lock);
    } else if (running_ > 0) {
      work_.wait_for(lock, options_.straggler / 2);  // something may have become a straggler
    } else {
      work_.wait(lock);
    }
  }
}

void LocalEngine::run(TaskId id, const std::shared_ptr<Entry>& shared, int worker,
                      std::unique_lock<std::mutex>& lock) {
  const std::shared_ptr<Entry> entry = shared;  // outlives a cancelling
  const TimePoint start = now();
  ++running_;
  ++entry->running;
  ++entry->attempts;
  entry->begun = start;
  memory_used_ += entry->task.memory;
  work_.notify_all();  // who idles now watches for stragglers
  lock.unlock();
  RunResult result = runner_(entry->task.thunk, entry->stop.get_token());
  const TimePoint end = now();
  lock.lock();
  --running_;
  --entry->running;
  memory_used_ -= entry->task.memory;
  work_.notify_all();
  const auto found = entries_.find(id);
  if (found == entries_.end() || found->second != entry) return;  // cancelled, or another attempt was first
  if (!result && result.error().retryable && !ending_) {
    if (entry->running > 0 || entry->attempts < options_.attempts) return;  // another attempt may do it
  }
  entry->stop.request_stop();
  results_.push_back({id, std::move(result), {worker, start, end}, entry->attempts});
  entries_.erase(found);
  finished_.notify_all();
}

}  // namespace skirret::cloudenc
