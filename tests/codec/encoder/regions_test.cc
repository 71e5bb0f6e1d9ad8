#include "codec/encoder/regions.hh"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <gtest/gtest.h>

#include "codec/decoder/decoder.hh"
#include "codec/encoder/bit_cost.hh"
#include "codec/encoder/segment_tree.hh"
#include "tests/codec/encoder/coded_call.hh"
#include "tests/codec/encoder/staged_scene.hh"
#include "tests/support/random.hh"

namespace skirret::test {
namespace {

using codec::PlaneName;
using codec::Region;

constexpr codec::Dimensions kSize{256, 192};
constexpr int kCols = kSize.width / 16;

CodedCall::Direct with(codec::Regions regions) {
  return [regions](codec::FramePlan& plan) { plan.regions = regions; };
}

codec::Picture talker(std::uint64_t seed, int frame) {
  const int away = std::abs(frame % 16 - 8);
  return staged_picture(kSize, Texture(seed), Texture(seed + 1), {120 + 2 * away, 110}, 40);
}

TEST(Regions, WhatStaysIsFinerAndTheMapIsSentOnce) {
  const std::uint64_t seed = seed_or(90);
  CodedCall call(50, {3});
  int maps = 0, data = 0;
  for (int frame = 0; frame < 40; ++frame) {
    const auto coded = call.next(talker(seed, frame), with({.still = true}));
    const codec::SegmentationFields& sent = coded.candidate.header.segmentation;
    maps += sent.update_map;
    data += sent.update_data.has_value();
    EXPECT_EQ(sent.enabled, call.state().segment_map != nullptr);
  }
  EXPECT_EQ(maps, 1);
  EXPECT_EQ(data, 1);
  const codec::State& state = call.state();
  ASSERT_NE(state.segment_map, nullptr);
  EXPECT_LT(state.segmentation.quantizer[1], 0);
  EXPECT_EQ(state.segment_at(0), static_cast<std::uint8_t>(Region::kStill));
  EXPECT_EQ(state.segment_at(7 * kCols + 8), static_cast<std::uint8_t>(Region::kPlain));  // the face
}

TEST(Regions, ADifferentSourceKeepsTheMap) {
  const std::uint64_t seed = seed_or(91);
  CodedCall call(50, {3});
  for (int frame = 0; frame < 30; ++frame) call.next(talker(seed, frame), with({.still = true}));
  ASSERT_NE(call.state().segment_map, nullptr);
  codec::FramePlan plan;
  plan.regions.still = true;
  const codec::Picture target = talker(seed, 30);
  const auto regions = codec::find_regions(call.state(), target, plan, {50, 50}, {});  // nothing known beside
  EXPECT_FALSE(regions.update);
  EXPECT_EQ(regions.map, call.state().segment_map);
}

// All candidates of a frame, those pressed below a budget among them, share the map.
TEST(Regions, CandidatesDecodeAndKeepTheirBudget) {
  const std::uint64_t seed = seed_or(92);
  CodedCall call(40, {3});
  codec::InlineExecutor executor;
  int segmented = 0;
  for (int frame = 0; frame < 30; ++frame) {
    const codec::Picture target = talker(seed, frame);
    if (frame > 22) {
      codec::FramePlan plan;
      plan.regions.still = true;
      const codec::State& from = call.state();
      const auto analysis = codec::analyse(from, target, plan, {20, 120}, call.hints(), {frame % 6});
      const std::array<codec::Quantizer, 4> quantizers = {60, 50, 75, 120};
      auto candidates = codec::code_each(from, target, analysis, quantizers, executor);
      for (const std::size_t limit : {40u, 90u, 200u, 450u, 900u}) {
        candidates.push_back(codec::code_within(from, target, analysis, limit));
        EXPECT_LE(candidates.back().bytes.size(), limit);
        candidates.push_back(codec::code_below(from, target, analysis, limit, 60));
        EXPECT_LE(candidates.back().bytes.size(), limit);
      }
      for (const codec::Candidate& candidate : candidates) {
        const auto decoded = codec::decode(from, candidate.bytes);
        ASSERT_TRUE(decoded) << decoded.error().message;
        ASSERT_TRUE(decoded->next == codec::finish(from, candidate));
        segmented += candidate.header.segmentation.enabled;
      }
    }
    call.next(target, with({.still = true}));
  }
  EXPECT_GT(segmented, 50);
}

TEST(Regions, NamesAreParsed) {
  const auto two = codec::parse_regions("still,skin");
  ASSERT_TRUE(two.has_value());
  EXPECT_TRUE(two->still && two->skin);
  EXPECT_FALSE(two->text);
  EXPECT_FALSE(codec::parse_regions("none")->any());
  for (const char* wrong : {"", "still,", "stil", "text skin"})
    EXPECT_EQ(codec::parse_regions(wrong).error().code, ErrorCode::kInvalid) << wrong;
}

// What a map's update costs is no more than with every probability sent, and no more than with none.
TEST(Regions, TheTreeFitsTheMap) {
  using Tree = std::array<std::optional<codec::Probability>, 3>;
  Random random(seed_or(94));
  for (int round = 0; round < 200; ++round) {
    std::vector<std::uint8_t> map(static_cast<std::size_t>(random.between(1, 400)));
    const int last = random.between(0, 3), rare = random.between(1, 20);
    for (std::uint8_t& segment : map)
      segment = static_cast<std::uint8_t>(random.chance(1, rare) ? random.between(0, last) : 0);
    const auto cost = [&map](const Tree& sent) {
      std::uint64_t bits = 0;  // 1/256
      for (const auto& one : sent) bits += one ? 8 * codec::kOneBit : 0;
      const auto of = [&](std::size_t node) { return sent[node].value_or(255); };
      for (const std::uint8_t segment : map)
        bits += codec::cost_of_bit(of(0), segment >= 2) +
                codec::cost_of_bit(of(segment >= 2 ? 2 : 1), segment % 2 != 0);
      return bits;
    };
    const std::uint64_t fitted = cost(codec::segment_tree(map));
    EXPECT_LE(fitted, cost(Tree{}));
    EXPECT_LE(fitted, cost(Tree{128, 128, 128}));
  }
}

// Black strokes on white beside a soft texture.
TEST(Regions, TextIsFoundByItsEdges) {
  codec::MutablePicture page(kSize);
  page.fill(235, 128, 128);
  const codec::MutablePlaneView luma = page.plane(PlaneName::kY);
  const Texture soft(seed_or(93), 60, 10);
  for (int y = 0; y < luma.height; ++y)
    for (int x = 0; x < luma.width; ++x) {
      if (x < 128 && y % 16 >= 4 && y % 16 < 12 && (x % 7 == 0 || x % 11 == 5))
        *luma.at(x, y) = 20;
      else if (x >= 128)
        *luma.at(x, y) = static_cast<std::uint8_t>(soft.at(x, y));
    }
  codec::FramePlan plan;
  plan.kind = codec::FrameKind::kKey;
  plan.regions.text = true;
  const auto regions = codec::find_regions({}, codec::Picture(std::move(page)), plan, {40, 40}, {});
  ASSERT_TRUE(regions.update);
  for (std::size_t i = 0; i < regions.map->size(); ++i)
    ASSERT_EQ((*regions.map)[i], i % kCols < 8 ? static_cast<std::uint8_t>(Region::kText) : 0) << i;
}

TEST(Regions, SkinIsFoundByItsColour) {
  codec::MutablePicture picture(kSize);
  picture.fill(150, 128, 128);
  const codec::MutablePlaneView u = picture.plane(PlaneName::kU), v = picture.plane(PlaneName::kV);
  for (int y = 0; y < u.height; ++y)
    for (int x = 0; x < u.width / 2; ++x) {
      *u.at(x, y) = 108;
      *v.at(x, y) = 152;
    }
  codec::FramePlan plan;
  plan.kind = codec::FrameKind::kKey;
  plan.regions.skin = true;
  const auto regions = codec::find_regions({}, codec::Picture(std::move(picture)), plan, {40, 40}, {});
  ASSERT_TRUE(regions.update);
  for (std::size_t i = 0; i < regions.map->size(); ++i)
    ASSERT_EQ((*regions.map)[i], i % kCols < 8 ? static_cast<std::uint8_t>(Region::kSkin) : 0) << i;
}

}  // namespace
}  // namespace skirret::test
