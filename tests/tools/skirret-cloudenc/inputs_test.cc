#include <csignal>

#include <gmock/gmock.h>
#include <sys/mount.h>
#include <unistd.h>

#include "tests/tools/skirret-cloudenc/cloudenc_program.hh"

// Each odd input: the right result, or a clear error.
namespace skirret::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class CloudencInputs : public CloudencTest {
 protected:
  void expect_frames(const std::string& in, int frames, std::vector<std::string> options = {}) {
    SCOPED_TRACE(in);
    std::vector<std::string> arguments = {in,        "-o", path("out.ivf"), "--chunk", "3",
                                          "--batch", "2",  "--quality",     "40"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const auto report = cloudenc_json(arguments);
    EXPECT_EQ(report["frames"], frames);
    EXPECT_EQ(ivf_frames(path("out.ivf")).size(), static_cast<std::size_t>(frames));
  }

  void expect_error(const std::string& in, const std::string& words) {
    SCOPED_TRACE(in);
    const ProcessResult result = cloudenc({in, "-o", path("none.webm")});
    EXPECT_EQ(result.exit_code, 1) << result.describe();
    EXPECT_THAT(result.err, HasSubstr(words));
    EXPECT_FALSE(fs::exists(path("none.webm")));
    EXPECT_FALSE(fs::exists(path("none.webm.work"))) << "nothing finished, nothing to keep";
  }
};

TEST_F(CloudencInputs, AroundWholeBatches) {
  for (const int frames : {1, 2, 5, 6, 7}) expect_frames(clip("n.mkv", frames), frames);
}

TEST_F(CloudencInputs, OddSizes) {
  const auto report = cloudenc_json(
      {clip("odd.mkv", 8, "64x48", {"-vf", "scale=53:37", "-c:v", "ffv1", "-pix_fmt", "yuv420p"}), "-o",
       path("odd.webm"), "--chunk", "3"});
  EXPECT_EQ(report["width"], 53);
  EXPECT_EQ(report["height"], 37);
  expect_frames(clip("tiny.mkv", 7, "2x2", {"-c:v", "ffv1", "-pix_fmt", "yuv420p"}), 7);
}

TEST_F(CloudencInputs, TenBitOpenGroupsOfPictures) {
  expect_frames(clip("hevc.mp4", 50, "96x64",
                     {"-c:v", "libx265", "-x265-params", "open-gop=1:keyint=20:min-keyint=20:log-level=none",
                      "-pix_fmt", "yuv420p10le"}),
                50);
}

TEST_F(CloudencInputs, TurnedAndCut) {
  const std::string in = clip("in.mp4", 50);
  ffmpeg({"-i", in, "-c", "copy", "-metadata:s:v:0", "rotate=90", path("turned.mp4")});
  const auto report = cloudenc_json({path("turned.mp4"), "-o", path("turned.webm")});
  EXPECT_EQ(report["width"], 64);
  EXPECT_EQ(report["height"], 96);
  ffmpeg({"-ss", "0.7", "-i", in, "-c", "copy", "-t", "0.8", path("cut.mp4")});
  const auto cut = cloudenc_json({path("cut.mp4"), "-o", path("cut.webm")});
  EXPECT_GE(cut["frames"], 19);
  EXPECT_LE(cut["frames"], 24);
}

TEST_F(CloudencInputs, ChangingResolution) {
  clip("a.ts", 10);
  clip("b.ts", 10, "64x96", {"-c:v", "libx264", "-g", "12", "-pix_fmt", "yuv420p", "-output_ts_offset", "1"});
  ByteVector both = read_file(path("a.ts"));
  const ByteVector more = read_file(path("b.ts"));
  both.insert(both.end(), more.begin(), more.end());
  std::FILE* file = std::fopen(path("both.ts").c_str(), "wb");
  std::fwrite(both.data(), 1, both.size(), file);
  std::fclose(file);
  cloudenc_json({path("both.ts"), "-o", path("out.ivf"), "--chunk", "4", "--batch", "10"});
  EXPECT_THAT(key_frames(ivf_frames(path("out.ivf"))), testing::ElementsAre(0, 10))
      << "a batch ends at the change";
  cloudenc_json({path("both.ts"), "-o", path("out.webm"), "--chunk", "4", "--batch", "10"});
  for (const char* out : {"out.ivf", "out.webm"}) {
    const ProcessResult shown = run_process(
        {"ffprobe", "-v", "error", "-show_entries", "frame=width,height", "-of", "csv=p=0", path(out)});
    std::string expected;
    for (int i = 0; i < 20; ++i) expected += i < 10 ? "96,64\n" : "64,96\n";
    EXPECT_EQ(shown.out, expected) << out << shown.err;
  }
}

TEST_F(CloudencInputs, TruncatedFiles) {
  const std::string in =
      clip("in.mp4", 60, "96x64",
           {"-c:v", "libx264", "-g", "12", "-pix_fmt", "yuv420p", "-movflags", "faststart"});
  fs::resize_file(in, fs::file_size(in) * 6 / 10);
  const auto report = cloudenc_json({in, "-o", path("out.webm")});
  EXPECT_GT(report["frames"], 20);
  EXPECT_LT(report["frames"], 60);
  EXPECT_THAT(report["damage"].get<std::string>(), HasSubstr("partial file"));
  const std::string cluster = clip("in.mkv", 60);
  EXPECT_EQ(cloudenc_json({cluster, "-o", path("out.webm")})["damage"], "");
  fs::resize_file(cluster, fs::file_size(cluster) * 6 / 10);
  const ProcessResult cut = cloudenc({cluster, "-o", path("cut.webm")});
  EXPECT_EQ(cut.exit_code, 0);
  EXPECT_THAT(cut.err, HasSubstr("in.mkv: reading ended early"));
  const std::string headless = clip("headless.mp4", 30);
  fs::resize_file(headless, fs::file_size(headless) / 2);
  expect_error(headless, "headless.mp4: is no video that FFmpeg can read");
}

TEST_F(CloudencInputs, NothingToEncode) {
  std::fclose(std::fopen(path("empty.mp4").c_str(), "wb"));
  expect_error(path("empty.mp4"), "empty.mp4: is no video that FFmpeg can read");
  expect_error(path("nowhere.mp4"), "no such file");
  ffmpeg({"-f", "lavfi", "-i", "sine=d=1", path("sound.m4a")});
  expect_error(path("sound.m4a"), "holds no video");
}

TEST_F(CloudencInputs, WrongUsage) {
  const std::string in = clip("in.mkv", 3);
  fs::copy(in, path("in.webm"));
  fs::create_directory(path("f"));
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{in},
                                             {path("in.webm"), "-o", path("f/../in.webm")},
                                             {in, "-o", path("x.webm"), "--timeline", path("x.webm")},
                                             {in, "-o", path("x.webm"), "--timeline", in},
                                             {"-o", path("x.webm")},
                                             {in, "-o", path("x.mp4")},
                                             {in, "-o", path("x.webm"), "--chunk", "0"},
                                             {in, "-o", path("x.webm"), "--quality", "64"},
                                             {in, "-o", path("x.webm"), "--store", in}})
    EXPECT_EQ(cloudenc(arguments).exit_code, 2) << testing::PrintToString(arguments);
  EXPECT_EQ(read_file(path("in.webm")), read_file(in));
}

// Before anything is coded.
TEST_F(CloudencInputs, PlacesThatCannotBeWritten) {
  const std::string in = clip("in.mkv", 3);
  fs::create_directory(path("folder.webm"));
  for (const auto& [arguments, words] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"-o", path("nowhere/x.webm")}, "make its folder first"},
           {{"-o", path("folder.webm")}, "is a folder"},
           {{"-o", path("x.webm"), "--timeline", path("nowhere/t.html")}, "make its folder first"},
           {{"-o", path("x.webm"), "--timeline", path("folder.webm")}, "is a folder"}}) {
    std::vector<std::string> all = {in};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const ProcessResult result = cloudenc(all);
    EXPECT_EQ(result.exit_code, 1) << result.describe();
    EXPECT_THAT(result.err, HasSubstr(words));
  }
  EXPECT_FALSE(fs::exists(path("nowhere")));
  EXPECT_FALSE(fs::exists(path("x.webm")));
  const ProcessResult gc = cloudenc({"gc", "--store", path("folder.webm")});
  EXPECT_EQ(gc.exit_code, 1);
  EXPECT_THAT(gc.err, HasSubstr("is no store"));
  EXPECT_TRUE(fs::is_empty(path("folder.webm")));
}

// A disk of its own for `folder`, which goes with this.
class SmallDisk {
 public:
  SmallDisk(std::string folder, const std::string& size) : folder_(std::move(folder)) {
    fs::create_directory(folder_);
    made_ = ::mount("none", folder_.c_str(), "tmpfs", 0, ("size=" + size).c_str()) == 0;
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (made_) ::umount(folder_.c_str());
  }
  bool made() const { return made_; }  // needs the right to mount
  bool grow(const std::string& size) const {
    return ::mount("none", folder_.c_str(), "tmpfs", MS_REMOUNT, ("size=" + size).c_str()) == 0;
  }

 private:
  std::string folder_;
  bool made_ = false;
};

TEST_F(CloudencInputs, FullDiskUnderTheOutput) {
  const std::string in = clip("in.mkv", 40, "320x240");
  const SmallDisk disk(path("disk"), "64k");
  if (!disk.made()) GTEST_SKIP() << "needs the right to mount";
  const std::vector<std::string> arguments = {in, "-o", path("disk/out.webm"), "--store", path("store")};
  const ProcessResult full = cloudenc(arguments);
  EXPECT_EQ(full.exit_code, 1);
  EXPECT_THAT(full.err, HasSubstr("make room"));
  EXPECT_TRUE(fs::is_empty(path("disk"))) << "nothing half written";
  ASSERT_TRUE(disk.grow("300m"));
  EXPECT_EQ(cloudenc_json(arguments)["tasks_executed"], 0) << "all work is kept";
  EXPECT_TRUE(fs::exists(path("disk/out.webm")));
}

TEST_F(CloudencInputs, FullDiskUnderTheStore) {
  const std::string in = clip("in.mkv", 40, "320x240");
  const SmallDisk disk(path("disk"), "3m");
  if (!disk.made()) GTEST_SKIP() << "needs the right to mount";
  const std::vector<std::string> arguments = {in, "-o", path("out.webm"), "--store", path("disk/store")};
  const ProcessResult full = cloudenc(arguments);
  EXPECT_EQ(full.exit_code, 1);
  EXPECT_THAT(full.err, HasSubstr("free some space"));
  EXPECT_FALSE(fs::exists(path("out.webm")));
  ASSERT_TRUE(disk.grow("300m"));
  EXPECT_EQ(cloudenc(arguments).exit_code, 0) << "with room it goes on";
  cloudenc_json({in, "-o", path("elsewhere.webm")});
  EXPECT_EQ(read_file(path("out.webm")), read_file(path("elsewhere.webm")));
}

}  // namespace
}  // namespace skirret::test
