#include <gtest/gtest.h>

#include "codec/container/ivf.hh"
#include "tests/support/data.hh"
#include "tests/tools/skirret-vp8/vp8_program.hh"

namespace skirret::test {
namespace {

class Vp8Rebase : public testing::Test {
 protected:
  // Two parts of one video, coded apart by another encoder.
  void SetUp() override {
    const std::string scene = "testsrc2=size=176x144:rate=25:duration=1.6";
    ffmpeg({"-f", "lavfi", "-i", scene, "-frames:v", "20", folder_ / "a.y4m"});
    ffmpeg({"-f", "lavfi", "-i", scene, "-vf", "trim=start_frame=20,setpts=PTS-STARTPTS", "-frames:v", "20",
            folder_ / "b.y4m"});
    for (const std::string part : {"a", "b"})
      ffmpeg({"-i", folder_ / (part + ".y4m"), "-c:v", "libvpx", "-crf", "20", "-b:v", "2M", "-auto-alt-ref",
              "0", "-g", "999", folder_ / (part + ".ivf")});
  }

  TemporaryFolder folder_;
};

TEST_F(Vp8Rebase, StitchesTwoStreamsWithoutAKeyFrameAtTheSeam) {
  const auto json = vp8_json({"rebase", folder_ / "b.ivf", "--onto", folder_ / "a.ivf", "--source",
                              folder_ / "b.y4m", "-o", folder_ / "ab.ivf"});
  EXPECT_EQ(json.at("frames"), 20);
  // The first frame was a key frame of many more bytes.
  EXPECT_LT(json.at("bytes"), json.at("bytes_before"));
  EXPECT_GT(json.at("after").at("ssim_y_db").get<double>(),
            json.at("before").at("ssim_y_db").get<double>() - 2.0);
  const auto inspected = vp8_json({"inspect", folder_ / "ab.ivf"});
  ASSERT_EQ(inspected.at("frames").size(), 40u);
  for (std::size_t i = 0; i < 40; ++i)
    EXPECT_EQ(inspected.at("frames")[i].at("kind"), i == 0 ? "key" : "inter") << "frame " << i;
  // Another decoder shows the same pictures.
  ffmpeg(
      {"-i", folder_ / "ab.ivf", "-fps_mode", "passthrough", "-f", "yuv4mpegpipe", folder_ / "theirs.y4m"});
  EXPECT_EQ(vp8({"decode", folder_ / "ab.ivf", "-o", folder_ / "ours.y4m"}).exit_code, 0);
  EXPECT_EQ(vp8({"compare", folder_ / "ours.y4m", folder_ / "theirs.y4m", "--expect-identical"}).exit_code,
            0);
}

TEST_F(Vp8Rebase, ACoarserQuantizerKeepsModesAndSavesBytes) {
  const auto json = vp8_json({"rebase", folder_ / "a.ivf", "--source", folder_ / "a.y4m", "--quantizer",
                              "110", "-o", folder_ / "coarse.ivf"});
  EXPECT_EQ(json.at("frames"), 19);  // the key frame stays
  EXPECT_LT(json.at("bytes"), json.at("bytes_before"));
  for (const auto& frame : vp8_json({"inspect", folder_ / "coarse.ivf"}).at("frames"))
    if (frame.at("kind") == "inter") {
      EXPECT_EQ(frame.at("quantizer"), 110);
    }
}

TEST_F(Vp8Rebase, RefusesClearly) {
  const auto short_source = vp8({"rebase", folder_ / "b.ivf", "--onto", folder_ / "a.ivf", "--source",
                                 "lavfi:testsrc2=size=176x144:duration=0.2", "-o", folder_ / "x.ivf"});
  EXPECT_EQ(short_source.exit_code, 1);
  EXPECT_NE(short_source.err.find("ends before the stream"), std::string::npos) << short_source.err;

  const auto other_size = vp8({"rebase", folder_ / "b.ivf", "--source",
                               "lavfi:testsrc2=size=160x144:duration=2", "-o", folder_ / "x.ivf"});
  EXPECT_EQ(other_size.exit_code, 1);
  EXPECT_NE(other_size.err.find("differ in size"), std::string::npos) << other_size.err;
  EXPECT_FALSE(std::filesystem::exists(folder_ / "x.ivf"));
  EXPECT_EQ(vp8({"rebase", folder_ / "none.ivf", "-o", folder_ / "x.ivf"}).exit_code, 1);
  EXPECT_EQ(vp8({"rebase", folder_ / "b.ivf"}).exit_code, 2);
}

}  // namespace
}  // namespace skirret::test
