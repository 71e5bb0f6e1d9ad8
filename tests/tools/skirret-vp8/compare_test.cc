#include <gtest/gtest.h>

#include "tests/support/data.hh"
#include "tests/tools/skirret-vp8/vp8_program.hh"

namespace skirret::test {
namespace {

class Vp8Compare : public ::testing::Test {
 protected:
  void SetUp() override {
    SKIRRET_SYSTEM_PROGRAM(unused, "ffmpeg");
    ffmpeg({"-f", "lavfi", "-i", "testsrc2=s=160x90:r=10:d=1", "-pix_fmt", "yuv420p", folder_ / "a.y4m"});
    ffmpeg({"-i", folder_ / "a.y4m", "-c:v", "ffv1", folder_ / "same.mkv"});
    ffmpeg({"-i", folder_ / "a.y4m", "-vf", "noise=alls=20:all_seed=1:enable='between(n,4,6)'",
            folder_ / "noisy.y4m"});
    ffmpeg({"-i", folder_ / "a.y4m", "-frames:v", "7", folder_ / "short.y4m"});
    ffmpeg({"-i", folder_ / "a.y4m", "-vf", "scale=80:44", folder_ / "small.y4m"});
  }
  TemporaryFolder folder_;
};

TEST_F(Vp8Compare, FindsIdenticalVideosIdentical) {
  const auto result = vp8({"compare", folder_ / "a.y4m", folder_ / "same.mkv", "--expect-identical"});
  EXPECT_EQ(result.exit_code, 0) << result.describe();
  const auto json = vp8_json({"compare", folder_ / "a.y4m", folder_ / "same.mkv"});
  EXPECT_EQ(json.at("frames"), 10);
  EXPECT_EQ(json.at("identical"), true);
  EXPECT_EQ(json.at("ssim_y"), 1.0);
  EXPECT_TRUE(json.at("psnr_y").is_null());
}

TEST_F(Vp8Compare, NamesTheWorstAndTheFirstDifferentFrame) {
  const auto json = vp8_json({"compare", folder_ / "a.y4m", folder_ / "noisy.y4m"});
  EXPECT_EQ(json.at("frames"), 10);
  EXPECT_EQ(json.at("different_frames"), 3);
  EXPECT_EQ(json.at("first_different"), 4);
  EXPECT_GE(json.at("worst_frame").at("index"), 4);
  EXPECT_LE(json.at("worst_frame").at("index"), 6);
  EXPECT_LT(json.at("ssim_y"), 1.0);
  EXPECT_GT(json.at("psnr_y"), 20.0);
  const auto refused = vp8({"compare", folder_ / "a.y4m", folder_ / "noisy.y4m", "--expect-identical"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_NE(refused.err.find("first at frame 4"), std::string::npos) << refused.describe();
}

TEST_F(Vp8Compare, AnotherLengthIsADifference) {
  const auto json = vp8_json({"compare", folder_ / "short.y4m", folder_ / "a.y4m"});
  EXPECT_EQ(json.at("frames"), 7);
  EXPECT_EQ(json.at("frames_b"), 10);
  EXPECT_EQ(json.at("identical"), false);
  EXPECT_EQ(vp8({"compare", folder_ / "short.y4m", folder_ / "a.y4m", "--expect-identical"}).exit_code, 1);
}

TEST_F(Vp8Compare, RefusesVideosOfTwoSizes) {
  const auto result = vp8({"compare", folder_ / "small.y4m", folder_ / "a.y4m"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.err.find("80x44"), std::string::npos) << result.describe();
  EXPECT_NE(result.err.find("scale"), std::string::npos);
}

TEST(Vp8CompareVectors, OurDecoderAgainstLibvpxs) {
  SKIRRET_DATA_FILE(path, vector_path("00-comprehensive-010"));
  const TemporaryFolder folder;
  ASSERT_EQ(vp8({"decode", path, "-o", folder / "x.y4m"}).exit_code, 0);
  EXPECT_EQ(vp8({"compare", path, folder / "x.y4m", "--expect-identical"}).exit_code, 0);
}

}  // namespace
}  // namespace skirret::test
