#include "cloudenc/conduct/conductor.hh"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "tests/cloudenc/conduct/conducting.hh"
#include "tests/support/random.hh"

namespace skirret::test {
namespace {

using namespace cloudenc;

struct RandomGraph {
  Graph graph;
  std::vector<std::size_t> targets;
};

// Of `kinds` kinds of tasks: few, and many are equal to others.
RandomGraph random_graph(Random& random, const ContentHash& leaf, int kinds = 1000) {
  RandomGraph made;
  const int count = random.between(5, 40);
  std::vector<int> outputs;
  for (int i = 0; i < count; ++i) {
    Node node;
    node.function = random.chance(1, 3) ? "source" : random.chance(1, 3) ? "link" : "mix";
    node.label = "node " + std::to_string(i);
    node.cost = random.between(1, 9);
    node.order = random.below(3);
    outputs.push_back(random.between(1, 4));
    node.arguments = {{"number", kinds < count ? random.between(1, kinds) : i}, {"outputs", outputs.back()}};
    std::vector<Input> inputs = {leaf};
    for (int k = random.between(0, 3); k > 0 && i > 0; --k) {
      const std::size_t from = random.below(static_cast<std::uint64_t>(i));
      const auto first = random.below(static_cast<std::uint64_t>(outputs[from]));
      inputs.emplace_back(OutputsOf{from, first, random.chance(1, 2) ? kAll : 1});
    }
    node.inputs = {std::move(inputs)};
    made.graph.add(std::move(node));
  }
  made.targets = {static_cast<std::size_t>(count) - 1, random.below(static_cast<std::uint64_t>(count))};
  return made;
}

TEST_F(Conducting, SameResultsAtEveryWidthAndDiskBound) {
  const std::uint64_t seed = seed_or(70);
  for (std::uint64_t round = 0; round < 5; ++round) {
    SCOPED_TRACE(testing::Message() << "seed " << seed << " round " << round);
    std::vector<Record> expected;
    for (const int jobs : {1, 2, 5}) {
      Random random(seed * 1000003 + round);
      World world(folder_ / (std::to_string(round) + "-" + std::to_string(jobs)), jobs,
                  jobs == 2 ? 300 : 1 << 20);
      const RandomGraph made = random_graph(random, put_leaf(world));
      const auto records = world.conductor.run(made.graph, made.targets);
      ASSERT_TRUE(records.has_value()) << records.error().message;
      if (jobs == 1) expected = *records;
      ASSERT_EQ(*records, expected);
      for (const Record& record : *records)
        for (const ContentHash& hash : record.outputs) ASSERT_TRUE(world.store->get(hash).has_value());
      const auto executed = world.conductor.executed();
      const auto again = world.conductor.run(made.graph, made.targets);
      ASSERT_TRUE(again.has_value());
      ASSERT_EQ(world.conductor.executed(), executed) << "a second run executes nothing";
    }
  }
}

TEST_F(Conducting, MakesAgainWhatIsDamagedOrGone) {
  const std::uint64_t seed = seed_or(71);
  for (std::uint64_t round = 0; round < 5; ++round) {
    SCOPED_TRACE(testing::Message() << "seed " << seed << " round " << round);
    Random random(seed * 1000003 + round);
    const std::string name = std::to_string(round);
    World world(folder_ / name, 2, 1 << 20);
    const RandomGraph made = random_graph(random, put_leaf(world));
    const auto records = world.conductor.run(made.graph, made.targets);
    ASSERT_TRUE(records.has_value());
    std::map<ContentHash, ByteVector> contents;
    for (const Record& record : *records)
      for (const ContentHash& hash : record.outputs) contents[hash] = *world.store->get(hash);
    for (const fs::path& file : blob_files(name)) {
      if (random.chance(1, 2))
        std::ofstream(file, std::ios::binary | std::ios::trunc) << "damaged";
      else if (random.chance(1, 2))
        fs::remove(file);
    }
    // Also records of some, as after a loss of power.
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / name / "records"))
      if (entry.is_regular_file() && random.chance(1, 4)) fs::resize_file(entry.path(), 10);
    put_leaf(world);
    // A damaged leaf is told of; the target blobs are only looked at by who reads them.
    bool whole = false;
    for (int attempt = 0; attempt < 40 && !whole; ++attempt) {
      const auto again = world.conductor.run(made.graph, made.targets);
      if (!again) {
        ASSERT_EQ(again.error().code, ErrorCode::kNotFound) << again.error().message;
        put_leaf(world);
        continue;
      }
      ASSERT_EQ(*again, *records);
      whole = true;
      for (const auto& [hash, content] : contents) {
        const auto read = world.store->get(hash);
        whole &= read.has_value();
        if (read) {
          ASSERT_EQ(*read, content);
        }
      }
    }
    ASSERT_TRUE(whole);
  }
}

TEST_F(Conducting, AChangedArgumentRunsOnlyWhatItTouches) {
  World world(folder_ / "s", 2, 1 << 20);
  const ContentHash leaf = put_leaf(world);
  const auto chain = [&](int middle) {
    Graph graph;
    for (int i = 0; i < 5; ++i) {
      Node node;
      node.function = "mix";
      node.arguments = {{"number", i == 2 ? middle : i}, {"outputs", 1}};
      node.inputs = {{i == 0 ? Input(leaf) : Input(OutputsOf{static_cast<std::size_t>(i) - 1})}};
      graph.add(std::move(node));
    }
    return graph;
  };
  const std::vector<std::size_t> target = {4};
  ASSERT_TRUE(world.conductor.run(chain(2), target).has_value());
  EXPECT_EQ(world.conductor.executed(), 5u);
  ASSERT_TRUE(world.conductor.run(chain(77), target).has_value());
  EXPECT_EQ(world.conductor.executed(), 8u);
  ASSERT_TRUE(world.conductor.run(chain(2), target).has_value());
  EXPECT_EQ(world.conductor.executed(), 8u);
}

// One at a time along each lane, and none past one that could go, whatever the priorities say.
TEST_F(Conducting, LanesAreWalkedInOrder) {
  World world(folder_ / "s", 4, 2'000);
  std::mutex mutex;
  std::map<int, int> next, at_once;
  bool in_order = true;
  Function walk = *world.registry.find("source");
  const auto mix = walk.run;
  walk.name = "walk";
  walk.run = [&](Call& call) {
    const int number = call.arguments().at("number"), lane = number / 100, place = number % 100;
    {
      const std::scoped_lock lock(mutex);
      in_order &= next[lane]++ == place && ++at_once[lane] == 1;
    }
    auto done = mix(call);
    const std::scoped_lock lock(mutex);
    --at_once[lane];
    return done;
  };
  world.registry.add(walk);
  const ContentHash leaf = put_leaf(world);
  Graph graph;
  std::vector<std::size_t> targets;
  for (int lane = 0; lane < 3; ++lane) {
    for (int i = 24; i >= 0; --i) {
      Node step;
      step.function = "walk";
      step.arguments = {{"number", lane * 100 + i}, {"outputs", 2}};
      step.inputs = {{leaf}};
      step.lane = Lane{static_cast<std::size_t>(lane), static_cast<std::uint64_t>(i)};
      step.cost = i;
      Node use;
      use.function = "mix";
      use.arguments = {{"number", i}, {"outputs", 1}};
      use.inputs = {{OutputsOf{graph.add(std::move(step))}}};
      targets.push_back(graph.add(std::move(use)));
    }
  }
  ASSERT_TRUE(world.conductor.run(graph, targets).has_value());
  EXPECT_TRUE(in_order);
  EXPECT_EQ(world.conductor.executed(), 150u) << "each once";
}

// A recording that shows the same again: tasks that are equal to earlier ones, whose blobs went meanwhile.
TEST_F(Conducting, WhatComesAgainIsKnownWithoutItsBlobs) {
  World world(folder_ / "s", 2, 4'000);
  const ContentHash leaf = put_leaf(world);
  Graph graph;
  std::vector<std::size_t> targets;
  constexpr int kRounds = 12, kLinks = 10;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<Input> parts;
    for (int i = 0; i < kLinks; ++i) {
      Node source;
      source.function = "source";
      source.arguments = {{"number", i}, {"outputs", 8}};
      source.inputs = {{leaf}};
      source.order = static_cast<std::uint64_t>(round);
      const std::size_t from = graph.add(std::move(source));
      Node link;
      link.function = "link";
      link.arguments = {{"number", i}, {"outputs", 4}};
      link.inputs = {{OutputsOf{from}}};
      if (i > 0) link.inputs.push_back({OutputsOf{from - 1, 1, kAll}});
      link.order = static_cast<std::uint64_t>(round);
      parts.emplace_back(OutputsOf{graph.add(std::move(link)), 0, 1});
    }
    Node last;
    last.function = "mix";
    // Every other round ends as none before: all of its chain is needed by name only, not made again.
    last.arguments = {{"number", round % 2 == 0 ? round : 1}, {"outputs", 1}};
    last.inputs = {parts};
    last.order = static_cast<std::uint64_t>(round);
    targets.push_back(graph.add(std::move(last)));
  }
  const auto records = world.conductor.run(graph, targets);
  ASSERT_TRUE(records.has_value()) << records.error().message;
  EXPECT_EQ(world.conductor.executed(), 2u * kLinks + kRounds / 2 + 1) << "each once";
  EXPECT_LT(blob_files("s").size(), 4'000 / 200 + kLinks + kRounds + 30u);
}

// Blobs that are wanted again after they went, from tasks whose own inputs went, too.
TEST_F(Conducting, WhatWentIsMadeAgainWithinTheDiskBound) {
  World world(folder_ / "s", 2, 4'000);
  const ContentHash leaf = put_leaf(world);
  Graph graph;
  constexpr int kLinks = 30, kRounds = 12;
  std::vector<std::size_t> links, targets;
  for (int i = 0; i < kLinks; ++i) {
    Node link;
    link.function = "link";
    link.arguments = {{"number", i}, {"outputs", 4}};
    if (i == 0)
      link.inputs = {{leaf}};
    else
      link.inputs = {{OutputsOf{links.back(), 1, kAll}}};
    links.push_back(graph.add(std::move(link)));
  }
  targets = {links.back()};
  ASSERT_TRUE(world.conductor.run(graph, targets).has_value());
  // Each round is another job that stands on the middle of the same chain.
  for (int round = 0; round < kRounds; ++round) {
    Node more;
    more.function = "mix";
    more.arguments = {{"number", round}, {"outputs", 1}};
    more.inputs = {{OutputsOf{links[kLinks / 2 + static_cast<std::size_t>(round) % 5], 1, kAll}}};
    targets = {graph.add(std::move(more))};
    const auto records = world.conductor.run(graph, targets);
    ASSERT_TRUE(records.has_value()) << records.error().message;
    EXPECT_LT(blob_files("s").size(), 4'000 / 200 + kLinks + 40u);
  }
}

TEST_F(Conducting, EqualTasksGiveTheSameUnderAnyDiskBound) {
  const std::uint64_t seed = seed_or(72);
  for (std::uint64_t round = 0; round < 10; ++round) {
    SCOPED_TRACE(testing::Message() << "seed " << seed << " round " << round);
    std::vector<Record> expected;
    for (const std::uint64_t disk : {1'000'000, 400}) {
      Random random(seed * 1000003 + round);
      World world(folder_ / (std::to_string(round) + "-" + std::to_string(disk)), 2, disk);
      const RandomGraph made = random_graph(random, put_leaf(world), 3);
      const auto records = world.conductor.run(made.graph, made.targets);
      ASSERT_TRUE(records.has_value()) << records.error().message;
      if (expected.empty()) expected = *records;
      ASSERT_EQ(*records, expected);
      for (const Record& record : *records)
        for (const ContentHash& hash : record.outputs) ASSERT_TRUE(world.store->get(hash).has_value());
    }
  }
}

// As rebasing does: the first output is for the end, the others only for the next link.
TEST_F(Conducting, AChainLeavesOnlyItsFirstOutputs) {
  World world(folder_ / "s", 2, 8'000);
  Graph graph;
  std::vector<Input> all;
  for (int i = 0; i < 80; ++i) {
    Node link;
    link.function = "link";
    link.arguments = {{"number", i}, {"outputs", 8}};
    if (i == 0)
      link.inputs = {{put_leaf(world)}};
    else
      link.inputs = {{OutputsOf{static_cast<std::size_t>(i) - 1, 1, kAll}}};
    all.emplace_back(OutputsOf{graph.add(std::move(link)), 0, 1});
  }
  Node last;
  last.function = "mix";
  last.arguments = {{"number", 0}, {"outputs", 1}};
  last.inputs = {all};
  const std::vector<std::size_t> targets = {graph.add(std::move(last))};
  ASSERT_TRUE(world.conductor.run(graph, targets).has_value());
  EXPECT_EQ(world.conductor.executed(), 81u) << "nothing was made twice";
  EXPECT_LT(blob_files("s").size(), 80u + 8'000 / 200) << "of 640 blobs";
  ASSERT_TRUE(world.conductor.run(graph, targets).has_value());
  EXPECT_EQ(world.conductor.executed(), 81u) << "what went is not missed";
}

TEST_F(Conducting, TellsTheFirstFailure) {
  World world(folder_ / "s", 2, 1 << 20);
  Graph graph;
  Node node;
  node.function = "mix";
  node.label = "the bad one";
  node.arguments = {{"number", 1}, {"outputs", 1}, {"fails", true}};
  node.inputs = {{put_leaf(world)}};
  const std::vector<std::size_t> target = {graph.add(std::move(node))};
  const auto records = world.conductor.run(graph, target);
  ASSERT_FALSE(records.has_value());
  EXPECT_EQ(records.error(), (Error{ErrorCode::kUnsupported, "the bad one: as it was told to"}));
  const auto gone = ContentHash::of(ByteVector{9, 9});
  Graph other;
  Node lost;
  lost.function = "mix";
  lost.arguments = {{"number", 1}, {"outputs", 1}};
  lost.inputs = {{gone}};
  other.add(std::move(lost));
  EXPECT_EQ(world.conductor.run(other, std::vector<std::size_t>{0}).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace skirret::test
