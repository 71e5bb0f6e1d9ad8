#include <algorithm>
#include <map>
#include <numeric>

#include <gtest/gtest.h>

#include "tests/cloudenc/conduct/conducting.hh"

// Room on the disk: what is decoded ahead, and what goes.
namespace skirret::test {
namespace {

using namespace cloudenc;

TEST_F(Conducting, TransientBlobsStayWithinTheDiskBound) {
  World world(folder_ / "s", 3, 20'000);
  std::uint64_t most = 0;
  world.watch = [&] {
    std::uint64_t bytes = 0;
    for (const fs::path& file : blob_files("s")) bytes += fs::file_size(file);
    most = std::max(most, bytes);
  };
  const ContentHash leaf = put_leaf(world);
  Graph graph;
  std::vector<std::size_t> targets;
  std::vector<Input> all;
  for (int i = 0; i < 60; ++i) {
    Node source;
    source.function = "source";
    source.arguments = {{"number", i}, {"outputs", 20}};
    source.inputs = {{leaf}};
    const std::size_t from = graph.add(std::move(source));
    Node mix;
    mix.function = "mix";
    mix.arguments = {{"number", i}, {"outputs", 1}};
    mix.inputs = {{OutputsOf{from}}};
    mix.order = static_cast<std::uint64_t>(i);
    all.emplace_back(OutputsOf{graph.add(std::move(mix))});
  }
  Node last;
  last.function = "mix";
  last.arguments = {{"number", 0}, {"outputs", 1}};
  last.inputs = {all};
  targets = {graph.add(std::move(last))};
  ASSERT_TRUE(world.conductor.run(graph, targets).has_value());
  EXPECT_EQ(world.conductor.executed(), 121u) << "nothing was made twice";
  EXPECT_LT(most, 80'000u) << "the mixes stay, 42 000 bytes; all sources together take more than 100 000";
}

// Runs one task at a time, when it is asked for a result, and tells how many sources it had to choose from.
class OneByOne final : public Engine {
 public:
  OneByOne(const Registry& registry, Store& store) : registry_(registry), store_(store) {}
  TaskId submit(Task task) override {
    tasks_.emplace(next_, std::move(task));
    return next_++;
  }
  std::optional<Finished> next(Duration) override {
    if (tasks_.empty()) return std::nullopt;
    const auto sources = std::count_if(tasks_.begin(), tasks_.end(), [](const auto& task) {
      return task.second.thunk.function == "source";
    });
    if (sources > 0) offered.push_back(static_cast<int>(sources));
    const auto first = std::max_element(tasks_.begin(), tasks_.end(), [](const auto& a, const auto& b) {
      return a.second.priority < b.second.priority;
    });
    const auto task = tasks_.extract(first);
    return Finished{task.key(), run_thunk(task.mapped().thunk, registry_, store_, {}), {}, 1};
  }
  void cancel(TaskId id) override { tasks_.erase(id); }
  int width() const override { return 4; }
  std::vector<int> offered;

 private:
  const Registry& registry_;
  Store& store_;
  std::map<TaskId, Task> tasks_;
  TaskId next_ = 1;
};

// A second graph begins where the first one's last sources fill the disk, and wants them at its end: there is
// as much to do at once as there was.
TEST_F(Conducting, ANextGraphHasRoomForWhatItBeginsWith) {
  const auto store = *FolderStore::open(folder_ / "s");
  const Registry registry = mixing_functions();
  OneByOne engine(registry, *store);
  Conductor conductor(engine, *store, registry, {.disk = 10'000});
  const ContentHash leaf = *store->put(ByteVector{1, 2, 3}, Durability::kSynced);
  std::vector<double> mean;
  for (const int graph_number : {0, 1}) {
    Graph graph;
    std::vector<std::size_t> targets;
    for (int i = 0; i < 40; ++i) {
      Node source;
      source.function = "source";
      source.arguments = {{"number", i}, {"outputs", 20}};
      source.inputs = {{leaf}};
      source.order = static_cast<std::uint64_t>(i);
      Node use;
      use.function = "mix";
      use.arguments = {{"number", i + 100 * graph_number}, {"outputs", 1}};
      use.order = source.order;
      use.inputs = {{OutputsOf{graph.add(std::move(source))}}};
      targets.push_back(graph.add(std::move(use)));
    }
    engine.offered.clear();
    ASSERT_TRUE(conductor.run(graph, targets).has_value());
    mean.push_back(std::accumulate(engine.offered.begin(), engine.offered.end(), 0.0) /
                   static_cast<double>(engine.offered.size()));
  }
  EXPECT_GT(mean[0], 2.5);
  EXPECT_GT(mean[1], mean[0] * 0.95);
}

// Long after they were shown, a recording shows its first pictures again: those do not lie on the disk until
// then, in the way of what comes between.
TEST_F(Conducting, WhatIsWantedMuchLaterDoesNotKeepTheRoom) {
  const auto store = *FolderStore::open(folder_ / "s");
  const Registry registry = mixing_functions();
  OneByOne engine(registry, *store);
  std::uint64_t most = 0;
  Conductor conductor(engine, *store, registry,
                      {10'000, [] { return false; },
                       [&](auto, const auto&) {
                         std::uint64_t bytes = 0;
                         for (const fs::path& file : blob_files("s")) bytes += fs::file_size(file);
                         most = std::max(most, bytes);
                       }});
  const ContentHash leaf = *store->put(ByteVector{1, 2, 3}, Durability::kSynced);
  Graph graph;
  std::vector<std::size_t> targets;
  const auto add_source = [&](int number, int order) {
    Node source;
    source.function = "source";
    source.arguments = {{"number", number}, {"outputs", 20}};
    source.inputs = {{leaf}};
    source.order = static_cast<std::uint64_t>(order);
    return graph.add(std::move(source));
  };
  const auto add_use = [&](int number, int order, std::size_t source, const std::vector<Input>& after) {
    Node use;
    use.function = "mix";
    use.arguments = {{"number", number}, {"outputs", 1}};
    use.inputs = {{OutputsOf{source}}, after};
    use.order = static_cast<std::uint64_t>(order);
    targets.push_back(graph.add(std::move(use)));
  };
  std::vector<std::size_t> first;
  for (int i = 0; i < 60; ++i) {
    const std::size_t source = add_source(i, i);
    if (i < 20) first.push_back(source);
    add_use(i, i, source, {});
  }
  const std::size_t last = targets.back();
  for (int i = 0; i < 20; ++i)
    add_use(100 + i, 100 + i, first[static_cast<std::size_t>(i)], {OutputsOf{last}});
  const auto records = conductor.run(graph, targets);
  ASSERT_TRUE(records.has_value());
  std::uint64_t results = 0;
  for (const Record& record : *records)
    for (const ContentHash& hash : record.outputs) results += store->stored_size(hash);
  std::printf("%llu bytes at most, %llu of them results; %llu tasks\n", static_cast<unsigned long long>(most),
              static_cast<unsigned long long>(results),
              static_cast<unsigned long long>(conductor.executed()));
  EXPECT_LT(most, results + 14'000) << "the bound, and what is being made";
  EXPECT_LE(conductor.executed(), 60u + 80u + 20u) << "no source is made more than twice";
  EXPECT_GT(std::accumulate(engine.offered.begin(), engine.offered.end(), 0.0),
            2.5 * static_cast<double>(engine.offered.size()));
}

}  // namespace
}  // namespace skirret::test
