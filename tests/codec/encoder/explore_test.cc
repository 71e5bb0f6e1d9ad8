#include <algorithm>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "codec/decoder/decoder.hh"
#include "codec/encoder/encoder.hh"
#include "codec/encoder/rate_control.hh"
#include "codec/encoder/row_progress.hh"
#include "tests/codec/encoder/random_scenes.hh"
#include "tests/codec/encoder/shuffling_executor.hh"

namespace skirret::test {
namespace {

using codec::Aim;
using codec::Candidate;
using codec::Exploration;
using codec::FrameKind;
using codec::FramePlan;
using codec::State;

State key_state(const codec::Picture& picture) {
  FramePlan plan;
  plan.kind = FrameKind::kKey;
  const State empty;
  return codec::finish(empty,
                       codec::code(empty, picture, codec::analyse(empty, picture, plan, {}, {}, {}), 40));
}

Exploration explored(const State& state, const codec::Picture& target, const Aim& aim,
                     codec::Executor& executor, int candidates = 3, std::stop_token stop = {}) {
  return codec::explore(state, target, {}, {}, {}, aim, {candidates, 50}, executor, stop);
}

std::size_t smallest(const Exploration& exploration) {
  std::size_t size = ~std::size_t{0};
  for (const Candidate& c : exploration.candidates) size = std::min(size, c.bytes.size());
  return size;
}

TEST(Explore, GivesTheSameCandidatesOnAnyThreadsInAnyOrder) {
  Random random(seed_or(40));
  for (int round = 0; round < 12; ++round) {
    RandomScene scene(random, {random.between(16, 160), random.between(16, 120)});
    const State state = key_state(scene.picture(random));
    const codec::Picture target = scene.picture(random);
    const auto middle = static_cast<std::size_t>(random.between(60, 3000));
    const Aim aim{middle / 2, middle, middle * 2};
    codec::InlineExecutor alone;
    const Exploration expected = explored(state, target, aim, alone, 4);
    ASSERT_GE(expected.candidates.size(), 4u);
    for (const std::size_t threads : {1u, 2u, 4u}) {
      ShufflingExecutor executor(threads, random.next());
      const Exploration again = explored(state, target, aim, executor, 4);
      ASSERT_EQ(again.candidates.size(), expected.candidates.size());
      for (std::size_t i = 0; i < again.candidates.size(); ++i)
        ASSERT_EQ(again.candidates[i].bytes, expected.candidates[i].bytes);
    }
    for (const Candidate& c : expected.candidates) {
      const auto decoded = codec::decode(state, c.bytes);
      ASSERT_TRUE(decoded.has_value());
      ASSERT_TRUE(decoded->next == codec::finish(state, c));
    }
  }
}

TEST(Explore, ReachesTheLowAimAndSpreads) {
  Random random(seed_or(41));
  for (int round = 0; round < 20; ++round) {
    RandomScene scene(random, {160, 128});
    const State state = key_state(scene.picture(random));
    const codec::Picture target = scene.picture(random);
    const auto middle = static_cast<std::size_t>(random.between(200, 6000));
    codec::InlineExecutor executor;
    const Exploration exploration = explored(state, target, {middle / 3, middle, middle * 2}, executor);
    std::set<std::pair<int, int>> ways;
    for (const Candidate& c : exploration.candidates) ways.insert({c.quantizer, c.shrink_level});
    EXPECT_EQ(ways.size(), exploration.candidates.size()) << "a candidate was made twice";
    EXPECT_LE(smallest(exploration), middle / 3);
  }
}

// Where even the coarsest quantizer is too large for every aim, each aim still gets a frame: with the
// smallest one alone a call once sent fifths of its budget for seconds.
TEST(Explore, PressesToEachAimBelowTheCoarsestQuantizer) {
  Random random(seed_or(47));
  int rounds = 0;
  for (int round = 0; round < 20; ++round) {
    RandomScene scene(random, {640, 384});
    const State state = key_state(scene.picture(random));
    const codec::Picture target = scene.picture(random);
    const std::size_t coarsest =
        codec::code(state, target, codec::analyse(state, target, {}, {}, {}, {}), 127).bytes.size();
    if (coarsest < 150) continue;
    ++rounds;
    codec::InlineExecutor executor;
    const codec::Aim aim{coarsest / 4, coarsest / 2, coarsest * 3 / 4};
    const Exploration exploration = explored(state, target, aim, executor);
    EXPECT_TRUE(std::ranges::any_of(exploration.candidates, [&](const Candidate& one) {
      return one.bytes.size() <= aim.middle && one.bytes.size() > aim.low;
    })) << coarsest;
  }
  EXPECT_GT(rounds, 0) << "none is large enough";
}

// A start far too coarse (the frame before was nearly still) once held every later frame there.
TEST(Explore, FindsTheMiddleAimFromABadStart) {
  Random random(seed_or(43));
  for (int round = 0; round < 20; ++round) {
    RandomScene scene(random, {160, 128});
    const State state = key_state(scene.picture(random));
    const codec::Picture target = scene.picture(random);
    codec::InlineExecutor executor;
    const auto size_at = [&](codec::Quantizer quantizer) {
      return codec::code(state, target, codec::analyse(state, target, {}, {}, {}, {}), quantizer)
          .bytes.size();
    };
    const std::size_t finest = size_at(4), coarsest = size_at(127);
    if (finest < coarsest * 3) continue;  // nothing to be found between
    const std::size_t middle = (finest + coarsest) / 2;
    for (const codec::Quantizer start : {0, 30, 98, 127}) {
      const Exploration exploration = codec::explore(
          state, target, {}, {}, {}, {middle / 2, middle, middle * 2}, {3, start}, executor, {});
      EXPECT_TRUE(std::ranges::any_of(exploration.candidates,
                                      [&](const Candidate& c) {
                                        return c.bytes.size() * 2 >= middle &&
                                               c.bytes.size() * 10 <= middle * 12;
                                      }))
          << "start " << start << " middle " << middle;
    }
  }
}

TEST(Explore, StaysAboveTheFinestQuantizerAllowed) {
  Random random(seed_or(44));
  RandomScene scene(random, {96, 96});
  const State state = key_state(scene.picture(random));
  const codec::Picture target = scene.picture(random);
  codec::InlineExecutor executor;
  for (const codec::Quantizer start : {0, 12, 60}) {
    const Exploration exploration =
        codec::explore(state, target, {}, {}, {}, {100'000, 200'000, 400'000}, {4, start, 12}, executor, {});
    EXPECT_EQ(exploration.candidates.size(), 4u);
    EXPECT_EQ(std::ranges::min(exploration.candidates, {}, &Candidate::quantizer).quantizer, 12);
  }
}

// Counts jobs and asks for a stop once some have run.
class StoppingExecutor final : public codec::Executor {
 public:
  explicit StoppingExecutor(int jobs) : left_(jobs) {}
  void run(std::size_t count, const std::function<void(std::size_t)>& job) override {
    for (std::size_t i = 0; i < count; ++i) {
      if (left_-- == 0) source_.request_stop();
      job(i);
    }
  }
  std::size_t width() const override { return 1; }
  std::stop_token token() const { return source_.get_token(); }

 private:
  int left_;
  std::stop_source source_;
};

TEST(Explore, AStopOnlyShortensTheSequence) {
  Random random(seed_or(42));
  RandomScene scene(random, {96, 96});
  const State state = key_state(scene.picture(random));
  const codec::Picture target = scene.picture(random);
  const Aim aim{300, 700, 1500};
  codec::InlineExecutor alone;
  const Exploration whole = explored(state, target, aim, alone, 5);
  for (int jobs = 0; jobs <= 5; ++jobs) {
    StoppingExecutor executor(jobs);
    const Exploration part = explored(state, target, aim, executor, 5, executor.token());
    ASSERT_EQ(part.candidates.size(), std::min(static_cast<std::size_t>(jobs), whole.candidates.size()));
    for (std::size_t i = 0; i < part.candidates.size(); ++i)
      ASSERT_EQ(part.candidates[i].bytes, whole.candidates[i].bytes);
  }
}

// Asks for a stop on one thread while the others work; each call runs all its jobs to their end.
class InterruptingExecutor final : public codec::Executor {
 public:
  explicit InterruptingExecutor(int calls) : left_(calls) {}
  void run(std::size_t count, const std::function<void(std::size_t)>& job) override {
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < count; ++i) threads.emplace_back([&job, i] { job(i); });
    if (left_-- == 0) source_.request_stop();
    for (std::thread& thread : threads) thread.join();
  }
  std::size_t width() const override { return 2; }
  std::stop_token token() const { return source_.get_token(); }

 private:
  int left_;
  std::stop_source source_;
};

// Wherever the stop strikes: nothing of an analysis that is not whole, a prefix of the same candidates, and
// the state that was coded from is what it was.
TEST(Explore, AStopWhileWorkingLeavesAPrefixOrNothing) {
  Random random(seed_or(45));
  RandomScene scene(random, {320, 240});
  const State state = key_state(scene.picture(random)), before = state;
  const auto id = state.id();
  const codec::Picture target = scene.picture(random);
  const Aim aim{800, 1600, 3200};
  codec::InlineExecutor alone;
  const Exploration whole = explored(state, target, aim, alone, 5);
  for (int round = 0; round < 40; ++round) {
    InterruptingExecutor executor(round % 4);  // references, analysis, rounds of candidates
    const Exploration part = explored(state, target, aim, executor, 5, executor.token());
    if (part.analysis.empty()) {
      ASSERT_TRUE(part.candidates.empty());
    }
    ASSERT_LE(part.candidates.size(), whole.candidates.size());
    for (std::size_t i = 0; i < part.candidates.size(); ++i)
      ASSERT_EQ(part.candidates[i].bytes, whole.candidates[i].bytes);
    ASSERT_TRUE(state == before);
    ASSERT_EQ(state.id(), id);
  }
}

TEST(Explore, AStopReachesIntoTheAnalysis) {
  Random random(seed_or(46));
  RandomScene scene(random, {320, 240});
  const State state = key_state(scene.picture(random));
  const codec::Picture target = scene.picture(random);
  std::stop_source source;
  EXPECT_FALSE(codec::analyse(state, target, {}, {}, {}, {}, nullptr, source.get_token()).empty());
  source.request_stop();
  EXPECT_TRUE(codec::analyse(state, target, {}, {}, {}, {}, nullptr, source.get_token()).empty());
}

// Rows in hand are made to their end, so that nobody waits for ever; none is begun.
TEST(RowProgress, AStopGivesOutNoMoreRows) {
  std::stop_source source;
  codec::RowProgress rows(4, 3, source.get_token());
  ASSERT_EQ(rows.take(), 0);
  ASSERT_EQ(rows.take(), 1);
  source.request_stop();
  EXPECT_EQ(rows.take(), -1);
  EXPECT_FALSE(rows.all_taken());
  for (int row = 0; row < 2; ++row)
    for (int col = 0; col < 3; ++col) {
      rows.wait_above(row, col);
      rows.done(row, col);
    }
  rows.wait_for(1);
  codec::RowProgress others(2, 3);
  EXPECT_EQ(others.take(), 0);
  EXPECT_FALSE(others.all_taken());
  EXPECT_EQ(others.take(), 1);
  EXPECT_EQ(others.take(), -1);
  EXPECT_TRUE(others.all_taken());
}

TEST(CodeWithin, ReachesSizesFarBelowTheCoarsestQuantizer) {
  Random random(seed_or(43));
  for (int round = 0; round < 10; ++round) {
    RandomScene scene(random, {176, 144});
    const State state = key_state(scene.picture(random));
    const codec::Picture target = scene.picture(random);
    const auto analysis = codec::analyse(state, target, {}, {60, 127}, {}, {});
    const std::size_t coarsest = codec::code(state, target, analysis, 127).bytes.size();
    std::uint64_t distortion = 0;
    for (std::size_t bytes = coarsest; bytes >= 40; bytes = bytes * 2 / 3) {
      const Candidate c = codec::code_within(state, target, analysis, bytes);
      ASSERT_LE(c.bytes.size(), bytes);
      ASSERT_GE(c.distortion + c.distortion / 8, distortion) << "fewer bytes, clearly better picture";
      distortion = c.distortion;
      ASSERT_TRUE(codec::decode(state, c.bytes)->next == codec::finish(state, c));
    }
  }
}

TEST(CodeWithin, ARepeated720pFrameIsAbout100Bytes) {
  const codec::Dimensions dimensions{1280, 720};
  const State state = key_state(codec::Picture::solid(dimensions, 90, 100, 140));
  Random random(seed_or(44));
  codec::MutablePicture noise(dimensions);
  for (const auto name : {codec::PlaneName::kY, codec::PlaneName::kU, codec::PlaneName::kV}) {
    const auto plane = noise.plane(name);
    for (int y = 0; y < plane.height; ++y)
      for (int x = 0; x < plane.width; ++x)
        *plane.at(x, y) = static_cast<std::uint8_t>(random.between(0, 255));
  }
  const codec::Picture target(std::move(noise));
  const auto analysis = codec::analyse(state, target, {}, {100, 127}, {}, {0});
  const Candidate c = codec::code_within(state, target, analysis, 1);  // as small as it gets
  EXPECT_LE(c.bytes.size(), 120u);
  RecordProperty("bytes", static_cast<int>(c.bytes.size()));
  EXPECT_TRUE(codec::finish(state, c).last == state.last);
}

TEST(RateControl, ComesToItsRate) {
  // Frames whose size falls with the quantizer by another law than the model's.
  const auto size_at = [](int quantizer, int frame) {
    return static_cast<std::size_t>(60000 / (quantizer + 10) * (3 + frame % 3) / 4);
  };
  for (const int kbps : {150, 300, 800}) {
    codec::RateControl control(kbps, 30, 1, {640, 360});
    std::uint64_t bytes = 0;
    for (int frame = 0; frame < 300; ++frame) {
      const auto quantizer = control.quantizer(frame == 0);
      const std::size_t size = size_at(quantizer, frame) * (frame == 0 ? 6 : 1);
      control.coded(quantizer, size, frame == 0);
      bytes += size;
    }
    EXPECT_NEAR(static_cast<double>(bytes) * 8 / 10 / 1000, kbps, kbps * 0.05);
  }
}

}  // namespace
}  // namespace skirret::test
