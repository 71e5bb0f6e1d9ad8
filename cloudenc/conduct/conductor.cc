#include "cloudenc/conduct/conductor.hh"

#include <algorithm>
#include <chrono>
#include <utility>

#include "codec/base/check.hh"

namespace skirret::cloudenc {
namespace {

constexpr int kMostRemakes = 5;  // of one node: then something damages blobs faster than they are made
constexpr Duration kPatience = std::chrono::milliseconds(100);

tl::unexpected<Error> about(const Node& node, const Error& error) {
  return fail(error.code, node.label + ": " + error.message);
}

// Nodes that the targets stand on.
std::vector<bool> reachable(const Graph& graph, std::span<const std::size_t> targets) {
  std::vector<bool> found(graph.nodes().size(), false);
  for (const std::size_t target : targets) found[target] = true;
  for (std::size_t i = found.size(); i-- > 0;)
    if (found[i]) each_dependency(graph[i], [&](const OutputsOf& outputs) { found[outputs.node] = true; });
  return found;
}

}  // namespace

Conductor::Conductor(Engine& engine, Store& store, const Registry& registry, ConductorOptions options)
    : engine_(engine), store_(store), registry_(registry), options_(std::move(options)) {}

std::size_t Conductor::transient_from(std::size_t node) const {
  const Function* function = registry_.find((*graph_)[node].function);
  return function != nullptr ? function->transient_from : kNoOutput;
}

// Of a node that is known.
std::vector<ContentHash> Conductor::transient_hashes(const OutputsOf& outputs) const {
  const std::size_t from = transient_from(outputs.node);
  if (from == kNoOutput) return {};
  auto hashes = resolve({Input(outputs)});
  if (!hashes) return {};
  if (from > outputs.first)
    hashes->erase(hashes->begin(), hashes->begin() + static_cast<std::ptrdiff_t>(
                                                         std::min(from - outputs.first, hashes->size())));
  return std::move(*hashes);
}

// Hashes of a group's inputs; nothing while a node that they come from is not known.
std::optional<std::vector<ContentHash>> Conductor::resolve(const std::vector<Input>& group) const {
  std::vector<ContentHash> hashes;
  for (const Input& input : group) {
    if (const auto* hash = std::get_if<ContentHash>(&input)) {
      hashes.push_back(*hash);
      continue;
    }
    const auto& outputs = std::get<OutputsOf>(input);
    const auto& record = progress_[outputs.node].record;
    if (!record) return std::nullopt;
    SKIRRET_CHECK(outputs.first <= record->outputs.size());
    const std::size_t left = record->outputs.size() - outputs.first;
    SKIRRET_CHECK(outputs.count == kAll || outputs.count <= left);
    const auto start = record->outputs.begin() + static_cast<std::ptrdiff_t>(outputs.first);
    hashes.insert(hashes.end(), start, start + static_cast<std::ptrdiff_t>(std::min(outputs.count, left)));
  }
  return hashes;
}

Thunk Conductor::thunk_of(const Node& node) const {
  Thunk thunk;
  thunk.function = node.function;
  thunk.arguments = node.arguments;
  if (const Function* function = registry_.find(node.function)) {
    thunk.version = function->version;
    if (!function->environment.empty()) thunk.arguments["environment"] = function->environment;
  }
  for (const auto& group : node.inputs) {
    auto hashes = resolve(group);
    SKIRRET_CHECK(hashes.has_value());
    thunk.inputs.push_back(std::move(*hashes));
  }
  return thunk;
}

void Conductor::begin(const Graph& graph, std::span<const std::size_t> targets) {
  graph_ = &graph;
  critical_ = graph.critical_path();
  consumers_.assign(graph.nodes().size(), {});
  for (std::size_t i = 0; i < consumers_.size(); ++i)
    each_dependency(graph[i], [&](const OutputsOf& outputs) {
      if (auto& of = consumers_[outputs.node]; of.empty() || of.back() != i) of.push_back(i);
    });
  progress_.assign(graph.nodes().size(), {});
  running_.clear();
  held_.clear();
  awaited_.clear();
  evictable_.clear();
  look_up_known(targets);
  for (const auto& [hash, size] : transient_)
    if (!awaited_.contains(hash)) evictable_.push_back(hash);
}

// What the store knows already, and who waits for its transient blobs.
void Conductor::look_up_known(std::span<const std::size_t> targets) {
  const std::vector<bool> needed = reachable(*graph_, targets);
  for (std::size_t i = 0; i < needed.size(); ++i) {
    if (!needed[i]) continue;
    const Node& node = (*graph_)[i];
    bool known = true;
    each_dependency(node,
                    [&](const OutputsOf& outputs) { known &= progress_[outputs.node].record.has_value(); });
    if (known) progress_[i].record = store_.record(thunk_of(node).key());
    if (!progress_[i].record) {
      each_dependency(node, [&](const OutputsOf& outputs) {
        for (const ContentHash& hash : transient_hashes(outputs)) ++awaited_[hash];
      });
      continue;
    }
    progress_[i].released = true;
    options_.observe(i, std::nullopt);
    note_transient(i, false);
  }
}

// Counts its transient outputs' room on the disk and, the first time, who waits for them.
void Conductor::note_transient(std::size_t node, bool is_new) {
  for (const ContentHash& hash : transient_hashes({node, 0, kAll})) {
    const std::uint64_t size = store_.stored_size(hash);
    if (size > 0 && transient_.emplace(hash, size).second) transient_bytes_ += size;
  }
  if (!is_new || transient_from(node) == kNoOutput) return;
  for (const std::size_t consumer : consumers_[node]) {
    if (progress_[consumer].released) continue;
    each_dependency((*graph_)[consumer], [&](const OutputsOf& outputs) {
      if (outputs.node != node) return;
      for (const ContentHash& hash : transient_hashes(outputs)) ++awaited_[hash];
    });
  }
}

Result<std::vector<Record>> Conductor::run(const Graph& graph, std::span<const std::size_t> targets) {
  begin(graph, targets);
  while (true) {
    const auto complete = ensure_targets(targets);
    if (!complete || *complete) {
      cancel_all();
      if (!complete) return tl::unexpected(complete.error());
      break;
    }
    release_held();
    Result<void> done;
    if (const auto result = engine_.next(kPatience)) done = finished(*result);
    if (done && options_.stop()) done = fail(ErrorCode::kIo, "stopped: run the same again to go on");
    if (!done) {
      cancel_all();
      return tl::unexpected(done.error());
    }
  }
  std::vector<Record> records;
  for (const std::size_t target : targets) records.push_back(*progress_[target].record);
  return records;
}

// True when all are there; else sees to it that they will be.
Result<bool> Conductor::ensure_targets(std::span<const std::size_t> targets) {
  bool complete = true;
  for (const std::size_t target : targets) {
    const Progress& progress = progress_[target];
    if (progress.phase == Phase::kIdle && progress.record &&
        std::all_of(progress.record->outputs.begin(), progress.record->outputs.end(),
                    [this](const ContentHash& hash) { return store_.has(hash); }))
      continue;
    complete = false;
    if (auto done = want(target); !done) return tl::unexpected(done.error());
  }
  return complete;
}

Result<void> Conductor::want(std::size_t node) {
  Progress& progress = progress_[node];
  if (progress.phase != Phase::kIdle) return {};
  if (progress.record && ++progress.remakes > kMostRemakes)
    return about((*graph_)[node],
                 {ErrorCode::kIo, "its results are damaged again and again: check the disk"});
  // Only what is missing is written again, so one remake must find all that is damaged.
  if (progress.record) drop_damaged(progress.record->outputs);
  progress.phase = Phase::kWaiting;
  const auto ready = inputs_ready(node);
  if (!ready) return tl::unexpected(ready.error());
  return *ready ? dispatch(node) : Result<void>();
}

Result<bool> Conductor::inputs_ready(std::size_t node) {
  bool ready = true;
  for (const auto& group : (*graph_)[node].inputs) {
    for (const Input& input : group) {
      if (const auto* hash = std::get_if<ContentHash>(&input)) {
        if (!store_.has(*hash)) return fail(ErrorCode::kNotFound, "source blob " + hash->hex() + " is gone");
        continue;
      }
      const auto hashes = resolve({input});
      if (hashes && std::all_of(hashes->begin(), hashes->end(),
                                [this](const ContentHash& hash) { return store_.has(hash); }))
        continue;
      ready = false;
      const std::size_t dependency = std::get<OutputsOf>(input).node;
      auto& waiters = progress_[dependency].waiters;
      if (std::find(waiters.begin(), waiters.end(), node) == waiters.end()) waiters.push_back(node);
      if (auto done = want(dependency); !done) return tl::unexpected(done.error());
    }
  }
  return ready;
}

Result<void> Conductor::dispatch(std::size_t node) {
  Progress& progress = progress_[node];
  if (progress.phase != Phase::kWaiting) return {};
  if (!progress.record) {
    if (const auto known = store_.record(thunk_of((*graph_)[node]).key()))
      return succeed(node, *known, std::nullopt);
  }
  progress.phase = Phase::kHeld;
  held_.push_back(node);
  return {};
}

// Gives the engine what waits; what makes nothing but transient blobs, only while there is room for them or
// nothing else to do.
void Conductor::release_held() {
  const auto priority = [this](std::size_t node) {
    constexpr std::int64_t kSpan = std::int64_t{1} << 36;
    return std::min(critical_[node], kSpan - 1) - static_cast<std::int64_t>((*graph_)[node].order) * kSpan;
  };
  std::stable_sort(held_.begin(), held_.end(),
                   [&](std::size_t a, std::size_t b) { return priority(a) > priority(b); });
  std::vector<std::size_t> still_held;
  evict();
  for (const std::size_t node : held_) {
    if (transient_from(node) == 0 && transient_bytes_ >= options_.disk && !running_.empty()) {
      still_held.push_back(node);
      continue;
    }
    const Node& what = (*graph_)[node];
    progress_[node].phase = Phase::kRunning;
    running_.emplace(engine_.submit({thunk_of(what), priority(node), what.memory}), node);
  }
  held_ = std::move(still_held);
}

Result<void> Conductor::finished(const Finished& result) {
  const auto found = running_.find(result.id);
  if (found == running_.end()) return {};
  const std::size_t node = found->second;
  running_.erase(found);
  ++executed_;
  Progress& progress = progress_[node];
  if (result.result) {
    if (progress.record && progress.record->outputs != result.result->outputs)
      return about((*graph_)[node],
                   {ErrorCode::kIo, "made again, it gave other bytes: a fault of ours or of this machine"});
    return succeed(node, *result.result, result.attempt);
  }
  const Failure& failure = result.result.error();
  if (!failure.missing || ++progress.remakes > kMostRemakes) return about((*graph_)[node], failure.error);
  // A task stops at its first damaged input; the others are looked for here, or each would cost a run.
  for (const auto& group : thunk_of((*graph_)[node]).inputs) drop_damaged(group);
  progress.phase = Phase::kIdle;
  return want(node);
}

// Reading a damaged blob removes it.
void Conductor::drop_damaged(std::span<const ContentHash> hashes) {
  for (const ContentHash& hash : hashes)
    if (store_.has(hash)) static_cast<void>(store_.get(hash));
}

Result<void> Conductor::succeed(std::size_t node, const Record& record,
                                const std::optional<Attempt>& attempt) {
  Progress& progress = progress_[node];
  const bool is_new = !progress.record.has_value();
  progress.record = record;
  progress.phase = Phase::kIdle;
  note_transient(node, is_new);
  release_inputs(node);
  options_.observe(node, attempt);
  const std::vector<std::size_t> waiters = std::exchange(progress.waiters, {});
  for (const std::size_t waiter : waiters) {
    if (progress_[waiter].phase != Phase::kWaiting) continue;
    const auto ready = inputs_ready(waiter);
    if (!ready) return tl::unexpected(ready.error());
    if (auto done = *ready ? dispatch(waiter) : Result<void>(); !done) return done;
  }
  return {};
}

void Conductor::release_inputs(std::size_t node) {
  if (std::exchange(progress_[node].released, true)) return;
  each_dependency((*graph_)[node], [&](const OutputsOf& outputs) {
    for (const ContentHash& hash : transient_hashes(outputs))
      if (--awaited_[hash] <= 0) evictable_.push_back(hash);
  });
}

void Conductor::evict() {
  while (transient_bytes_ > options_.disk && !evictable_.empty()) {
    const ContentHash hash = evictable_.front();
    evictable_.pop_front();
    const auto found = transient_.find(hash);
    if (found == transient_.end()) continue;
    if (const auto wanted = awaited_.find(hash); wanted != awaited_.end() && wanted->second > 0) continue;
    if (!store_.remove(hash)) continue;
    transient_bytes_ -= found->second;
    transient_.erase(found);
  }
}

void Conductor::cancel_all() {
  for (const auto& [id, node] : running_) engine_.cancel(id);
  running_.clear();
}

}  // namespace skirret::cloudenc
