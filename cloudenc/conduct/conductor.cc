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
  running_keys_.clear();
  lanes_running_.clear();
  makers_running_ = 0;
  held_.clear();
  agenda_.clear();
  awaited_.clear();
  evictable_.clear();
  for (const auto& [hash, size] : transient_) evictable_.push_back(hash);
  for (const std::size_t target : targets) progress_[target].target = true;
  look_up_known(targets);
}

// What the store knows already, and who waits for its transient blobs.
void Conductor::look_up_known(std::span<const std::size_t> targets) {
  const std::vector<bool> needed = reachable(*graph_, targets);
  for (std::size_t i = 0; i < needed.size(); ++i) {
    if (!needed[i]) continue;
    bool named = true;
    each_dependency((*graph_)[i],
                    [&](const OutputsOf& outputs) { named &= progress_[outputs.node].record.has_value(); });
    if (named) progress_[i].record = store_.record(thunk_of((*graph_)[i]).key());
    if (!progress_[i].record) {
      claim_inputs(i);
      continue;
    }
    options_.observe(i, std::nullopt);
    claim_outputs(i);
    note_transient(i);
  }
}

// From now on this node waits for its inputs' transient blobs: for those that have a name at once, for the
// others when they get one.
void Conductor::claim_inputs(std::size_t node) {
  progress_[node].claims = true;
  each_dependency((*graph_)[node], [&](const OutputsOf& outputs) {
    if (!progress_[outputs.node].record) return;
    for (const ContentHash& hash : transient_hashes(outputs)) ++awaited_[hash];
  });
}

// A node's outputs got their names: those that wait for them say so, and a target's stay.
void Conductor::claim_outputs(std::size_t node) {
  if (transient_from(node) == kNoOutput) return;
  if (progress_[node].target)
    for (const ContentHash& hash : transient_hashes({node, 0, kAll})) ++awaited_[hash];
  for (const std::size_t consumer : consumers_[node]) {
    if (!progress_[consumer].claims) continue;
    each_dependency((*graph_)[consumer], [&](const OutputsOf& outputs) {
      if (outputs.node != node) return;
      for (const ContentHash& hash : transient_hashes(outputs)) ++awaited_[hash];
    });
  }
}

// Counts its transient outputs' room on the disk. What nobody waits for may go again at once.
void Conductor::note_transient(std::size_t node) {
  for (const ContentHash& hash : transient_hashes({node, 0, kAll})) {
    const std::uint64_t size = store_.stored_size(hash);
    if (size == 0) continue;
    evicted_.erase(hash);
    if (transient_.emplace(hash, size).second) transient_bytes_ += size;
    if (!is_awaited(hash)) evictable_.push_back(hash);
  }
}

bool Conductor::is_awaited(const ContentHash& hash) const {
  const auto found = awaited_.find(hash);
  return found != awaited_.end() && found->second > 0;
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
    if (progress.phase == Phase::kIdle && progress.record && all_there(progress.record->outputs)) continue;
    complete = false;
    if (auto done = want(target); !done) return tl::unexpected(done.error());
  }
  if (auto done = settle_agenda(); !done) return tl::unexpected(done.error());
  return complete;
}

bool Conductor::all_there(std::span<const ContentHash> hashes) const {
  return std::all_of(hashes.begin(), hashes.end(),
                     [this](const ContentHash& hash) { return store_.has(hash); });
}

Result<void> Conductor::want(std::size_t node) {
  Progress& progress = progress_[node];
  if (progress.phase != Phase::kIdle) return {};
  progress.phase = Phase::kWaiting;
  agenda_.push_back(node);
  if (!progress.record) return {};
  const auto& outputs = progress.record->outputs;
  if (!progress.claims) claim_inputs(node);
  if (std::any_of(outputs.begin(), outputs.end(),
                  [this](const ContentHash& hash) { return evicted_.contains(hash); }))
    return {};
  if (++progress.remakes > kMostRemakes)
    return about((*graph_)[node],
                 {ErrorCode::kIo, "its results are damaged again and again: check the disk"});
  // Only what is missing is written again, so one remake must find all that is damaged.
  drop_damaged(outputs);
  return {};
}

// Not by recursion: chains may be long.
Result<void> Conductor::settle_agenda() {
  while (!agenda_.empty()) {
    const std::size_t node = agenda_.back();
    agenda_.pop_back();
    if (auto done = advance(node); !done) return done;
  }
  return {};
}

// Inputs' names first: a result that the store knows by then needs none of their blobs.
Result<void> Conductor::advance(std::size_t node) {
  Progress& progress = progress_[node];
  if (progress.phase != Phase::kWaiting) return {};
  const Node& what = (*graph_)[node];
  Result<void> done;
  bool ready = true;
  const auto await = [&](std::size_t dependency) {
    ready = false;
    auto& waiters = progress_[dependency].waiters;
    if (std::find(waiters.begin(), waiters.end(), node) == waiters.end()) waiters.push_back(node);
    if (done) done = want(dependency);
  };
  each_dependency(what, [&](const OutputsOf& outputs) {
    if (!progress_[outputs.node].record) await(outputs.node);
  });
  if (!ready || !done) return done;
  if (!progress.record) {
    if (const auto known = store_.record(thunk_of(what).key())) {
      succeed(node, *known, std::nullopt);
      return {};
    }
  }
  for (const auto& group : what.inputs) {
    for (const Input& input : group) {
      if (const auto* outputs = std::get_if<OutputsOf>(&input)) {
        if (!all_there(*resolve({input}))) await(outputs->node);
      } else if (const auto& hash = std::get<ContentHash>(input); !store_.has(hash)) {
        return fail(ErrorCode::kNotFound, "source blob " + hash.hex() + " is gone");
      }
    }
  }
  if (!ready || !done) return done;
  progress.phase = Phase::kHeld;
  held_.push_back(node);
  return {};
}

// Of what is held in each lane, the lowest place.
std::map<std::size_t, std::uint64_t> Conductor::next_places() const {
  std::map<std::size_t, std::uint64_t> places;
  for (const std::size_t node : held_) {
    const auto& lane = (*graph_)[node].lane;
    if (!lane) continue;
    const auto [at, is_new] = places.emplace(lane->number, lane->place);
    if (!is_new) at->second = std::min(at->second, lane->place);
  }
  return places;
}

// What makes nothing but transient blobs goes only while there is room for them or nothing else to do; no
// more of these at once than can run, or those that wait in the engine would fill the disk later.
bool Conductor::may_run(std::size_t node, const std::map<std::size_t, std::uint64_t>& places) const {
  if (transient_from(node) == 0 && !running_.empty() &&
      (transient_bytes_ >= options_.disk || makers_running_ >= engine_.width()))
    return false;
  const auto& lane = (*graph_)[node].lane;
  return !lane || (!lanes_running_.contains(lane->number) && places.at(lane->number) == lane->place);
}

// Gives the engine what waits and may run.
void Conductor::release_held() {
  const auto priority = [this](std::size_t node) {
    constexpr std::int64_t kSpan = std::int64_t{1} << 36;
    return std::min(critical_[node], kSpan - 1) - static_cast<std::int64_t>((*graph_)[node].order) * kSpan;
  };
  std::stable_sort(held_.begin(), held_.end(),
                   [&](std::size_t a, std::size_t b) { return priority(a) > priority(b); });
  const auto places = next_places();
  std::vector<std::size_t> still_held;
  if (transient_bytes_ >= options_.disk) make_room();
  for (const std::size_t node : held_) {
    if (!may_run(node, places) || !submit(node, priority(node))) still_held.push_back(node);
  }
  held_ = std::move(still_held);
}

// Not while an equal task runs: then its result will be known.
bool Conductor::submit(std::size_t node, std::int64_t priority) {
  const Node& what = (*graph_)[node];
  Progress& progress = progress_[node];
  Thunk thunk = thunk_of(what);
  const ContentHash key = thunk.key();
  if (running_keys_.contains(key)) return false;
  if (const auto known = progress.record ? std::nullopt : store_.record(key)) {
    succeed(node, *known, std::nullopt);
    return true;
  }
  progress.phase = Phase::kRunning;
  running_.emplace(engine_.submit({std::move(thunk), priority, what.memory}), Running{node, key});
  running_keys_.insert(key);
  if (what.lane) lanes_running_.insert(what.lane->number);
  if (transient_from(node) == 0) ++makers_running_;
  return true;
}

Result<void> Conductor::finished(const Finished& result) {
  const auto found = running_.find(result.id);
  if (found == running_.end()) return {};
  const std::size_t node = found->second.node;
  running_keys_.erase(found->second.key);
  if (const auto& lane = (*graph_)[node].lane) lanes_running_.erase(lane->number);
  running_.erase(found);
  if (transient_from(node) == 0) --makers_running_;
  ++executed_;
  Progress& progress = progress_[node];
  if (result.result) {
    if (progress.record && progress.record->outputs != result.result->outputs)
      return about((*graph_)[node],
                   {ErrorCode::kIo, "made again, it gave other bytes: a fault of ours or of this machine"});
    succeed(node, *result.result, result.attempt);
    return {};
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

void Conductor::succeed(std::size_t node, const Record& record, const std::optional<Attempt>& attempt) {
  Progress& progress = progress_[node];
  const bool is_new = !progress.record.has_value();
  progress.record = record;
  progress.phase = Phase::kIdle;
  if (is_new) claim_outputs(node);
  note_transient(node);
  release_inputs(node);
  options_.observe(node, attempt);
  const std::vector<std::size_t> waiters = std::exchange(progress.waiters, {});
  agenda_.insert(agenda_.end(), waiters.begin(), waiters.end());
}

void Conductor::release_inputs(std::size_t node) {
  if (!std::exchange(progress_[node].claims, false)) return;
  each_dependency((*graph_)[node], [&](const OutputsOf& outputs) {
    for (const ContentHash& hash : transient_hashes(outputs))
      if (--awaited_[hash] <= 0) evictable_.push_back(hash);
  });
}

void Conductor::evict(std::uint64_t most) {
  while (transient_bytes_ > most && !evictable_.empty()) {
    const ContentHash hash = evictable_.front();
    evictable_.pop_front();
    if (!is_awaited(hash)) remove_transient(hash);
  }
}

// Gets half of the room back. What only later parts of the recording wait for (they show it again, or an
// earlier stage made it last) would keep those before them from making theirs, and is made again in time.
void Conductor::make_room() {
  const std::uint64_t most = options_.disk / 2;
  evict(most);
  if (transient_bytes_ <= most) return;
  std::optional<std::uint64_t> next;  // the first part that waits for pictures to be made
  for (const std::size_t node : held_)
    if (transient_from(node) == 0)
      for (const std::size_t consumer : consumers_[node])
        if (const std::uint64_t order = (*graph_)[consumer].order; progress_[consumer].claims)
          next = std::min(next.value_or(order), order);
  if (!next) return;
  std::set<ContentHash> kept;
  const auto keep = [&](const OutputsOf& outputs) {
    if (!progress_[outputs.node].record) return;
    for (const ContentHash& hash : transient_hashes(outputs)) kept.insert(hash);
  };
  for (std::size_t node = 0; node < progress_.size(); ++node) {
    const Progress& progress = progress_[node];
    if (progress.target) keep({node, 0, kAll});
    const bool near = progress.claims && (*graph_)[node].order <= *next;
    if (near || progress.phase == Phase::kHeld || progress.phase == Phase::kRunning)
      each_dependency((*graph_)[node], keep);
  }
  for (auto blob = transient_.begin(); blob != transient_.end() && transient_bytes_ > most;) {
    const ContentHash hash = (blob++)->first;
    if (!kept.contains(hash)) remove_transient(hash);
  }
}

void Conductor::remove_transient(const ContentHash& hash) {
  const auto found = transient_.find(hash);
  if (found == transient_.end() || !store_.remove(hash)) return;
  transient_bytes_ -= found->second;
  transient_.erase(found);
  evicted_.insert(hash);
}

void Conductor::cancel_all() {
  for (const auto& [id, running] : running_) engine_.cancel(id);
  running_.clear();
  running_keys_.clear();
  lanes_running_.clear();
  makers_running_ = 0;
}

}  // namespace skirret::cloudenc
