#include "codec/quality/quality.hh"

#include <chrono>
#include <cmath>
#include <fstream>
#include <regex>

#include <gtest/gtest.h>

#include "codec/container/y4m.hh"
#include "tests/support/process.hh"
#include "tests/support/random.hh"

namespace skirret::codec {
namespace {

// A smooth picture with some texture; `noise` distorts it.
Picture made_picture(Dimensions dimensions, int frame, int noise, test::Random& random) {
  MutablePicture made(dimensions);
  for (const auto name : {PlaneName::kY, PlaneName::kU, PlaneName::kV}) {
    const MutablePlaneView plane = made.display_plane(name);
    for (int y = 0; y < plane.height; ++y) {
      for (int x = 0; x < plane.width; ++x) {
        const int clean =
            128 + static_cast<int>(80 * std::sin((x + frame) * 0.07) * std::cos(y * 0.05)) + (x * y) % 7;
        *plane.at(x, y) =
            static_cast<std::uint8_t>(std::clamp(clean + random.between(-noise, noise), 0, 255));
      }
    }
  }
  made.extend_margin();
  return Picture(std::move(made));
}

// The number after `key` in ffmpeg's report line.
double reported(const std::string& text, const std::string& pattern) {
  std::smatch match;
  if (!std::regex_search(text, match, std::regex(pattern))) throw std::runtime_error("not in: " + text);
  return std::stod(match[1]);
}

class AgainstFfmpeg : public ::testing::TestWithParam<std::tuple<int, int, int>> {};

TEST_P(AgainstFfmpeg, SsimAndPsnrAgree) {
  SKIRRET_SYSTEM_PROGRAM(ffmpeg, "ffmpeg");
  const auto [width, height, noise] = GetParam();
  const Dimensions dimensions{width, height};
  const test::TemporaryFolder folder;
  const Y4mHeader header{dimensions, 30, 1, ChromaSiting::kJpeg};
  auto first = Y4mWriter::create(folder / "a.y4m", header);
  auto second = Y4mWriter::create(folder / "b.y4m", header);
  ASSERT_TRUE(first && second);
  test::Random random(static_cast<std::uint64_t>(width * 1000 + noise));
  QualityMeter meter;
  for (int i = 0; i < 4; ++i) {
    const Picture a = made_picture(dimensions, i, 0, random);
    const Picture b = made_picture(dimensions, i, noise * (i + 1) / 2, random);
    ASSERT_TRUE(first->write(a) && second->write(b));
    meter.add(measure(a, b));
  }
  ASSERT_TRUE(first->finish() && second->finish());
  // Without SIMD: its SSE4.1 tail is wrong for some widths (see quality.hh).
  const auto result = test::run_process(
      {ffmpeg, "-cpuflags", "0", "-hide_banner", "-i", folder / "a.y4m", "-i", folder / "b.y4m", "-lavfi",
       "[0][1]ssim=stats_file=" + (folder / "ssim").string() + ";[0][1]psnr", "-f", "null", "-"});
  ASSERT_EQ(result.exit_code, 0) << result.describe();
  EXPECT_NEAR(meter.ssim(PlaneName::kY), reported(result.err, "SSIM Y:([0-9.]+)"), 1e-5) << result.err;
  EXPECT_NEAR(meter.ssim(PlaneName::kU), reported(result.err, " U:([0-9.]+) \\("), 1e-5);
  EXPECT_NEAR(meter.ssim(PlaneName::kV), reported(result.err, " V:([0-9.]+) \\("), 1e-5);
  EXPECT_NEAR(meter.psnr(PlaneName::kY), reported(result.err, "PSNR y:([0-9.]+)"), 1e-5);
  EXPECT_NEAR(meter.psnr(PlaneName::kU), reported(result.err, " u:([0-9.]+) v"), 1e-5);
  EXPECT_NEAR(meter.psnr_all(), reported(result.err, "average:([0-9.]+)"), 1e-5);
}

INSTANTIATE_TEST_SUITE_P(Sizes, AgainstFfmpeg,
                         ::testing::Values(std::tuple{320, 240, 3}, std::tuple{320, 240, 60},
                                           std::tuple{175, 143, 10}, std::tuple{33, 47, 20},
                                           std::tuple{16, 16, 255}));

TEST(Quality, IdenticalPicturesArePerfect) {
  test::Random random(1);
  const Picture picture = made_picture({50, 40}, 0, 30, random);
  const PictureQuality quality = measure(picture, picture);
  EXPECT_TRUE(quality.identical());
  EXPECT_EQ(quality.ssim, (std::array<double, 3>{1, 1, 1}));
  EXPECT_TRUE(std::isinf(quality.psnr(PlaneName::kY)));
  EXPECT_DOUBLE_EQ(ssim(picture.display_plane(PlaneName::kY), picture.display_plane(PlaneName::kY)), 1.0);
}

TEST(Quality, KnowsTheErrorOfAConstantShift) {
  const Picture a = Picture::solid({64, 48}, 100, 100, 100), b = Picture::solid({64, 48}, 105, 97, 100);
  const PictureQuality quality = measure(a, b);
  EXPECT_EQ(quality.squared_error, (std::array<std::uint64_t, 3>{64 * 48 * 25, 32 * 24 * 9, 0}));
  EXPECT_NEAR(quality.psnr(PlaneName::kY), 10 * std::log10(65025.0 / 25), 1e-9);
  EXPECT_FALSE(quality.identical());
}

TEST(Quality, TheMarginDoesNotCount) {
  MutablePicture made(Dimensions{20, 20});
  made.fill(50, 60, 70);
  *made.plane(PlaneName::kY).at(31, 31) = 200;
  EXPECT_TRUE(measure(Picture(std::move(made)), Picture::solid({20, 20}, 50, 60, 70)).identical());
}

TEST(Quality, TinyPlanesAreOneWindow) {
  test::Random random(5);
  for (const Dimensions d : {Dimensions{1, 1}, {7, 7}, {3, 100}, {100, 5}}) {
    const Picture a = made_picture(d, 0, 0, random), b = made_picture(d, 9, 90, random);
    const double value = measure_luma(a, b).ssim[0];
    EXPECT_GE(value, -1.0);
    EXPECT_LE(value, 1.0);
    EXPECT_DOUBLE_EQ(measure_luma(a, a).ssim[0], 1.0);
  }
}

TEST(Quality, MeansOverFramesAreOfErrorsNotOfDecibels) {
  QualityMeter meter;
  meter.add(measure(Picture::solid({16, 16}, 10, 0, 0), Picture::solid({16, 16}, 10, 0, 0)));
  meter.add(measure(Picture::solid({16, 16}, 10, 0, 0), Picture::solid({16, 16}, 20, 0, 0)));
  EXPECT_NEAR(meter.psnr(PlaneName::kY), 10 * std::log10(65025.0 / 50), 1e-9);
  EXPECT_EQ(meter.frames(), 2u);
}

TEST(Quality, Decibels) {
  EXPECT_NEAR(ssim_to_db(0.9), 10.0, 1e-9);
  EXPECT_TRUE(std::isinf(ssim_to_db(1.0)));
}

// Printed, not judged: a shared machine proves nothing about speed.
TEST(Quality, SpeedAt720p) {
  test::Random random(6);
  const Picture a = made_picture({1280, 720}, 0, 0, random), b = made_picture({1280, 720}, 0, 10, random);
  const auto start = std::chrono::steady_clock::now();
  double sum = 0;
  for (int i = 0; i < 20; ++i) sum += ssim(a.display_plane(PlaneName::kY), b.display_plane(PlaneName::kY));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  RecordProperty("ssim_720p_fps", static_cast<int>(20 / seconds));
  std::printf("luma SSIM at 720p: %.0f fps\n", 20 / seconds);
  EXPECT_LT(sum, 20.0);
}

}  // namespace
}  // namespace skirret::codec
