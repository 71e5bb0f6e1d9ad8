#include "cloudenc/plan/plan.hh"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cloudenc/plan/quality_plan.hh"
#include "cloudenc/plan/quantizer_schedule.hh"

namespace skirret::test {
namespace {

using namespace cloudenc;

std::vector<SourceFrame> frames_of(std::size_t count, std::size_t per_segment) {
  std::vector<SourceFrame> frames(count);
  for (std::size_t i = 0; i < count; ++i)
    frames[i] = {i / per_segment, i % per_segment, static_cast<std::int64_t>(i) * 40, {1280, 720}};
  return frames;
}

std::vector<BlobGroup> segments_of(std::size_t count, std::size_t parts = 1) {
  std::vector<BlobGroup> segments(count, BlobGroup(parts));
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t k = 0; k < parts; ++k) {
      segments[i][k].bytes[0] = static_cast<std::uint8_t>(i + 1);
      segments[i][k].bytes[1] = static_cast<std::uint8_t>(k);
    }
  return segments;
}

EncodePlan example(int width) {
  EncodeOptions options;
  options.division = {6, 4};
  const auto frames = frames_of(50, 20);
  const auto segments = segments_of(3);
  return encode_plan(segments, frames, divide(frames, options.division, {}), {}, options, width);
}

std::map<std::string, int> counts_of(const Graph& graph) {
  std::map<std::string, int> counts;
  for (const Node& node : graph.nodes()) ++counts[node.function];
  return counts;
}

TEST(EncodePlan, HasEachStepOnceForEachChunk) {
  const EncodePlan plan = example(2);
  ASSERT_EQ(plan.batches.size(), 3u);
  // 9 chunks; each but the first of a batch is bridged and rebased.
  EXPECT_THAT(counts_of(plan.graph), testing::IsSupersetOf(std::map<std::string, int>{
                                         {"bridge", 6}, {"chunk", 9}, {"rebase", 6}, {"stitch", 3}}));
  EXPECT_EQ(plan.targets.size(), 3u);
}

TEST(EncodePlan, RebasesAlongTheBatchOnly) {
  const EncodePlan plan = example(2);
  for (std::size_t i = 0; i < plan.graph.nodes().size(); ++i) {
    const Node& node = plan.graph[i];
    if (node.function != "rebase") continue;
    const auto& start = std::get<OutputsOf>(node.inputs.at(0).at(0));
    const Node& before = plan.graph[start.node];
    EXPECT_EQ(before.function, node.arguments["exact"].get<bool>() ? "chunk" : "rebase") << node.label;
    const std::string batch = node.label.substr(7, 1);
    EXPECT_NE(before.label.find(" " + batch + "."), std::string::npos)
        << node.label << " after " << before.label;
  }
}

// Effort goes where bytes of the stream come from; of later chunks and bridges the chain takes vectors.
TEST(EncodePlan, HurriesWhereTheChainCodesAgain) {
  const EncodePlan plan = example(2);
  int chunks = 0, bridges = 0;
  for (const Node& node : plan.graph.nodes()) {
    const char place = node.label.back();
    if (node.function == "chunk") {
      EXPECT_EQ(node.arguments["effort"], place == '0' ? "good" : "vectors") << node.label;
      ++chunks;
    } else if (node.function == "bridge") {
      EXPECT_EQ(node.arguments["improve"], place == '1') << node.label;
      EXPECT_EQ(node.arguments["level"] == 5, place == '1') << node.label;
      ++bridges;
    }
  }
  EXPECT_EQ(chunks, 9);
  EXPECT_EQ(bridges, 6);
}

TEST(EncodePlan, TheNumberOfWorkersChangesOnlyTheOrder) {
  const EncodePlan one = example(1), eight = example(8);
  ASSERT_EQ(one.graph.nodes().size(), eight.graph.nodes().size());
  for (std::size_t i = 0; i < one.graph.nodes().size(); ++i) {
    EXPECT_EQ(one.graph[i].function, eight.graph[i].function);
    EXPECT_EQ(one.graph[i].arguments, eight.graph[i].arguments);
  }
}

TEST(EncodePlan, TheCriticalPathRunsAlongTheChain) {
  const EncodePlan plan = example(2);
  const auto path = plan.graph.critical_path();
  std::int64_t last = 0;
  for (std::size_t i = plan.graph.nodes().size(); i-- > 0;) {
    if (plan.graph[i].label.rfind("rebase 0.", 0) != 0) continue;
    EXPECT_GT(path[i], last) << plan.graph[i].label;
    last = path[i];
  }
}

TEST(PictureNodes, CoverEachFrameOnce) {
  // Two segments, the second one far larger than a task may decode.
  const auto frames = frames_of(700, 300);
  const AnalysisPlan plan = analysis_plan(segments_of(3), frames);
  std::set<std::pair<std::string, std::uint64_t>> seen;
  for (const Node& node : plan.graph.nodes()) {
    if (node.function != "pictures") continue;
    const auto first = node.arguments["first"].get<std::uint64_t>(),
               count = node.arguments["count"].get<std::uint64_t>();
    EXPECT_LE(count, 128u);
    for (std::uint64_t i = first; i < first + count; ++i)
      EXPECT_TRUE(seen.emplace(std::get<ContentHash>(node.inputs[0][0]).hex(), i).second);
  }
  EXPECT_EQ(seen.size(), 700u);
}

// Each task of a long segment is given what decoding needs, and may go on where the one before left off.
TEST(Segments, InParts) {
  const auto segments = segments_of(2, 3);
  const Graph index = index_graph(segments);
  ASSERT_EQ(index.nodes().size(), 6u);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(index[i].inputs[0].size(), i % 3 + 1);
    EXPECT_EQ(index[i].arguments["more"], i % 3 < 2);
    EXPECT_EQ(index[i].lane->number, i / 3);
    EXPECT_EQ(index[i].lane->place, i % 3);
  }
  const AnalysisPlan plan = analysis_plan(segments, frames_of(600, 300));
  std::map<std::size_t, std::uint64_t> places;
  for (const Node& node : plan.graph.nodes()) {
    if (node.function != "pictures") continue;
    EXPECT_EQ(node.inputs[0].size(), 3u);
    EXPECT_EQ(node.arguments["first"].get<std::uint64_t>(), node.lane->place);
    EXPECT_GE(node.lane->place, places[node.lane->number]);
    places[node.lane->number] = node.lane->place;
  }
  EXPECT_EQ(places.size(), 2u);
}

TEST(Tables, RefuseWhatIsNone) {
  const auto blob = [](const std::string& text) { return ByteVector(text.begin(), text.end()); };
  const std::vector<ByteVector> fine = {blob("[[0,64,48],[1,64,48]]"), blob("[]"), blob("[[1,64,48]]")};
  const auto frames = frames_of_tables(segments_of(3), fine);
  ASSERT_TRUE(frames.has_value());
  ASSERT_EQ(frames->size(), 3u);
  EXPECT_EQ((*frames)[2].time, 2) << "times rise";
  const auto parted = frames_of_tables(std::vector<BlobGroup>{segments_of(1, 2)[0], segments_of(1)[0]}, fine);
  ASSERT_TRUE(parted.has_value());
  EXPECT_EQ((*parted)[1].index, 1u);
  EXPECT_EQ((*parted)[2].segment, 1u);
  const auto one = [&](const char* text) {
    return frames_of_tables(segments_of(1), std::vector<ByteVector>{blob(text)});
  };
  for (const char* text : {"", "{}", "[1]", "[[1,2]]", "[[1,2,\"3\"]]", "[[1,2,0.5]]"})
    EXPECT_FALSE(one(text).has_value()) << text;
  EXPECT_EQ(one("[]").error().code, ErrorCode::kUnsupported);
}

TEST(SceneCuts, StandOutFromTheirNeighbours) {
  const FrameStatistics still{1000, 200, 900'000}, cut{1000, 950, 100'000}, wild{1000, 950, 150'000};
  EXPECT_EQ(scene_cuts(std::vector<FrameStatistics>{cut, still, still, cut, still, still}),
            (std::vector<std::size_t>{3}));
  EXPECT_TRUE(scene_cuts(std::vector<FrameStatistics>{cut, still, wild, wild, wild, still}).empty())
      << "motion that lasts is no cut";
}

TEST(QuantizerSchedule, IsFinerWhereMorePointsAtIt) {
  const Batch batch{{{10, 3}, {13, 3}}};
  EXPECT_EQ(quantizer_schedule(batch, {}, 30), std::vector<int>(6, 30));
  const std::vector<FrameStatistics> still(16, {1000, 0, 1'000'000}), wild(16, {1000, 1000, 0});
  const auto schedule = quantizer_schedule(batch, still, 30);
  EXPECT_LT(schedule[0], schedule[3]);
  EXPECT_LT(schedule[3], 30);
  EXPECT_EQ(schedule[4], 30);
  EXPECT_EQ(quantizer_schedule(batch, wild, 30), std::vector<int>(6, 30));
  const std::vector<FrameStatistics> moving(16, {1000, 0, 1'000'000, 900'000});
  const auto coarser = quantizer_schedule(batch, moving, 30);
  EXPECT_GT(coarser[0], schedule[0]);
  EXPECT_GT(coarser[3], schedule[3]);
  EXPECT_LT(coarser[3], 30);
  for (const int quantizer : quantizer_schedule(batch, still, 63)) EXPECT_GE(quantizer, 0);
}

// A cut in a part of the picture was shown at the coarsest quantizer until the next golden frame.
TEST(QuantizerSchedule, IsFinerWhereSomethingComesAndStays) {
  const Batch batch{{{0, 6}, {6, 6}}};
  std::vector<FrameStatistics> statistics(12, {1000, 50, 1'000'000});
  const auto before = quantizer_schedule(batch, statistics, 30);
  statistics[2].coded_error = 200;
  const auto schedule = quantizer_schedule(batch, statistics, 30);
  EXPECT_LT(schedule[2], 30 - 5);
  EXPECT_GT(schedule[2], schedule[6]) << "no more than what becomes golden";
  for (const std::size_t other : {1, 3, 4, 5, 7, 11}) EXPECT_EQ(schedule[other], before[other]) << other;
  // Two frames of scrolling, each of which is soon at rest …
  statistics[3].coded_error = 200;
  const auto scrolled = quantizer_schedule(batch, statistics, 30);
  EXPECT_EQ(scrolled[2], schedule[2]);
  EXPECT_EQ(scrolled[3], schedule[2]);
  // … and what moves on and on.
  for (std::size_t i = 2; i < 12; ++i) statistics[i].coded_error = 200;
  EXPECT_EQ(quantizer_schedule(batch, statistics, 30)[2], 30);
  statistics[11].coded_error = 900;
  EXPECT_EQ(quantizer_schedule(batch, statistics, 30)[11], 30) << "nothing follows it";
}

TEST(GoldenFrames, ComeAgainInLongChunks) {
  EXPECT_EQ(golden_frames({100, 1}), std::vector<std::size_t>{0});
  EXPECT_EQ(golden_frames({100, 6}), std::vector<std::size_t>{0});
  EXPECT_EQ(golden_frames({100, 9}), std::vector<std::size_t>{0}) << "too few frames would be left";
  EXPECT_EQ(golden_frames({0, 24}), (std::vector<std::size_t>{0, 6, 12, 18}));
  const Batch batch{{{0, 12}, {12, 12}}};
  const std::vector<FrameStatistics> still(24, {1000, 0, 1'000'000});
  const auto schedule = quantizer_schedule(batch, still, 30);
  EXPECT_EQ(schedule[18], schedule[12]);
  EXPECT_LT(schedule[18], schedule[17]);
}

// Wishes are tried on what the stream will be made of: chunks joined to the ones before them.
TEST(QualityPlan, TriesJoinedChunks) {
  EncodeOptions options;
  options.division = {6, 4};
  const auto frames = frames_of(48, 20);
  const auto segments = segments_of(3);
  const auto batches = divide(frames, options.division, {});
  const QualityPlan plan = quality_plan(segments, frames, batches, {}, options);
  ASSERT_EQ(plan.targets.size(), plan.qualities.size() * plan.steady.size());
  for (const std::size_t target : plan.targets) {
    const Node& score = plan.graph[target];
    ASSERT_EQ(score.function, "score");
    const Node& stitch = plan.graph[std::get<OutputsOf>(score.inputs.at(0).at(0)).node];
    ASSERT_EQ(stitch.function, "stitch");
    ASSERT_EQ(stitch.inputs.at(0).size(), 2u);
    EXPECT_EQ(plan.graph[std::get<OutputsOf>(stitch.inputs.at(0).at(1)).node].function, "rebase");
  }
  for (const std::size_t steady : plan.steady) EXPECT_EQ(steady, 6u);
}

// What stands before the second chunk, but for the key frame, counts for neither quality nor rate.
TEST(QualityPlan, CountsWhatFollowsTheJoint) {
  QualityPlan plan;
  plan.qualities = {10, 20};
  plan.steady = {2};
  const auto blob = [](const std::string& text) { return ByteVector(text.begin(), text.end()); };
  // 20 dB and 10 dB from frame 2 on.
  const std::vector<ByteVector> tables = {blob("[[9,1],[9,1],[9,990000000]]"),
                                          blob("[[9,1],[9,1],[9,900000000]]")};
  const auto quality = choose_quality(plan, tables, {14.5, std::nullopt}, {1, 3, 1});
  ASSERT_TRUE(quality.has_value());
  EXPECT_EQ(*quality, 15);
}

}  // namespace
}  // namespace skirret::test
