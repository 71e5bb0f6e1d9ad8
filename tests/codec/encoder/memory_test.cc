#include <set>
#include <vector>

#include <gtest/gtest.h>
#include <malloc.h>

#include "codec/decoder/decoder.hh"
#include "codec/encoder/encoder.hh"
#include "tests/codec/encoder/random_scenes.hh"
#include "tests/support/random.hh"

namespace skirret::test {
namespace {

constexpr codec::Dimensions kSize{640, 480};
constexpr std::size_t kPictureBytes = 640 * 480 * 3 / 2;

// Bytes in use on the heap; 0 where the allocator does not tell (sanitizers bring their own).
std::size_t heap_bytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

struct Call {
  codec::PicturePool pool{2};
  RandomScene scene;
  codec::State state;

  explicit Call(Random& random) : scene(random, kSize) {}

  ByteVector send(Random& random) {
    codec::FramePlan plan;
    if (!state.has_pictures()) plan.kind = codec::FrameKind::kKey;
    const codec::Picture target = scene.picture(random);
    const auto analysis = codec::analyse(state, target, plan, {30, 50}, {}, {0});
    codec::Candidate candidate = codec::code(state, target, analysis, 40);
    state = codec::finish(state, candidate, &pool);
    return std::move(candidate.bytes);
  }
};

std::size_t pictures_of(const std::vector<codec::State>& states) {
  std::set<const std::uint8_t*> samples;
  for (const codec::State& state : states)
    for (const codec::Picture* picture : {&state.last, &state.golden, &state.altref})
      samples.insert(picture->plane(codec::PlaneName::kY).row(0));
  return samples.size();
}

// A state shares what it has in common with others: holding one more costs the picture that its frame made.
TEST(Memory, OneMoreHeldStateCostsItsOwnNewPictureOnly) {
  Random random(seed_or(70));
  Call call(random);
  call.send(random);
  std::vector<codec::State> held = {call.state};
  held.reserve(20);
  ASSERT_EQ(call.pool.counts().lent, 1u);
  call.send(random);  // whatever is kept between frames exists now
  held.push_back(call.state);
  for (std::size_t count = 3; count <= 12; ++count) {
    const std::size_t before = heap_bytes();
    call.send(random);
    held.push_back(call.state);
    const std::size_t after = heap_bytes();
    EXPECT_EQ(pictures_of(held), count);
    EXPECT_EQ(call.pool.counts().lent, count) << "every picture is the pool's, and none is kept in secret";
    if (before != 0 && after != 0) {
      EXPECT_LE(after, before + kPictureBytes + 16384);
    }
  }
}

// Once states are dropped their pictures serve again.
TEST(Memory, PicturesComeFromThePool) {
  Random random(seed_or(71));
  Call sending(random);
  codec::PicturePool receiving(2);
  codec::State received;
  for (int frame = 0; frame < 12; ++frame) {
    const ByteVector bytes = sending.send(random);
    auto decoded = codec::decode(received, bytes, {}, {.pool = &receiving});
    ASSERT_TRUE(decoded.has_value());
    received = std::move(decoded->next);
    ASSERT_TRUE(received == sending.state);
  }
  // Last, golden (the key frame's, altref too) and the one being made.
  EXPECT_LE(sending.pool.counts().made, 3u);
  EXPECT_LE(receiving.counts().made, 3u);
}

}  // namespace
}  // namespace skirret::test
