#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "cloudenc/engine/engine.hh"
#include "cloudenc/plan/graph.hh"
#include "cloudenc/store/store.hh"
#include "cloudenc/thunk/function.hh"

namespace skirret::cloudenc {

struct ConductorOptions {
  std::uint64_t disk = std::uint64_t{4} << 30;  // for transient blobs, as stored
  std::function<bool()> stop = [] { return false; };
  // Told of each finished node; `attempt` is empty where the store knew the result.
  std::function<void(std::size_t node, const std::optional<Attempt>& attempt)> observe =
      [](std::size_t, const std::optional<Attempt>&) {};
};

// Brings a graph's targets about: looks up in the store what is known, gives the engine what is missing once
// its inputs are there, and makes again what was evicted or damaged and is needed after all. Transient blobs
// that nobody waits for any more go, oldest first, when they fill the disk; then those that only later parts
// of the graph wait for, to be made again; where that does not help either, no further ones are made until
// the others have been used.
class Conductor {
 public:
  Conductor(Engine& engine, Store& store, const Registry& registry, ConductorOptions options);

  // Records of the targets; their blobs are in the store. Errors: the first fatal failure, kNotFound when a
  // blob is gone that no node makes (a segment: take the input apart again), kIo "stopped".
  Result<std::vector<Record>> run(const Graph& graph, std::span<const std::size_t> targets);

  std::uint64_t executed() const { return executed_; }  // tasks run since the beginning

 private:
  enum class Phase : std::uint8_t { kIdle, kWaiting, kHeld, kRunning };
  struct Progress {
    std::optional<Record> record;
    Phase phase = Phase::kIdle;
    bool target = false;
    bool claims = false;  // its inputs' transient blobs are counted as waited for
    int remakes = 0;      // of what was damaged or lost, not of what was evicted
    std::vector<std::size_t> waiters;
  };

  void begin(const Graph& graph, std::span<const std::size_t> targets);
  void look_up_known(std::span<const std::size_t> targets);
  Thunk thunk_of(const Node& node) const;
  std::optional<std::vector<ContentHash>> resolve(const std::vector<Input>& group) const;
  std::size_t transient_from(std::size_t node) const;
  std::vector<ContentHash> transient_hashes(const OutputsOf& outputs) const;

  Result<void> want(std::size_t node);     // puts it on the agenda, to run once its inputs are there
  Result<void> advance(std::size_t node);  // as far as it can: wants what it misses, is known, or held
  Result<void> settle_agenda();
  bool all_there(std::span<const ContentHash> hashes) const;
  void release_held();
  std::map<std::size_t, std::uint64_t> next_places() const;
  bool may_run(std::size_t node, const std::map<std::size_t, std::uint64_t>& places) const;
  Result<void> finished(const Finished& result);
  bool submit(std::size_t node, std::int64_t priority);
  void succeed(std::size_t node, const Record& record, const std::optional<Attempt>& attempt);
  void claim_inputs(std::size_t node);
  void claim_outputs(std::size_t node);
  void release_inputs(std::size_t node);
  void note_transient(std::size_t node);
  bool is_awaited(const ContentHash& hash) const;
  void make_room();
  void evict(std::uint64_t most);
  void remove_transient(const ContentHash& hash);
  void drop_damaged(std::span<const ContentHash> hashes);
  void cancel_all();
  Result<bool> ensure_targets(std::span<const std::size_t> targets);

  Engine& engine_;
  Store& store_;
  const Registry& registry_;
  ConductorOptions options_;
  const Graph* graph_ = nullptr;
  std::vector<std::int64_t> critical_;
  std::vector<std::vector<std::size_t>> consumers_;  // of each node's outputs
  std::vector<Progress> progress_;
  struct Running {
    std::size_t node = 0;
    ContentHash key;
  };
  std::map<TaskId, Running> running_;
  std::set<ContentHash> running_keys_;
  std::set<std::size_t> lanes_running_;
  int makers_running_ = 0;           // tasks that give nothing but transient blobs
  std::vector<std::size_t> agenda_;  // nodes to advance
  std::vector<std::size_t> held_;
  std::map<ContentHash, int> awaited_;              // transient blobs, by nodes that still want them
  std::map<ContentHash, std::uint64_t> transient_;  // those in the store, with what they take
  std::deque<ContentHash> evictable_;
  std::set<ContentHash> evicted_;  // by us, so that their going is no damage
  std::uint64_t transient_bytes_ = 0;
  std::uint64_t executed_ = 0;
};

}  // namespace skirret::cloudenc
