#include "tools/bench/report/twins.hh"

#include <gtest/gtest.h>

namespace skirret::bench {
namespace {

MeasuredRun run(bool live, double p95, double ssim, const std::string& trace = "constant:1") {
  MeasuredRun made;
  made.settings.system = "skirret";
  made.settings.trace = trace;
  made.settings.clip = "scene";
  made.settings.live = live;
  made.metrics.whole.delay_ms.p95 = p95;
  made.metrics.displayed.ssim_db = ssim;
  return made;
}

TwinRuns twins(double live, double other, double ssim = 15, double other_ssim = 15,
               const std::string& trace = "constant:1") {
  return {run(true, live, ssim, trace), run(false, other, other_ssim, trace)};
}

TEST(Twins, MediansAreCompared) {
  // Single runs differ by far more than the medians, 110 and 120 ms.
  const std::vector<TwinRuns> runs = {twins(100, 180), twins(110, 90), twins(300, 120)};
  const auto groups = twin_groups(runs);
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_NEAR(groups[0].p95_difference(), 120.0 / 110 - 1, 1e-9);
  EXPECT_TRUE(groups[0].agree());
}

TEST(Twins, FartherApartInDelayOrPictureTheyDoNotAgree) {
  for (const TwinRuns& apart :
       {twins(100, 116), twins(100, 84), twins(100, 100, 15, 15.6), twins(100, 100, 15, 14.4)})
    EXPECT_FALSE(twin_groups({apart}).front().agree());
  for (const TwinRuns& near : {twins(100, 114), twins(100, 86), twins(100, 100, 15, 15.4)})
    EXPECT_TRUE(twin_groups({near}).front().agree());
}

TEST(Twins, EachCallIsAGroupOfItsOwn) {
  const std::vector<TwinRuns> runs = {twins(100, 100), twins(50, 70, 15, 15, "constant:2"), twins(100, 100)};
  const auto groups = twin_groups(runs);
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_TRUE(groups[0].agree());
  EXPECT_EQ(groups[0].live.runs.size(), 2u);
  EXPECT_FALSE(groups[1].agree());
  const Json json = twins_json(runs);
  EXPECT_EQ(json["runs"].size(), 3u);
  EXPECT_EQ(json["groups"][1]["trace"], "constant:2");
  EXPECT_EQ(json["groups"][1]["agree"], false);
  EXPECT_NE(twins_text(runs).find("+40.0 % in p95"), std::string::npos) << twins_text(runs);
}

TEST(Twins, VoidRunsAreLeftOut) {
  std::vector<TwinRuns> runs = {twins(100, 100), twins(100, 900)};
  runs[1].live.is_void = true;
  const auto groups = twin_groups(runs);
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_TRUE(groups[0].agree());
  EXPECT_NE(twins_text(runs).find("1 void"), std::string::npos);
}

}  // namespace
}  // namespace skirret::bench
