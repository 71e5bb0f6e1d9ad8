#include <cstdio>

#include <gtest/gtest.h>

#include "codec/encoder/encoder.hh"
#include "tests/support/data.hh"
#include "tools/bench/measure/frame_code.hh"
#include "tools/bench/measure/looped_clip.hh"
#include "tools/bench/virtual/realtime_vpx.hh"

// What the frame code costs in bits: the same pictures at the same quantizer, with and without it.
namespace skirret::bench {
namespace {

constexpr std::uint64_t kFrames = 45;  // after the key frame
constexpr double kCallKbps = 300;

codec::Picture picture_of(const LoopedClip& clip, const FrameCode* code, std::uint64_t frame) {
  return code == nullptr ? clip.picture(frame) : code->drawn(clip.picture(frame), frame);
}

double kbps_of(std::size_t bytes) {
  return static_cast<double>(bytes) * 8 * 30 / static_cast<double>(kFrames) / 1000;
}

// Of the frames after the first, kbit/s at 30 frames a second.
double our_kbps(const LoopedClip& clip, const FrameCode* code, codec::Quantizer quantizer) {
  codec::State state;
  codec::FramePlan plan;
  plan.kind = codec::FrameKind::kKey;
  plan.refresh_golden = plan.refresh_altref = true;
  std::size_t bytes = 0;
  for (std::uint64_t frame = 0; frame <= kFrames; ++frame) {
    const auto target = picture_of(clip, code, frame);
    const auto analysis = codec::analyse(state, target, plan, {quantizer, quantizer}, {}, {1});
    const auto candidate = codec::code(state, target, analysis, quantizer);
    if (frame > 0) bytes += candidate.bytes.size();
    state = codec::finish(state, candidate);
    plan = {};
  }
  return kbps_of(bytes);
}

double libvpx_kbps(const LoopedClip& clip, const FrameCode* code, int quantizer) {
  RealtimeVpxSettings settings{.size = clip.size(), .min_quantizer = quantizer, .max_quantizer = quantizer};
  settings.drop_threshold = 0;
  auto encoder = RealtimeVpx::open(settings);
  EXPECT_TRUE(encoder);
  std::size_t bytes = 0;
  for (std::uint64_t frame = 0; frame <= kFrames; ++frame) {
    const auto coded =
        encoder->encode(picture_of(clip, code, frame), static_cast<std::int64_t>(frame), frame == 0);
    EXPECT_TRUE(coded);
    if (frame > 0) bytes += coded->bytes.size();
  }
  return kbps_of(bytes);
}

void expect_cheap(const char* encoder, const LoopedClip& clip, int quantizer, double plain, double coded,
                  double most_kbps) {
  std::printf("%s, %s at quantizer %d: %.1f kbit/s without the code, %.1f with it: %+.1f kbit/s\n", encoder,
              clip.name().c_str(), quantizer, plain, coded, coded - plain);
  EXPECT_GT(plain, kCallKbps / 2) << "no call's rate any more: choose a finer quantizer";
  EXPECT_LT(plain, kCallKbps * 2) << "no call's rate any more: choose a coarser quantizer";
  EXPECT_LT(coded - plain, most_kbps);
}

// The quantizers at which the clip alone takes about a slow call's rate.
struct AtCallRate {
  int ours = 0;    // 0 … 127
  int libvpx = 0;  // 0 … 63
};

void measure(const std::filesystem::path& file, AtCallRate at, double most_kbps) {
  LoopedClipOptions options;
  options.most_frames = kFrames + 1;
  const auto clip = LoopedClip::load(file.string(), options);
  ASSERT_TRUE(clip);
  const auto code = FrameCode::fit(clip->size());
  ASSERT_TRUE(code);
  expect_cheap("ours", *clip, at.ours, our_kbps(*clip, nullptr, at.ours), our_kbps(*clip, &*code, at.ours),
               most_kbps);
  expect_cheap("libvpx", *clip, at.libvpx, libvpx_kbps(*clip, nullptr, at.libvpx),
               libvpx_kbps(*clip, &*code, at.libvpx), most_kbps);
}

TEST(FrameCodeCost, At360Lines) {
  SKIRRET_DATA_FILE(file, "clips/talk-kitchen_640x360_25.mkv");
  measure(file, {.ours = 16, .libvpx = 27}, 0.03 * kCallKbps);
}

// Four times as many macroblocks change there, because cells are larger (browsers send smaller pictures over
// slow links, and those have to be read, too).
TEST(FrameCodeCost, At720Lines) {
  SKIRRET_DATA_FILE(file, "clips/talk-plants_1280x720_30.mkv");
  measure(file, {.ours = 26, .libvpx = 50}, 0.1 * kCallKbps);
}

}  // namespace
}  // namespace skirret::bench
