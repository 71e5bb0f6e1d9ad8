#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "codec/encoder/encoder.hh"
#include "tests/codec/decoder/thread_executor.hh"
#include "tests/codec/encoder/random_scenes.hh"
#include "tests/codec/encoder/shuffling_executor.hh"
#include "tests/support/random.hh"

namespace skirret::test {
namespace {

std::vector<std::unique_ptr<codec::Executor>> executors(std::uint64_t seed) {
  std::vector<std::unique_ptr<codec::Executor>> all;
  for (const std::size_t threads : {1, 2, 4}) {
    all.push_back(std::make_unique<ThreadExecutor>(threads));
    all.push_back(std::make_unique<ShufflingExecutor>(threads, seed));
  }
  all.push_back(std::make_unique<BackwardExecutor>());
  return all;
}

// Rows in a wavefront: whatever the threads, the same frames and states.
TEST(EncoderThreads, AnyNumberGivesTheSameFramesAndStates) {
  const std::uint64_t seed = seed_or(23);
  for (std::uint64_t stream = 0; stream < 12; ++stream) {
    SCOPED_TRACE(testing::Message() << "seed " << seed << " stream " << stream);
    Random random(seed * 1000003 + stream);
    const codec::Effort effort{static_cast<int>(stream % 6)};
    RandomScene scene(random, random_dimensions(random, 200));
    codec::State state;
    codec::Hints hints;
    for (int frame = 0; frame < 4; ++frame) {
      const auto plan = random_plan(random, frame == 0);
      const codec::Picture target = scene.picture(random);
      const codec::QuantizerRange expected{20, 90};
      const auto analysis = codec::analyse(state, target, plan, expected, hints, effort);
      const auto fine = codec::code(state, target, analysis, 20);
      const auto coarse = codec::code(state, target, analysis, 90);
      const codec::State next = codec::finish(state, fine);
      for (const auto& executor : executors(seed + stream)) {
        const auto again = codec::analyse(state, target, plan, expected, hints, effort, executor.get());
        ASSERT_EQ(codec::code(state, target, again, 20).bytes, fine.bytes);
        ASSERT_EQ(codec::code(state, target, again, 90).bytes, coarse.bytes);
        ASSERT_TRUE(codec::finish(state, fine, nullptr, executor.get()) == next);
      }
      state = next;
      hints.previous_vectors = fine.vectors;
      hints.previous_source = target;
    }
  }
}

}  // namespace
}  // namespace skirret::test
