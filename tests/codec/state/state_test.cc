#include "codec/state/state.hh"

#include <functional>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "tests/codec/state/random_state.hh"

namespace skirret::test {
namespace {

using namespace codec;

State with_map(State state, std::vector<std::uint8_t> map) {
  state.segment_map = std::make_shared<const std::vector<std::uint8_t>>(std::move(map));
  return state;
}

Picture with_flipped_sample(const Picture& picture, PlaneName name, int x, int y) {
  MutablePicture copy = picture.copy();
  *copy.plane(name).at(x, y) ^= 1;
  return Picture(std::move(copy));
}

// Each entry changes one thing that decoding reads.
std::vector<std::function<void(State&)>> flips() {
  std::vector<std::function<void(State&)>> all = {
      [](State& s) { s.dimensions.width ^= 1; },
      [](State& s) { s.dimensions.height ^= 1; },
      [](State& s) { s.horizontal_scale ^= 1; },
      [](State& s) { s.vertical_scale ^= 1; },
      [](State& s) { s.color_space = !s.color_space; },
      [](State& s) { s.clamping_unneeded = !s.clamping_unneeded; },
      [](State& s) { s.segmentation.absolute = !s.segmentation.absolute; },
      [](State& s) { s = with_map(s, std::vector<std::uint8_t>(6, 1)); },
      [](State& s) {
        s = with_map(s, {0, 0, 0, 0, 0, 3});
      },
      [](State& s) { std::swap(s.last, s.golden); },
      [](State& s) { std::swap(s.golden, s.altref); },
      [](State& s) { s.last = {}; },
  };
  for (std::size_t i = 0; i < 4; ++i) {
    all.emplace_back([i](State& s) { s.segmentation.quantizer[i] ^= 1; });
    all.emplace_back([i](State& s) { s.segmentation.filter_level[i] ^= 1; });
    all.emplace_back([i](State& s) { s.filter_deltas.reference[i] ^= 1; });
    all.emplace_back([i](State& s) { s.filter_deltas.mode[i] ^= 1; });
    all.emplace_back([i](State& s) { s.probabilities.luma_modes[i] ^= 1; });
  }
  for (std::size_t i = 0; i < 3; ++i)
    all.emplace_back([i](State& s) { s.probabilities.chroma_modes[i] ^= 1; });
  for (std::size_t c = 0; c < 2; ++c)
    for (std::size_t i = 0; i < 19; ++i)
      all.emplace_back([=](State& s) { s.probabilities.vectors[c][i] ^= 1; });
  for (std::size_t i = 0; i < 4 * 8 * 3 * 11; ++i)
    all.emplace_back(
        [i](State& s) { s.probabilities.coefficients[i / 264][i / 33 % 8][i / 11 % 3][i % 11] ^= 1; });
  for (const PlaneName name : {PlaneName::kY, PlaneName::kU, PlaneName::kV}) {
    all.emplace_back([=](State& s) { s.last = with_flipped_sample(s.last, name, 3, 7); });
    all.emplace_back([=](State& s) { s.golden = with_flipped_sample(s.golden, name, 0, 0); });
    all.emplace_back([=](State& s) { s.altref = with_flipped_sample(s.altref, name, 7, 7); });
  }
  // Beyond the display crop (40x30 of 48x32): references reach there too.
  all.emplace_back([](State& s) { s.last = with_flipped_sample(s.last, PlaneName::kY, 47, 31); });
  return all;
}

State sample_state() {
  Random random(seed_or(41));
  State state = random_state(random, {40, 30});
  state.segment_map = nullptr;
  state.golden = random_picture(random, {40, 30});
  state.altref = random_picture(random, {40, 30});
  return state;
}

TEST(State, FlippingAnyFieldChangesIdAndEquality) {
  const State original = sample_state();
  std::set<std::uint64_t> ids = {original.id().value};
  for (const auto& flip : flips()) {
    State changed = original;
    flip(changed);
    EXPECT_FALSE(changed == original);
    EXPECT_TRUE(ids.insert(changed.id().value).second) << "change " << ids.size();
  }
}

TEST(State, CopiesAndRebuiltStatesAreEqualWithOneId) {
  const State original = sample_state();
  State rebuilt = original;
  rebuilt.last = Picture(original.last.copy());  // same samples, other storage
  EXPECT_FALSE(rebuilt.last.shares_storage(original.last));
  EXPECT_EQ(rebuilt, original);
  EXPECT_EQ(rebuilt.id(), original.id());
  for (const auto& flip : flips()) {
    State one = original, other = rebuilt;
    flip(one);
    flip(other);
    ASSERT_EQ(one, other);
    ASSERT_EQ(one.id(), other.id());
  }
}

TEST(State, AMapOfZerosIsNoMap) {
  const State without = sample_state();
  const State zeros = with_map(without, std::vector<std::uint8_t>(6));
  EXPECT_EQ(zeros, without);
  EXPECT_EQ(zeros.id(), without.id());
  EXPECT_EQ(zeros.segment_at(5), 0);
}

TEST(State, ReferencesByName) {
  const State state = sample_state();
  EXPECT_TRUE(state.reference(ReferenceFrame::kLast).shares_storage(state.last));
  EXPECT_TRUE(state.reference(ReferenceFrame::kGolden).shares_storage(state.golden));
  EXPECT_TRUE(state.reference(ReferenceFrame::kAltref).shares_storage(state.altref));
  EXPECT_DEATH(state.reference(ReferenceFrame::kIntra), "internal check failed");
}

TEST(State, FreshOnesAreEqual) {
  EXPECT_EQ(State{}, State{});
  EXPECT_EQ(State{}.id(), State{}.id());
  EXPECT_FALSE(State{}.has_pictures());
}

}  // namespace
}  // namespace skirret::test
