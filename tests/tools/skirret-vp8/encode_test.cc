#include <csignal>
#include <fstream>
#include <numeric>
#include <thread>

#include <gtest/gtest.h>

#include "codec/container/ivf.hh"
#include "tests/support/data.hh"
#include "tests/tools/skirret-vp8/vp8_program.hh"

namespace skirret::test {
namespace {

// Moving, textured, an odd size, and made anew the same each time.
const char* const kMoving = "lavfi:testsrc2=s=175x143:r=30:d=1,noise=alls=6:allf=t:all_seed=7";

std::vector<std::size_t> frame_sizes(const std::filesystem::path& ivf) {
  auto reader = codec::IvfReader::open(ivf);
  if (!reader) throw std::runtime_error(reader.error().message);
  std::vector<std::size_t> sizes;
  for (auto frame = reader->next(); frame && *frame; frame = reader->next())
    sizes.push_back((*frame)->data.size());
  return sizes;
}

TEST(Vp8Encode, ReportsWhatLibvpxThenShows) {
  SKIRRET_SYSTEM_PROGRAM(vpxdec, "vpxdec");
  SKIRRET_SYSTEM_PROGRAM(unused, "ffmpeg");
  const TemporaryFolder folder;
  ffmpeg({"-f", "lavfi", "-i", "testsrc2=s=175x143:r=25:d=0.5", "-pix_fmt", "yuv420p", folder / "a.y4m"});
  const auto report =
      vp8_json({"encode", folder / "a.y4m", "-o", folder / "a.ivf", "--quantizer", "20", "--per-frame"});
  EXPECT_EQ(folder.names(), (std::vector<std::string>{"a.ivf", "a.y4m"}));
  const auto sizes = frame_sizes(folder / "a.ivf");
  EXPECT_EQ(report.at("frames"), sizes.size());
  EXPECT_EQ(report.at("frame_bytes").get<std::vector<std::size_t>>(), sizes);
  const auto bytes = std::accumulate(sizes.begin(), sizes.end(), std::size_t{0});
  EXPECT_EQ(report.at("bytes"), bytes);
  EXPECT_NEAR(report.at("kbps"),
              static_cast<double>(bytes) * 8 * 25 / static_cast<double>(sizes.size()) / 1000, 1e-6);
  ASSERT_EQ(run_process({vpxdec, folder / "a.ivf", "-o", folder / "theirs.y4m"}).exit_code, 0);
  const auto compared = vp8_json({"compare", folder / "a.y4m", folder / "theirs.y4m"});
  EXPECT_EQ(compared.at("frames"), sizes.size());
  EXPECT_NEAR(report.at("psnr_y"), compared.at("psnr_y"), 1e-9);
  EXPECT_NEAR(report.at("ssim_y"), compared.at("ssim_y"), 1e-9);
  EXPECT_GT(report.at("ssim_y"), 0.9);
  const auto inspected = vp8_json({"inspect", folder / "a.ivf"});
  for (const auto& frame : inspected.at("frames")) EXPECT_EQ(frame.at("quantizer"), 20);
}

TEST(Vp8Encode, CoarserQuantizersTakeFewerBytes) {
  const TemporaryFolder folder;
  std::size_t before = SIZE_MAX;
  for (const char* quantizer : {"0", "40", "127"}) {
    const auto report =
        vp8_json({"encode", kMoving, "-o", folder / "a.ivf", "--quantizer", quantizer, "--frames", "5"});
    EXPECT_EQ(report.at("frames"), 5);
    EXPECT_LT(report.at("bytes").get<std::size_t>(), before);
    before = report.at("bytes");
  }
}

TEST(Vp8Encode, NoFrameIsAboveTheLimitWhereItCanBe) {
  SKIRRET_DATA_FILE(clip, "clips/foreman_352x288_30.mkv");
  const TemporaryFolder folder;
  for (const std::size_t limit : {3000, 700, 90}) {
    const auto report = vp8_json({"encode", clip, "-o", folder / "a.ivf", "--frame-bytes",
                                  std::to_string(limit), "--frames", "12", "--effort", "1"});
    const auto sizes = frame_sizes(folder / "a.ivf");
    ASSERT_EQ(sizes.size(), 12u);
    // The first of 90 bytes cannot be: a key frame of so many macroblocks takes more even when all are
    // skipped.
    for (std::size_t i = limit == 90 ? 1 : 0; i < sizes.size(); ++i) EXPECT_LE(sizes[i], limit) << i;
    // And it uses what it may.
    EXPECT_GT(report.at("bytes").get<std::size_t>() - sizes[0], limit * 11 * 6 / 10);
  }
}

TEST(Vp8Encode, ALimitThatNothingFitsIsSaid) {
  const TemporaryFolder folder;
  const auto result = vp8({"encode", kMoving, "-o", folder / "a.ivf", "--frame-bytes", "2"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.err.find("--frame-bytes 2: allow more"), std::string::npos) << result.describe();
  EXPECT_TRUE(folder.names().empty());
}

TEST(Vp8Encode, RefusesPicturesAboveTheLimits) {
  const TemporaryFolder folder;
  std::ofstream(folder / "huge.y4m") << "YUV4MPEG2 W16000 H16000 F30:1 C420jpeg\nFRAME\n";
  for (const std::string& in : {std::string("lavfi:color=s=5000x4000"), (folder / "huge.y4m").string()}) {
    const auto result = vp8({"encode", in, "-o", folder / "a.ivf"});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_NE(result.err.find("above the limit"), std::string::npos) << result.describe();
  }
  EXPECT_EQ(folder.names(), std::vector<std::string>{"huge.y4m"});
}

TEST(Vp8Encode, HoldsTheRate) {
  SKIRRET_DATA_FILE(clip, "clips/foreman_352x288_30.mkv");
  const TemporaryFolder folder;
  for (const int kbps : {150, 600}) {
    const auto report = vp8_json({"encode", clip, "-o", folder / "a.ivf", "--kbps", std::to_string(kbps),
                                  "--frames", "90", "--effort", "0"});
    EXPECT_NEAR(report.at("kbps"), kbps, kbps * 0.1);
  }
}

// Noise that even the coarsest quantizer leaves too large: frames are pressed. Long enough for the second of
// slack that rate control has to be less than the fifth.
TEST(Vp8Encode, HoldsARateBelowTheCoarsestQuantizer) {
  const TemporaryFolder folder;
  const char* noise = "lavfi:testsrc2=s=176x144:r=30:d=6,noise=alls=100:allf=t:all_seed=3";
  const auto coarsest = vp8_json(
      {"encode", noise, "-o", folder / "a.ivf", "--quantizer", "127", "--effort", "0", "--frames", "30"});
  const int kbps = static_cast<int>(coarsest.at("kbps").get<double>() / 2);
  const auto report =
      vp8_json({"encode", noise, "-o", folder / "a.ivf", "--kbps", std::to_string(kbps), "--effort", "0"});
  EXPECT_NEAR(report.at("kbps"), kbps, kbps * 0.2);
}

TEST(Vp8Encode, ThreadsDoNotChangeTheBytes) {
  const TemporaryFolder folder;
  for (const auto& policy :
       {std::vector<std::string>{"--quantizer", "30"}, {"--kbps", "300"}, {"--frame-bytes", "900"}}) {
    std::vector<ByteVector> streams;
    for (const char* threads : {"1", "2", "5"}) {
      std::vector<std::string> arguments = {"encode",   kMoving, "-o",        folder / "a.ivf",
                                            "--frames", "8",     "--threads", threads};
      arguments.insert(arguments.end(), policy.begin(), policy.end());
      ASSERT_EQ(vp8(arguments).exit_code, 0);
      streams.push_back(read_file(folder / "a.ivf"));
    }
    EXPECT_TRUE(streams[0] == streams[1] && streams[0] == streams[2]) << policy[0];
  }
}

TEST(Vp8Encode, WrongUsageIsTwo) {
  const TemporaryFolder folder;
  for (const auto& more : {std::vector<std::string>{"--quantizer", "128"},
                           {"--quantizer", "-1"},
                           {"--quantizer", "x"},
                           {"--kbps", "0"},
                           {"--frame-bytes", "0"},
                           {"--effort", "6"},
                           {"--threads", "0"},
                           {"--frames", "0"},
                           {"--quantizer", "9", "--kbps", "100"},
                           {"--kbps", "100", "--frame-bytes", "1000"},
                           {"--whatever"}}) {
    std::vector<std::string> arguments = {"encode", kMoving, "-o", folder / "a.ivf"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto result = vp8(arguments);
    EXPECT_EQ(result.exit_code, 2) << more[0] << "\n" << result.describe();
  }
  EXPECT_EQ(vp8({"encode", kMoving}).exit_code, 2);
  EXPECT_TRUE(folder.names().empty());
}

TEST(Vp8Encode, FailuresLeaveNothingUnderTheName) {
  const TemporaryFolder folder, inputs;
  std::ofstream(inputs / "text.mkv") << "no video at all, whatever its name may say about that";
  EXPECT_EQ(vp8({"encode", inputs / "none.mkv", "-o", folder / "a.ivf"}).exit_code, 1);
  EXPECT_EQ(vp8({"encode", inputs / "text.mkv", "-o", folder / "a.ivf"}).exit_code, 1);
  EXPECT_EQ(vp8({"encode", kMoving, "-o", folder / "no/such/a.ivf"}).exit_code, 1);
  EXPECT_EQ(vp8({"encode", kMoving, "-o", folder.path()}).exit_code, 1);
  EXPECT_EQ(vp8({"encode", kMoving, "-o", "/dev/full", "--frames", "2"}).exit_code, 1);
  const auto full = run_process({"sh", "-c",
                                 "ulimit -f 8; exec " + program("skirret-vp8") + " encode '" + kMoving +
                                     "' -o " + (folder / "a.ivf").string() + " --quantizer 0 --frames 20"});
  EXPECT_EQ(full.exit_code, 1) << full.describe();
  EXPECT_NE(full.err.find("writing failed"), std::string::npos) << full.describe();
  EXPECT_TRUE(folder.names().empty());
}

TEST(Vp8Encode, WhenStoppedTheFramesSoFarAreAWholeFileUnderThePartialName) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const TemporaryFolder folder;
    // Endless, and large frames, so that some are on disk soon.
    Process encoding({program("skirret-vp8"), "encode", "lavfi:testsrc2=s=320x240:r=30,noise=alls=80:allf=t",
                      "-o", folder / "a.ivf", "--quantizer", "0", "--effort", "0"});
    std::error_code none_yet;
    while (encoding.running() && (!std::filesystem::exists(folder / "a.ivf.partial") ||
                                  std::filesystem::file_size(folder / "a.ivf.partial", none_yet) == 0))
      std::this_thread::yield();
    encoding.send_signal(signal);
    const auto result = encoding.wait();
    EXPECT_EQ(result.exit_code, 1) << result.describe();
    EXPECT_NE(result.err.find("stopped after"), std::string::npos) << result.describe();
    EXPECT_EQ(folder.names(), std::vector<std::string>{"a.ivf.partial"});
    const auto decoded = vp8_json({"decode", folder / "a.ivf.partial"});
    EXPECT_GE(decoded.at("frames").get<int>(), 1);
    auto reader = codec::IvfReader::open(folder / "a.ivf.partial");
    ASSERT_TRUE(reader);
    EXPECT_EQ(reader->header().frame_count, decoded.at("frames"));
  }
}

}  // namespace
}  // namespace skirret::test
