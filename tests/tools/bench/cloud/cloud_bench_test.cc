#include <algorithm>
#include <cmath>
#include <fstream>

#include <gtest/gtest.h>

#include "codec/decoder/decoder.hh"
#include "codec/media/source.hh"
#include "tests/support/data.hh"
#include "tests/support/process.hh"
#include "tools/bench/cloud/measure_cloud.hh"
#include "tools/bench/cloud/two_pass_vpx.hh"
#include "tools/bench/codec/clip.hh"

namespace skirret::test {
namespace {

using namespace bench;

std::vector<codec::Picture> pictures(std::size_t count) {
  const auto source = codec::open_source("lavfi:testsrc2=s=96x64:r=25");
  std::vector<codec::Picture> made;
  while (source && made.size() < count) made.push_back((**(*source)->next()).picture);
  return made;
}

TEST(TwoPassVpx, ShowsEachPictureWithKeyFramesWhereAsked) {
  const auto sources = pictures(30);
  for (const TwoPassSettings& settings :
       {TwoPassSettings{20, 1, 0, 12}, TwoPassSettings{20, 4, 0, 12}, TwoPassSettings{20, 1, 25, 12}}) {
    const auto frames = encode_two_pass(sources, {25, 1}, settings);
    ASSERT_TRUE(frames.has_value()) << frames.error().message;
    codec::State state;
    std::vector<std::size_t> keys;
    std::size_t shown = 0;
    for (const ByteVector& frame : *frames) {
      const auto decoded = codec::decode(state, frame);
      ASSERT_TRUE(decoded.has_value());
      state = decoded->next;
      if ((frame[0] & 1) == 0) keys.push_back(shown);
      shown += decoded->show ? 1 : 0;
    }
    EXPECT_EQ(shown, 30u);
    EXPECT_EQ(keys, (std::vector<std::size_t>{0, 12, 24}));
  }
}

TEST(CloudBench, ComparesAllAtFourQualities) {
  CloudBenchOptions options;
  options.clips = {"lavfi:testsrc2=s=96x64:r=25:d=1"};
  options.frames = 14;
  options.divisions = {{3, 3}};
  options.threads = {2};
  options.lag = 5;
  const auto figures = measure_cloud(options, [](const std::string&) { return true; });
  ASSERT_TRUE(figures.has_value()) << figures.error().message;
  ASSERT_EQ(figures->size(), 1u);
  const CloudFigures& clip = figures->front();
  EXPECT_EQ(clip.frames, 14u);
  EXPECT_EQ(clip.key_frame_interval, 9);
  ASSERT_EQ(clip.curves.size(), 4u);
  EXPECT_NEAR(clip.curves[0].bits.value_or(99), 0, 1e-6);
  EXPECT_EQ(clip.curves[3].name, "[3,3]");
  for (const CloudCurve& curve : clip.curves) {
    ASSERT_EQ(curve.points.size(), 4u);
    for (std::size_t i = 1; i < 4; ++i) {
      EXPECT_LT(curve.points[i].kbps, curve.points[i - 1].kbps) << curve.name;
      EXPECT_LE(curve.points[i].worst_ssim_db, curve.points[i].ssim_db);
    }
  }
  EXPECT_NEAR(clip.curves[0].worst_below.value_or(99), 0, 1e-6);
  EXPECT_LT(std::abs(clip.curves[3].worst_below.value_or(99)), 20);
  EXPECT_TRUE(clip.curves[0].task_seconds.empty());
  EXPECT_GT(clip.curves[3].task_seconds.at("rebase"), 0);
  EXPECT_TRUE(cloud_json(*figures)["clips"][0]["curves"][3].contains("cpu_ratio"));
  EXPECT_NE(cloud_text(*figures).find("[3,3]"), std::string::npos);
  ASSERT_EQ(clip.scaling.size(), 2u);
  for (const CloudScaling& run : clip.scaling) {
    EXPECT_GT(run.wall_seconds, 0);
    ASSERT_FALSE(run.tasks.empty());
    for (const auto& task : run.tasks) EXPECT_LT(task.attempt.worker, run.workers);
  }
  const std::string page = cloud_page(*figures);
  EXPECT_NE(page.find("class=\"timeline\""), std::string::npos);
  EXPECT_NE(page.find(">worker 1<"), std::string::npos);
  ASSERT_TRUE(clip.rebase.has_value());
  EXPECT_GT(clip.rebase->plain_fps, clip.rebase->improved_fps);
  EXPECT_LT(clip.rebase->improved_bits.value_or(99), clip.rebase->plain_bits.value_or(0));
  EXPECT_NE(cloud_text(*figures).find("rebased helpfully"), std::string::npos);
  options.clips = {"no such clip"};
  EXPECT_FALSE(measure_cloud(options, [](const std::string&) { return true; }).has_value());
}

// Each point is measured once by one program; what stands in the file is taken at its word.
TEST(CloudBench, TakesKnownPoints) {
  const TemporaryFolder folder;
  CloudBenchOptions options;
  options.clips = {"lavfi:testsrc2=s=96x64:r=25:d=1"};
  options.frames = 8;
  options.divisions = {{2, 2}};
  options.threads.clear();
  options.workers.clear();
  options.lag = options.rebased = 0;
  options.known = (folder / "points.json").string();
  options.frames_csv = (folder / "frames.csv").string();
  std::vector<std::string> steps;
  const auto run = [&] {
    steps.clear();
    return measure_cloud(options, [&](const std::string& what) {
      steps.push_back(what);
      return true;
    });
  };
  const auto first = run();
  ASSERT_TRUE(first.has_value()) << first.error().message;
  EXPECT_EQ(steps.size(), 8u);
  const ByteVector table = read_file(options.frames_csv);
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 1 + 2 * 4 * 8);
  const auto second = run();
  ASSERT_TRUE(second.has_value());
  EXPECT_TRUE(steps.empty());
  for (const std::size_t curve : {0, 1})
    EXPECT_EQ(second->front().curves[curve].points[2].kbps, first->front().curves[curve].points[2].kbps);
  ByteVector points = read_file(options.known);
  std::string text(points.begin(), points.end());
  for (std::size_t at = 0; (at = text.find(" by ", at)) != std::string::npos; ++at) text[at + 4] = 'x';
  std::ofstream(options.known) << text;
  ASSERT_TRUE(run().has_value());
  EXPECT_EQ(steps.size(), 4u) << "another program's are not ours";
  options.frames = 7;
  ASSERT_TRUE(run().has_value());
  EXPECT_EQ(steps.size(), 8u) << "other frames are other points";
  std::ofstream(options.known) << "[1, 2]";
  EXPECT_FALSE(run().has_value());
}

}  // namespace
}  // namespace skirret::test
