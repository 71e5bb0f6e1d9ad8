#include <cstdio>

#include <gtest/gtest.h>

#include "tools/bench/measure/call_metrics.hh"
#include "tools/bench/measure/looped_clip.hh"
#include "tools/bench/virtual/virtual_call.hh"

// What loss takes from the picture, codec included.
namespace skirret::test {
namespace {

double ssim_with(double loss) {
  bench::VirtualCall call;
  call.settings.system = "skirret";
  call.settings.size = {320, 176};
  call.settings.frame_interval = std::chrono::nanoseconds(33'333'333);
  call.settings.one_way = std::chrono::milliseconds(20);
  call.settings.queue_packets = 256;
  call.settings.loss = loss;
  call.settings.seed = 3;
  call.forward = *transport::open_named_source("constant:1");
  call.reverse = *transport::open_named_source("constant:50");
  static const bench::LoopedClip clip = *bench::LoopedClip::load("scene:320x176", {});
  call.originals = clip.source();
  call.duration = std::chrono::seconds(8);
  call.coding = *bench::CodingModel::parse("15ms");
  const auto record = bench::run_virtual_call(call);
  EXPECT_TRUE(record);
  return bench::measure_call(*record).displayed.ssim_db;
}

TEST(LossQuality, OnePercentTakesAFifthOfADecibelAtMost) {
  const double clean = ssim_with(0);
  const double lossy = ssim_with(0.01);
  std::printf("SSIM %.2f dB without loss, %.2f dB with 1 %%\n", clean, lossy);
  EXPECT_GE(lossy, clean - 0.2);
}

}  // namespace
}  // namespace skirret::test
