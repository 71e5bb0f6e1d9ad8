#include "sender/pipeline.hh"

#include <cstdio>

#include <gtest/gtest.h>

#include "tools/bench/virtual/simulated_call.hh"

// The pipeline in a whole call in virtual time, codec included.
namespace skirret::sender {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr codec::Quantizer kCoarse = 100;  // spacing(): from here on two captures apart

bench::CallSetup setup_over(std::int64_t bits_per_second) {
  bench::CallSetup setup;
  setup.forward = std::make_unique<transport::ConstantOpportunities>(bits_per_second);
  setup.reverse = std::make_unique<transport::ConstantOpportunities>(5'000'000);
  for (transport::LinkConfig* link : {&setup.forward_config, &setup.reverse_config}) {
    link->delay = milliseconds(20);
    link->queue_packets = 256;
  }
  setup.source = bench::moving_scene({320, 176}, 7);
  setup.keep_pictures = false;
  return setup;
}

struct CoarseFrames {
  int sent = 0;
  int right_behind = 0;  // the capture before was sent, too
};

// On a link that forces coarse frames. Those that must not wait are left out: key frames, and what follows a
// loss.
CoarseFrames coarse_frames(bool spaced) {
  bench::CallSetup setup = setup_over(160'000);
  setup.sender.spaced = spaced;
  bench::SimulatedCall call(std::move(setup));
  call.run_until(TimePoint{} + seconds(6));

  CoarseFrames coarse;
  const FrameEvent* before = nullptr;
  for (const FrameEvent& frame : call.frames()) {
    if (!frame.sent) continue;
    if (frame.quantizer >= kCoarse && !frame.key_frame && !frame.recovery && frame.budget > 0) {
      ++coarse.sent;
      if (before != nullptr && frame.frame - before->frame < 2) ++coarse.right_behind;
    }
    before = &frame;
  }
  return coarse;
}

TEST(Pipeline, SendsNoCoarseFrameRightBehindAnother) {
  const CoarseFrames spaced = coarse_frames(true);
  const CoarseFrames all = coarse_frames(false);
  std::printf("coarse frames: %d, %d of them right behind another; not spaced: %d, %d\n", spaced.sent,
              spaced.right_behind, all.sent, all.right_behind);
  EXPECT_EQ(spaced.right_behind, 0);
  EXPECT_GE(spaced.sent, 5) << "the link forces them";
  EXPECT_GE(all.right_behind, 15) << "without spacing the same call sends them one behind another";
}

// Of the frames of the last second.
codec::Quantizer coarsest_on(std::int64_t bits_per_second) {
  bench::CallSetup setup = setup_over(bits_per_second);
  bench::SimulatedCall call(std::move(setup));
  call.run_until(TimePoint{} + seconds(5));

  codec::Quantizer coarsest = -1;
  for (const FrameEvent& frame : call.frames())
    if (frame.sent && frame.at >= TimePoint{} + seconds(4)) coarsest = std::max(coarsest, frame.quantizer);
  return coarsest;
}

TEST(Pipeline, WhereTheLinkHasRoomForSeveralItSendsFinerPictures) {
  EXPECT_EQ(coarsest_on(100'000'000), FinestQuantizer::Config().best);
  EXPECT_GT(coarsest_on(500'000), FinestQuantizer::Config().usual);
}

}  // namespace
}  // namespace skirret::sender
