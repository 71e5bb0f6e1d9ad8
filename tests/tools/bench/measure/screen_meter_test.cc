#include "tools/bench/measure/screen_meter.hh"

#include <cmath>

#include <gtest/gtest.h>

#include "codec/quality/quality.hh"
#include "tools/bench/measure/call_metrics.hh"
#include "tools/bench/measure/moving_scene.hh"

// Sequences with planted skips, repeats and distortions: the delays and distances are known beforehand.
namespace skirret::bench {
namespace {

using codec::PlaneName;
using std::chrono::milliseconds;

constexpr codec::Dimensions kSize{320, 176};
constexpr Duration kInterval = milliseconds(40);

TimePoint at(int ms) {
  return TimePoint{} + milliseconds(ms);
}

// Of two flat pictures only the means differ: SSIM = (2ab + c) / (a² + b² + c). The constant is the one that
// ffmpeg's filter has for sums of 64 samples: 416 / 64².
double flat_ssim(double a, double b) {
  const double c = 416.0 / (64 * 64);
  return (2 * a * b + c) / (a * a + b * b + c);
}

// A pattern that one can count in: 100 everywhere below the code.
codec::Picture flat(std::uint64_t) {
  return codec::Picture::solid(kSize, 100, 128, 128);
}

// The luma below the code raised by `error`.
codec::Picture raised(const codec::Picture& original, int error) {
  codec::MutablePicture copy = original.copy();
  const auto luma = copy.display_plane(PlaneName::kY);
  for (int y = 16; y < luma.height; ++y)
    for (int x = 0; x < luma.width; ++x) luma.row(y)[x] = static_cast<std::uint8_t>(luma.row(y)[x] + error);
  return codec::Picture(std::move(copy));
}

struct Planted {
  FrameCode code = *FrameCode::fit(kSize);
  PictureSource source = flat;
  ScreenMeter meter{code, source, at(0), at(400)};

  // Captures each 40 ms up to just before the display.
  void captures_until(int ms) {
    while (next * 40 <= ms) {
      meter.capture(static_cast<std::uint64_t>(next), at(next * 40));
      ++next;
    }
  }
  void shows(int ms, std::uint64_t frame, int error = 0) {
    captures_until(ms);
    meter.display(at(ms), code.drawn(raised(source(frame), error), frame));
  }
  CallRecord record(int watched_ms) {
    captures_until(watched_ms - 1);
    meter.finish(at(watched_ms));
    CallRecord made;
    made.settings.frame_interval = kInterval;
    made.begin = at(0);
    made.end = at(400);
    made.watched_until = at(watched_ms);
    made.captures = meter.captures();
    made.displays = meter.displays();
    made.screen = meter.screen();
    return made;
  }

  int next = 0;
};

std::vector<int> delays_in_ms(const CallRecord& record) {
  std::vector<int> found;
  for (const auto& delay :
       capture_delays(record.captures, record.displays, record.begin, record.end, record.watched_until))
    found.push_back(static_cast<int>(delay.delay / milliseconds(1)) * (delay.answered ? 1 : -1));
  return found;
}

TEST(PlantedRun, DelaysCountSkippedFrames) {
  Planted run;
  run.shows(70, 0);
  run.shows(130, 2);  // 1 was skipped
  run.shows(170, 2);  // a repeat answers nothing new
  run.shows(300, 4);  // 3 was skipped
  run.shows(310, 3);  // an old one after a new one answers nothing
  run.shows(395, 8);  // 5 … 7 were skipped
  run.shows(460, 9);
  const auto record = run.record(700);
  EXPECT_EQ(delays_in_ms(record), (std::vector<int>{70, 90, 50, 180, 140, 195, 155, 115, 75, 100}));
  const auto metrics = measure_call(record);
  EXPECT_DOUBLE_EQ(metrics.whole.delay_ms.p50, 115);
  EXPECT_DOUBLE_EQ(metrics.whole.delay_ms.p75, 155);
  EXPECT_DOUBLE_EQ(metrics.whole.delay_ms.p95, 195);
  EXPECT_EQ(metrics.whole.captures, 10u);
  EXPECT_EQ(metrics.whole.unanswered, 0u);
  EXPECT_DOUBLE_EQ(metrics.startup_ms, 70);
  // From the first display on: captures 2 … 9.
  EXPECT_EQ(metrics.after_start.captures, 8u);
  EXPECT_DOUBLE_EQ(metrics.after_start.delay_ms.p50, 140);
}

TEST(PlantedRun, WhatNeverComesIsCountedUntilTheEnd) {
  Planted run;
  run.shows(70, 0);
  run.shows(90, 1);
  const auto record = run.record(1000);
  EXPECT_EQ(delays_in_ms(record), (std::vector<int>{70, 50, -920, -880, -840, -800, -760, -720, -680, -640}));
  const auto metrics = measure_call(record);
  EXPECT_EQ(metrics.whole.unanswered, 8u);
  EXPECT_DOUBLE_EQ(metrics.whole.motion.longest_freeze_ms, 910);
  EXPECT_DOUBLE_EQ(metrics.whole.motion.frozen_share, 310.0 / 400);
}

TEST(PlantedRun, MotionCountsEachFrameOnceAndFreezesWhole) {
  Planted run;
  run.shows(60, 0);
  run.shows(100, 1);
  run.shows(140, 1);
  run.shows(330, 5);  // 230 ms after frame 1 was new
  run.shows(370, 6);
  const auto metrics = measure_call(run.record(560));
  EXPECT_EQ(metrics.displays, 4u);
  EXPECT_DOUBLE_EQ(metrics.whole.motion.frames_per_second, 10);
  EXPECT_DOUBLE_EQ(metrics.whole.motion.longest_freeze_ms, 230);
  EXPECT_DOUBLE_EQ(metrics.whole.motion.frozen_share, 230.0 / 400);
  EXPECT_DOUBLE_EQ(metrics.after_start.motion.frames_per_second, 4 / 0.34);
}

TEST(PlantedRun, DistortionsGiveTheirExactDistances) {
  Planted run;
  run.shows(60, 0);
  run.shows(100, 1, 4);
  run.shows(140, 2, 10);
  const auto record = run.record(500);
  ASSERT_EQ(record.displays.size(), 3u);
  EXPECT_EQ(record.displays[0].distance->mse, 0);
  EXPECT_EQ(record.displays[1].distance->mse, 16);
  EXPECT_EQ(record.displays[2].distance->mse, 100);
  EXPECT_EQ(record.displays[0].distance->ssim, 1);
  EXPECT_NEAR(record.displays[1].distance->ssim, flat_ssim(100, 104), 1e-7);
  EXPECT_NEAR(record.displays[2].distance->ssim, flat_ssim(100, 110), 1e-7);
  const auto metrics = measure_call(record);
  EXPECT_NEAR(metrics.displayed.psnr_db, 10 * std::log10(255 * 255 / (116.0 / 3)), 1e-9);
  const double mean = (1 + flat_ssim(100, 104) + flat_ssim(100, 110)) / 3;
  EXPECT_NEAR(metrics.displayed.ssim_db, -10 * std::log10(1 - mean), 1e-4);
}

TEST(PlantedRun, TheCodesPlaceDoesNotCount) {
  Planted run;
  run.captures_until(60);
  codec::MutablePicture picture = run.code.drawn(flat(1), 1).copy();
  const auto luma = picture.display_plane(PlaneName::kY);
  for (int x = 0; x < luma.width; ++x) luma.row(0)[x] = 0;  // beside the cells' middles
  run.meter.display(at(60), codec::Picture(std::move(picture)));
  ASSERT_EQ(run.meter.displays()[0].frame, 1u);
  EXPECT_EQ(run.meter.displays()[0].distance->mse, 0);
}

// A picture brighter by 5 with each frame, so that an old one on screen is off by 5 for each frame of its
// age.
codec::Picture brightening(std::uint64_t frame) {
  return codec::Picture::solid(kSize, static_cast<std::uint8_t>(60 + 5 * frame), 128, 128);
}

TEST(PlantedRun, TheScreenIsLookedAtAFixedTimeAfterEachCapture) {
  Planted run;
  run.source = brightening;
  run.meter = ScreenMeter(run.code, run.source, at(0), at(400));
  run.shows(60, 0);
  run.shows(155, 2);
  run.shows(400, 9);
  const auto record = run.record(560);
  ASSERT_EQ(record.screen.size(), 10u);
  // Capture 0 is looked at at 150 ms: frame 0. Capture 1 at 190: frame 2 (newer by one), by then frame 0.
  EXPECT_EQ(record.screen[0].on_screen.mse, 0);
  EXPECT_EQ(record.screen[1].on_screen.mse, 25);
  EXPECT_EQ(record.screen[1].by_then.mse, 25);
  EXPECT_EQ(record.screen[2].on_screen.mse, 0);
  EXPECT_EQ(record.screen[5].on_screen.mse, 225);  // at 350: three frames old
  EXPECT_EQ(record.screen[6].on_screen.mse, 400);  // at 390: frame 2 still
  EXPECT_EQ(record.screen[7].on_screen.mse, 100);  // at 430: frame 9
  EXPECT_EQ(record.screen[7].by_then.mse, 625);    // … but of what is no newer, frame 2 was the newest
  EXPECT_EQ(record.screen[9].by_then.mse, 0);
  EXPECT_FALSE(record.screen[0].nothing_yet);
}

TEST(PlantedRun, BeforeTheFirstDisplayTheScreenIsBlack) {
  Planted run;
  run.shows(260, 5);
  const auto record = run.record(600);
  ASSERT_EQ(record.screen.size(), 10u);
  EXPECT_TRUE(record.screen[0].nothing_yet);
  EXPECT_EQ(record.screen[0].on_screen.mse, 84.0 * 84.0);  // 100 against 16
  EXPECT_TRUE(record.screen[2].nothing_yet);               // at 230 ms
  EXPECT_FALSE(record.screen[3].nothing_yet);              // at 270 ms
  const auto metrics = measure_call(record);
  EXPECT_NEAR(metrics.whole.screen.ssim_db, -10 * std::log10(1 - (3 * flat_ssim(100, 16) + 7) / 10), 1e-6);
  EXPECT_EQ(metrics.after_start.screen.ssim_db, 100);
  EXPECT_DOUBLE_EQ(metrics.startup_ms, 260);
}

TEST(PlantedRun, AnUnreadablePictureIsCountedAndAnswersNothing) {
  Planted run;
  run.shows(60, 0);
  run.captures_until(110);
  run.meter.display(at(110), flat(0));
  run.shows(150, 2);
  const auto record = run.record(200);
  EXPECT_EQ(record.displays[1].frame, std::nullopt);
  EXPECT_EQ(delays_in_ms(record)[1], 110);
  EXPECT_EQ(measure_call(record).unreadable, 1u);
}

// What a system says of its pictures is held against what is read from them.
TEST(ScreenMeter, CountsWhatIsMisread) {
  Planted planted;
  const auto show = [&](int ms, std::uint64_t drawn, std::uint64_t told) {
    planted.captures_until(ms);
    const auto picture = planted.code.drawn(planted.source(drawn), drawn);
    planted.meter.display(at(ms), picture, picture.display_plane(PlaneName::kY), told);
  };
  show(50, 0, 0);
  show(90, 1, 1);
  show(130, 1, 2);  // still bears the code of the one before
  show(170, 0, 3);  // or an older one
  show(250, 5, 4);  // of a frame that was never shown
  const CodeReading& reading = planted.meter.code_reading();
  EXPECT_EQ(reading.checked, 5u);
  EXPECT_EQ(reading.behind, 2u);
  EXPECT_EQ(reading.misread, 1u);
}

}  // namespace
}  // namespace skirret::bench
