#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "codec/container/y4m.hh"
#include "tools/bench/codec/coding_run.hh"
#include "tools/bench/codec/curves.hh"
#include "tools/bench/codec/measure_codec.hh"

namespace skirret::bench {
namespace {

constexpr const char* kScene = "lavfi:testsrc2=size=176x144:rate=30:duration=1";

Clip scene(std::size_t frames) {
  auto clip = load_clip(kScene, frames);
  EXPECT_TRUE(clip) << clip.error().message;
  return std::move(*clip);
}

TEST(CodecBench, MedianOfOddAndEven) {
  EXPECT_EQ(median({3, 1, 2}), 2);
  EXPECT_EQ(median({4, 1, 3, 2}), 2.5);
  EXPECT_EQ(median({7}), 7);
}

TEST(CodecBench, VpxQuantizersMeetTheFormats) {
  for (int quantizer = 0; quantizer < 64; ++quantizer)
    EXPECT_EQ(vpx_quantizer(index_of_vpx_quantizer(quantizer)), quantizer);
  for (const int index : CodecBenchOptions{}.quantizers)
    EXPECT_EQ(index_of_vpx_quantizer(vpx_quantizer(index)), index);
}

// The baseline's difference from itself is 0; a finer quantizer costs more and looks better, for all of them.
TEST(CodecBench, CurvesOfOneScene) {
  const Clip clip = scene(8);
  const std::vector<EncodeTarget> targets = {AtQuantizer{20}, AtQuantizer{39}, AtQuantizer{61},
                                             AtQuantizer{88}};
  const auto curves = measure_curves(clip, {vpx_frontier().front(), our_setting(1)}, targets, 1);
  ASSERT_TRUE(curves) << curves.error().message;
  EXPECT_NEAR(curves->encoders[0].bd.psnr.value(), 0, 1e-9);
  EXPECT_EQ(curves->encoders[0].speed, 1);
  EXPECT_TRUE(curves->encoders[1].bd.ssim_piecewise);
  for (const EncoderCurve& curve : curves->encoders) {
    ASSERT_EQ(curve.points.size(), targets.size());
    for (std::size_t i = 1; i < targets.size(); ++i) {
      EXPECT_LT(curve.points[i].kbps, curve.points[i - 1].kbps) << curve.name;
      EXPECT_LT(curve.points[i].psnr, curve.points[i - 1].psnr) << curve.name;
    }
  }
}

TEST(CodecBench, WhatIsMeasuredIsTold) {
  CodecBenchOptions options;
  options.clips = {kScene};
  options.parts = {"gate", "quantizers", "rates", "decode", "candidates", "budget", "profile"};
  options.efforts = {0};
  options.frames = 4;
  options.repetitions = 1;
  options.frame_bytes = {3000};
  options.baseline_only = true;
  const auto figures = measure_codec(options, [](const std::string&) { return true; });
  ASSERT_TRUE(figures) << figures.error().message;
  const auto json = figures_json(*figures);
  EXPECT_EQ(json["fixed_quantizers"]["clips"][0]["encoders"].size(), 2u);
  EXPECT_EQ(json["fixed_quantizers"]["clips"][0]["encoders"][1]["points"].size(), options.quantizers.size());
  EXPECT_LE(json["gates"][0]["repacked_percent"], 0.0);
  EXPECT_EQ(json["gates"][0]["points"].size(), options.quantizers.size());
  EXPECT_EQ(json["decoding"].size(), 2u);
  EXPECT_EQ(json["candidates"][0]["costs"][3]["candidates"], 5);
  EXPECT_EQ(json["budgets"][0]["frames"], 4);
  EXPECT_GT(json["profiles"][0]["analyse_ms"], 0.0);
  EXPECT_GT(json["profiles"][0]["stages_ms"]["motion search"], 0.0);
  EXPECT_NE(json["machine"]["cpu"], "");
  const std::string page = figures_page(*figures);
  EXPECT_NE(page.find("<svg"), std::string::npos);
  EXPECT_EQ(page.find("nan"), std::string::npos);
}

// Whatever its size: clips that nobody was tuned on are named by their path.
TEST(CodecBench, TakesAnyY4m) {
  namespace fs = std::filesystem;
  std::string folder = (fs::temp_directory_path() / "skirret-bench-XXXXXX").string();
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const std::string path = folder + "/held-out_178x102_12.y4m";
  const auto drawn = load_clip("lavfi:testsrc2=size=178x102:rate=12:duration=1", 4);
  ASSERT_TRUE(drawn);
  auto writer = codec::Y4mWriter::create(path, {.dimensions = {178, 102}, .rate_numerator = 12});
  ASSERT_TRUE(writer);
  for (const codec::Picture& picture : drawn->pictures) ASSERT_TRUE(writer->write(picture));
  ASSERT_TRUE(writer->finish());
  CodecBenchOptions options;
  options.clips = {path};
  options.parts = {"quantizers"};
  options.efforts = {0};
  options.repetitions = 1;
  const auto figures = measure_codec(options, [](const std::string&) { return true; });
  fs::remove_all(folder);
  ASSERT_TRUE(figures) << figures.error().message;
  ASSERT_EQ(figures->at_quantizers.size(), 1u);
  EXPECT_EQ(figures->at_quantizers[0].clip, "held-out");
  const auto& encoders = figures->at_quantizers[0].encoders;
  ASSERT_EQ(encoders.size(), vpx_peers().size() + 1);
  EXPECT_EQ(encoders[4].name, "libvpx --best");
  EXPECT_LT(encoders[4].bd.psnr.value(), 0);
}

TEST(CodecBench, AStopIsAnError) {
  CodecBenchOptions options;
  options.clips = {kScene};
  options.parts = {"decode"};
  const auto figures = measure_codec(options, [](const std::string&) { return false; });
  ASSERT_FALSE(figures);
  EXPECT_EQ(figures.error().code, ErrorCode::kIo);
}

TEST(CodecBench, AnUnknownClipIsNamed) {
  const auto found = find_clip("no-such-clip");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::kNotFound);
  EXPECT_NE(found.error().message.find("no-such-clip"), std::string::npos);
}

// The means of two clips, by hand: speeds 0.5 and 2 have the geometric mean 1.
TEST(CodecBench, Means) {
  const auto curve = [](const char* name, bool ours, double speed, double rate) {
    EncoderCurve made{name, ours, {}, 0, speed, {}};
    made.bd.psnr = made.bd.ssim = rate;
    return made;
  };
  const std::vector<ClipCurves> clips = {
      {"a", {curve("fast", false, 1, 0), curve("slow", false, 0.25, -20), curve("ours", true, 0.5, -14)}},
      {"b", {curve("fast", false, 1, 0), curve("slow", false, 0.25, -20), curve("ours", true, 0.5, -10)}}};
  const auto means = mean_of(clips);
  ASSERT_EQ(means.size(), 3u);
  EXPECT_NEAR(means[2].speed, 0.5, 1e-12);
  EXPECT_NEAR(means[2].bd.psnr.value(), -12, 1e-12);
  EXPECT_EQ(means[2].worst_psnr, -10);
  EXPECT_NEAR(means[2].frontier_psnr.value(), -2, 1e-9);  // half way in log speed between 0 and -20
  EXPECT_FALSE(means[0].frontier_psnr);
}

}  // namespace
}  // namespace skirret::bench
