#include <gtest/gtest.h>

#include "codec/encoder/encoder.hh"
#include "codec/encoder/golden_policy.hh"
#include "codec/quality/quality.hh"
#include "tests/support/data.hh"
#include "tools/bench/codec/clip.hh"

namespace skirret::test {
namespace {

// Each third capture of a call at 720p in 1300 bytes, as on a link of 0.1 Mbit/s. Mean SSIM, dB.
double ssim_of_few_bytes(const bench::Clip& clip, int effort) {
  codec::State state;
  codec::Hints hints;
  codec::Quantizer quantizer = 40;
  codec::QualityMeter meter;
  for (std::size_t i = 0; i < clip.pictures.size(); i += 3) {
    const codec::Picture& target = clip.pictures[i];
    codec::FramePlan plan;
    if (i == 0) {
      plan.kind = codec::FrameKind::kKey;
      plan.refresh_golden = plan.refresh_altref = true;
    } else {
      plan = codec::plan_interframe({}, state, hints, target);
    }
    const auto analysis = codec::analyse(state, target, plan, {quantizer, quantizer}, hints, {effort});
    const auto coded = codec::code_below(state, target, analysis, i == 0 ? 12'000 : 1300, quantizer);
    state = codec::finish(state, coded);
    quantizer = coded.quantizer;
    hints.previous_vectors = coded.vectors;
    hints.previous_source = target;
    hints.stillness = coded.stillness;
    hints.golden_age = plan.refresh_golden ? 0 : hints.golden_age + 1;
    if (i != 0) meter.add(codec::measure_luma(target, state.last));
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
