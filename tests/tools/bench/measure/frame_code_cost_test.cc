#include <cstdio>

#include <gtest/gtest.h>

#include "tests/support/data.hh"
#include "tools/bench/code_cost/code_cost.hh"

// What the frame code costs at a slow call's rate: `skirret-bench code-cost` gives the figures, this holds
// them down.
namespace skirret::bench {
namespace {

constexpr std::uint64_t kFrames = 45;
constexpr double kCallKbps = 300;

void expect_cheap(const LoopedClip& clip, CodeCostOf encoder, int quantizer, double most_kbps) {
  const auto cost = code_cost(clip, encoder, quantizer, kFrames);
  ASSERT_TRUE(cost) << cost.error().message;
  std::printf("%s at quantizer %d: %.1f kbit/s without the code, %.1f with it\n", clip.name().c_str(),
              quantizer, cost->plain_kbps, cost->coded_kbps);
  EXPECT_GT(cost->plain_kbps, kCallKbps / 2) << "no call's rate any more: choose a finer quantizer";
  EXPECT_LT(cost->plain_kbps, kCallKbps * 2) << "no call's rate any more: choose a coarser quantizer";
  EXPECT_LT(cost->coded_kbps - cost->plain_kbps, most_kbps);
}

// The quantizers at which the clip alone takes about that rate.
struct AtCallRate {
  int ours = 0;    // 0 … 127
  int libvpx = 0;  // 0 … 63
};

void measure(const std::filesystem::path& file, AtCallRate at, double most_kbps) {
  LoopedClipOptions options;
  options.most_frames = kFrames + 1;
  const auto clip = LoopedClip::load(file.string(), options);
  ASSERT_TRUE(clip);
  expect_cheap(*clip, CodeCostOf::kOurs, at.ours, most_kbps);
  expect_cheap(*clip, CodeCostOf::kLibvpx, at.libvpx, most_kbps);
}

TEST(FrameCodeCost, At360Lines) {
  SKIRRET_DATA_FILE(file, "clips/talk-kitchen_640x360_25.mkv");
  measure(file, {.ours = 16, .libvpx = 27}, 0.04 * kCallKbps);
}

// Four times as many macroblocks change there, because cells are larger (browsers send smaller pictures over
// slow links, and those have to be read, too).
TEST(FrameCodeCost, At720Lines) {
  SKIRRET_DATA_FILE(file, "clips/talk-plants_1280x720_30.mkv");
  measure(file, {.ours = 26, .libvpx = 50}, 0.1 * kCallKbps);
}

}  // namespace
}  // namespace skirret::bench
