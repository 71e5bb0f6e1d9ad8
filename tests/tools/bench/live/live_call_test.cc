#include "tools/bench/live/live_call.hh"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/process.hh"
#include "tests/tools/bench/live/live_support.hh"
#include "tools/bench/live/webrtc_system.hh"
#include "tools/bench/measure/moving_scene.hh"

// Whole live calls, short ones: everything that is measured comes out, and fits together.
namespace skirret::bench {
namespace {

using std::chrono::milliseconds;

LiveCall short_call(const std::string& system, codec::Dimensions size, const test::TemporaryFolder& folder) {
  LiveCall call;
  call.settings.system = system;
  call.settings.clip = "moving-scene";
  call.settings.trace = "constant:12";
  call.settings.size = size;
  call.settings.frame_interval = std::chrono::nanoseconds(33'333'333);
  call.settings.one_way = milliseconds(20);
  call.settings.trace_offset = milliseconds(500);
  call.settings.queue_packets = 256;
  call.forward = *transport::open_named_source("constant:12");
  call.reverse = call.forward;
  call.originals = moving_scene(size, 1);
  call.duration = std::chrono::seconds(3);
  call.tail = milliseconds(500);
  call.folder = folder / "run";
  call.clip_folder = folder / "clips";
  return call;
}

// What holds for any system over this link, which is no bottleneck: nothing is faster than the link, and most
// captures are shown.
void expect_sound(const CallRecord& record, std::size_t least_captures, std::size_t least_displays) {
  EXPECT_TRUE(record.settings.live);
  ASSERT_TRUE(record.validity);
  std::printf("%s\n", record.settings.notes.c_str());
  EXPECT_GE(record.captures.size(), least_captures);
  ASSERT_GE(record.displays.size(), least_displays);
  for (std::size_t i = 0; i < record.captures.size(); ++i) EXPECT_EQ(record.captures[i].frame, i);
  EXPECT_GE(record.captures.front().at, record.begin);
  std::vector<double> delays;
  for (const DisplayRecord& display : record.displays) {
    ASSERT_TRUE(display.frame) << "an unreadable picture";
    EXPECT_GT(display.distance->ssim, 0.5);
    delays.push_back(to_ms(display.at - record.captures.at(*display.frame).at));
    EXPECT_GT(delays.back(), 20.0);
  }
  std::ranges::nth_element(delays, delays.begin() + static_cast<std::ptrdiff_t>(delays.size() / 2));
  std::printf("median delay of the frames displayed: %.1f ms\n", delays[delays.size() / 2]);
  EXPECT_LT(delays[delays.size() / 2], 400.0);
  EXPECT_FALSE(record.screen.empty());
  EXPECT_FALSE(record.forward.empty());
  EXPECT_GE(record.forward.front().at, record.begin);
}

TEST(LiveCall, SkirretAsTwoProcesses) {
  SKIRRET_LIVE_EMULATOR(allowed, {});
  const test::TemporaryFolder folder;
  const auto record = run_live_call(short_call("skirret", {320, 180}, folder), [](const std::string&) {});
  ASSERT_TRUE(record) << record.error().message;
  expect_sound(*record, 80, 50);
  EXPECT_EQ(record->key_frames, 1u);
  EXPECT_FALSE(std::filesystem::exists(folder / "run/received.y4m"));
  EXPECT_TRUE(std::filesystem::exists(folder / "run/sender.jsonl"));
}

TEST(LiveCall, ConventionalWithEitherRate) {
  SKIRRET_LIVE_EMULATOR(allowed, {});
  for (const std::string system : {"conventional-second", "conventional-frame"}) {
    const test::TemporaryFolder folder;
    const auto record = run_live_call(short_call(system, {320, 180}, folder), [](const std::string&) {});
    ASSERT_TRUE(record) << record.error().message;
    expect_sound(*record, 80, 50);
    EXPECT_EQ(record->key_frames, 1u);
  }
}

TEST(LiveCall, WebrtcAsTwoBrowsers) {
  // Not required anywhere: tools/test installs neither Node.js nor npm.
  SKIRRET_LIVE_EMULATOR(allowed, {});
  if (const auto there = webrtc_is_there(); !there) GTEST_SKIP() << there.error().message;
  const test::TemporaryFolder folder;
  const auto record = run_live_call(short_call("webrtc", {640, 360}, folder), [](const std::string&) {});
  ASSERT_TRUE(record) << record.error().message;
  expect_sound(*record, 80, 30);
}

TEST(LiveCall, AnUnknownSystemIsRefused) {
  const test::TemporaryFolder folder;
  const auto record = run_live_call(short_call("nonsense", {320, 180}, folder), [](const std::string&) {});
  ASSERT_FALSE(record);
  EXPECT_EQ(record.error().code, ErrorCode::kInvalid);
}

}  // namespace
}  // namespace skirret::bench
