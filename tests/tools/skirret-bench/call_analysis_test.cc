#include "tools/skirret-bench/call_analysis.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace skirret::bench {
namespace {

using transport::LinkEvent;
using transport::LinkEventKind;

TimePoint at_ms(std::int64_t ms) {
  return from_ns(ms * 1'000'000);
}

constexpr Duration ms(std::int64_t count) {
  return std::chrono::milliseconds(count);
}

LinkEvent opportunity(std::int64_t at, std::uint32_t used) {
  return {.kind = LinkEventKind::kOpportunity, .at = at_ms(at), .packet = 0, .bytes = used, .queued = {}};
}

// Five captures, 100 ms apart from t = 1000 ms. Frame 1 is lost, frame 2 answers for it; frame 3 was above
// its budget; frame 4 is never shown.
CallLog small_call() {
  CallLog log;
  for (std::int64_t i = 0; i < 5; ++i) {
    log.captured.push_back({.at = at_ms(1000 + 100 * i), .frame = static_cast<std::uint64_t>(i)});
  }
  const auto coded = [](std::int64_t at, std::uint64_t frame, std::uint64_t bytes, std::uint64_t budget,
                        bool key) {
    return Coded{.at = at_ms(at),
                 .frame = frame,
                 .bytes = bytes,
                 .budget = budget,
                 .quantizer = 30,
                 .key_frame = key,
                 .sent = bytes > 0,
                 .candidates = {{.quantizer = 30, .bytes = bytes}, {.quantizer = 10, .bytes = 2 * bytes}}};
  };
  log.coded = {coded(1010, 0, 3000, 3000, true), coded(1110, 1, 1000, 1200, false),
               coded(1210, 2, 1000, 1200, false), coded(1310, 3, 1300, 1200, false),
               coded(1410, 4, 0, 100, false)};
  log.shown = {
      {.at = at_ms(1050), .frame = 0}, {.at = at_ms(1260), .frame = 2}, {.at = at_ms(1420), .frame = 3}};
  log.losses = 1;
  return log;
}

TEST(CallAnalysis, DelayIsUntilThatFrameOrALaterOneIsShown) {
  const auto analysis = analyse_call(small_call(), {});
  ASSERT_TRUE(analysis);
  // 0: 50, 1: 160 (by frame 2), 2: 60, 3: 120; frame 4 has no answer.
  const auto& points = analysis->timeline.delay_ms;
  ASSERT_EQ(points.size(), 4u);
  const double wanted_seconds[] = {0, 0.1, 0.2, 0.3};
  const double wanted_ms[] = {50, 160, 60, 120};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(points[i].seconds, wanted_seconds[i], 1e-9);
    EXPECT_NEAR(points[i].value, wanted_ms[i], 1e-9);
  }
  EXPECT_EQ(analysis->summary.delay_p50, ms(60));
  EXPECT_EQ(analysis->summary.delay_p95, ms(160));
  EXPECT_EQ(analysis->summary.delay_max, ms(160));
  EXPECT_EQ(analysis->summary.frames_unanswered, 1u);
  EXPECT_EQ(analysis->summary.longest_freeze, ms(210));
}

TEST(CallAnalysis, CountsFramesBudgetsAndKeyFrames) {
  const auto analysis = analyse_call(small_call(), {});
  ASSERT_TRUE(analysis);
  const CallSummary& summary = analysis->summary;
  EXPECT_EQ(summary.length, ms(400));
  EXPECT_EQ(summary.frames_captured, 5u);
  EXPECT_EQ(summary.frames_sent, 4u);
  EXPECT_EQ(summary.frames_skipped, 1u);
  EXPECT_EQ(summary.frames_superseded, 0u);
  EXPECT_EQ(summary.frames_shown, 3u);
  EXPECT_EQ(summary.bytes_coded, 6300u);
  EXPECT_EQ(summary.key_frames, 1u);
  EXPECT_EQ(summary.over_budget, 1u);
  EXPECT_EQ(summary.losses, 1u);
  EXPECT_DOUBLE_EQ(summary.candidates_a_frame, 2);
  EXPECT_FALSE(summary.link);
  EXPECT_FALSE(summary.quality);
}

TEST(CallAnalysis, CapturesThatWereNeverCodedWereSuperseded) {
  CallLog log = small_call();
  log.coded.erase(log.coded.begin() + 1);
  const auto analysis = analyse_call(log, {});
  ASSERT_TRUE(analysis);
  EXPECT_EQ(analysis->summary.frames_superseded, 1u);
}

TEST(CallAnalysis, ProbesAreFramesOfOnePacketAtABudgetOfZero) {
  CallLog log = small_call();
  log.coded[1].budget = 0;
  log.coded[2].budget = 0;
  log.coded[2].bytes = 1500;
  const auto analysis = analyse_call(log, {});
  ASSERT_TRUE(analysis);
  EXPECT_EQ(analysis->summary.probes, 1u);
  EXPECT_EQ(analysis->summary.over_budget, 2u);  // the one of two packets, and frame 3
}

TEST(CallAnalysis, LinkCountsOnlyWhatFallsInsideTheCall) {
  CallLog log = small_call();
  log.link.push_back(opportunity(950, 1504));  // before the first capture
  log.link.push_back(opportunity(1100, 1504));
  log.link.push_back(opportunity(1200, 500));
  log.link.push_back(
      {.kind = LinkEventKind::kDequeue, .at = at_ms(1200), .packet = 1, .bytes = 500, .queued = ms(30)});
  log.link.push_back(opportunity(1350, 0));
  log.link.push_back(opportunity(1500, 1504));  // after the last display
  const auto analysis = analyse_call(log, {});
  ASSERT_TRUE(analysis);
  ASSERT_TRUE(analysis->summary.link);
  EXPECT_EQ(analysis->summary.link->bytes_offered, 3u * 1504);
  EXPECT_EQ(analysis->summary.link->bytes_carried, 2004u);
  EXPECT_EQ(analysis->summary.link->queue_p95, ms(30));
  EXPECT_EQ(analysis->summary.link->outages, 0u);
  // One whole bin of 0.25 s (the call lasts 0.42 s): two opportunities, 3008 bytes -> 96256 bit/s.
  ASSERT_EQ(analysis->timeline.offered_mbps.size(), 1u);
  EXPECT_NEAR(analysis->timeline.offered_mbps[0].seconds, 0.125, 1e-9);
  EXPECT_NEAR(analysis->timeline.offered_mbps[0].value, 0.096256, 1e-9);
  EXPECT_NEAR(analysis->timeline.carried_mbps[0].value, 0.064128, 1e-9);
  EXPECT_NEAR(analysis->timeline.queue_ms[0].value, 30, 1e-9);
  // Frames chosen in it: 3000 + 1000 + 1000 bytes.
  EXPECT_NEAR(analysis->timeline.sent_mbps[0].value, 0.16, 1e-9);
}

TEST(CallAnalysis, OutagesAreCutToTheCall) {
  CallLog log = small_call();
  log.link.push_back(
      {.kind = LinkEventKind::kEnqueue, .at = at_ms(300), .packet = 1, .bytes = 100, .queued = {}});
  log.link.push_back(opportunity(1100, 0));  // 300 … 1100: 100 ms of it inside the call
  log.link.push_back(opportunity(1400, 0));
  const auto analysis = analyse_call(log, {});
  ASSERT_TRUE(analysis);
  EXPECT_EQ(analysis->summary.link->outages, 1u);
  EXPECT_EQ(analysis->summary.link->outage_time, ms(100));
}

TEST(CallAnalysis, OutagesOfTheWayBackAreCountedApart) {
  CallLog log = small_call();
  log.link.push_back(opportunity(1000, 0));
  log.way_back = {opportunity(600, 0), opportunity(1150, 0)};
  const auto analysis = analyse_call(log, {});
  ASSERT_TRUE(analysis);
  EXPECT_EQ(analysis->summary.link->outages, 0u);
  EXPECT_EQ(analysis->summary.link->way_back_outages, 1u);
  EXPECT_EQ(analysis->summary.link->way_back_outage_time, ms(150));
  ASSERT_EQ(analysis->timeline.way_back_outages.size(), 1u);
  EXPECT_NEAR(analysis->timeline.way_back_outages[0].begin, 0, 1e-9);
  EXPECT_NEAR(analysis->timeline.way_back_outages[0].end, 0.15, 1e-9);
}

TEST(CallAnalysis, QualityIsTheMeanOverTheFramesShown) {
  const std::vector<FrameQuality> quality{{.frame = 0, .ssim_y = 0.99, .mse_y = 10},
                                          {.frame = 2, .ssim_y = 0.97, .mse_y = 30}};
  const auto analysis = analyse_call(small_call(), quality);
  ASSERT_TRUE(analysis);
  ASSERT_TRUE(analysis->summary.quality);
  EXPECT_NEAR(analysis->summary.quality->ssim_y, 0.98, 1e-12);
  EXPECT_NEAR(analysis->summary.quality->ssim_y_db, 16.9897, 1e-4);  // -10 log10(0.02)
  EXPECT_NEAR(analysis->summary.quality->psnr_y_db, 35.1205, 1e-4);  // 10 log10(65025 / 20)
  ASSERT_EQ(analysis->timeline.ssim_y_db.size(), 2u);
  EXPECT_NEAR(analysis->timeline.ssim_y_db[0].seconds, 0.05, 1e-9);
  EXPECT_NEAR(analysis->timeline.ssim_y_db[0].value, 20, 1e-9);
  EXPECT_NEAR(analysis->timeline.ssim_y_db[1].seconds, 0.26, 1e-9);
  EXPECT_NEAR(analysis->timeline.psnr_y_db[1].value, 33.3596, 1e-4);
}

TEST(CallAnalysis, IdenticalPicturesHaveAFiniteQuality) {
  EXPECT_DOUBLE_EQ(ssim_db(1), 60);
  EXPECT_DOUBLE_EQ(psnr_db(0), 100);
}

TEST(CallAnalysis, RefusesACallInWhichNothingHappened) {
  CallLog log = small_call();
  log.shown.clear();
  ASSERT_FALSE(analyse_call(log, {}));
  EXPECT_THAT(analyse_call(log, {}).error().message, ::testing::HasSubstr("the receiver showed no frame"));
  log = small_call();
  log.captured.clear();
  EXPECT_THAT(analyse_call(log, {}).error().message, ::testing::HasSubstr("the sender captured no frame"));
}

TEST(CallAnalysis, LongCallsAreDrawnInAtMost240Bins) {
  CallLog log;
  log.captured = {{.at = at_ms(0), .frame = 0}, {.at = at_ms(600'000), .frame = 1}};
  log.shown = {{.at = at_ms(10), .frame = 0}, {.at = at_ms(600'010), .frame = 1}};
  const auto analysis = analyse_call(log, {});
  ASSERT_TRUE(analysis);
  EXPECT_LE(analysis->timeline.sent_mbps.size(), 240u);
  EXPECT_GE(analysis->timeline.sent_mbps.size(), 239u);
}

}  // namespace
}  // namespace skirret::bench
