#include <gtest/gtest.h>

#include "codec/quality/quality.hh"
#include "tests/codec/encoder/coded_call.hh"
#include "tests/support/data.hh"
#include "tools/bench/codec/clip.hh"

namespace skirret::test {
namespace {

// Each third capture of a call at 720p in 1300 bytes, as on a link of 0.1 Mbit/s. Mean SSIM, dB.
double ssim_of_few_bytes(const bench::Clip& clip, int effort) {
  CodedCall call(40, {effort});
  codec::QualityMeter meter;
  for (std::size_t i = 0; i < clip.pictures.size(); i += 3) {
    call.next(clip.pictures[i], {}, i == 0 ? 12'000 : 1300);
    if (i != 0) meter.add(codec::measure_luma(clip.pictures[i], call.state().last));
  }
  return codec::ssim_to_db(meter.ssim(codec::PlaneName::kY));
}

// What seems still beside a coarse step moves on from frame to frame: left alone it adds up to a picture
// that costs more to mend than the motion would have cost.
TEST(LowRate, LeastEffortIsNearAUsualOne) {
  SKIRRET_DATA_FILE(path, "clips/talk-plants_1280x720_30.mkv");
  const auto clip = bench::load_clip(path.string(), 61);
  ASSERT_TRUE(clip.has_value()) << clip.error().message;
  const double usual = ssim_of_few_bytes(*clip, 3);
  for (const int effort : {0, 1, 2})
    EXPECT_GE(ssim_of_few_bytes(*clip, effort), usual - 0.4) << "effort " << effort;
}

}  // namespace
}  // namespace skirret::test
