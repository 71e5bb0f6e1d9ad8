#include "codec/media/source.hh"

#include <fstream>

#include <gtest/gtest.h>

#include "codec/container/y4m.hh"
#include "codec/quality/quality.hh"
#include "tests/support/data.hh"
#include "tests/support/process.hh"

namespace skirret::codec {
namespace {

struct Read {
  std::vector<Picture> pictures;
  std::vector<double> seconds;
};

Read read_all(VideoSource& source, std::size_t at_most = 1000) {
  Read read;
  while (read.pictures.size() < at_most) {
    const auto frame = source.next();
    if (!frame) throw std::runtime_error(frame.error().message);
    if (!*frame) break;
    read.pictures.push_back((*frame)->picture);
    read.seconds.push_back(to_seconds((*frame)->timestamp));
  }
  return read;
}

Read read_all(const std::string& spec, const SourceOptions& options = {}, std::size_t at_most = 1000) {
  auto source = open_source(spec, options);
  if (!source) throw std::runtime_error(source.error().message);
  return read_all(**source, at_most);
}

// Pictures of a 4:2:0 Y4M file by our own reader.
std::vector<Picture> read_y4m(const std::filesystem::path& path) {
  auto reader = Y4mReader::open(path);
  if (!reader) throw std::runtime_error(reader.error().message);
  std::vector<Picture> pictures;
  for (auto next = reader->next(); next && *next; next = reader->next()) pictures.push_back(**next);
  return pictures;
}

void ffmpeg(const std::vector<std::string>& arguments) {
  std::vector<std::string> all = {"ffmpeg", "-v", "error", "-y"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const auto result = test::run_process(all);
  if (result.exit_code != 0) throw std::runtime_error(result.describe());
}

TEST(Source, LosslessFilesComeAsTheyAreAtOddSizesToo) {
  SKIRRET_SYSTEM_PROGRAM(unused, "ffmpeg");
  const test::TemporaryFolder folder;
  for (const char* size : {"320x180", "175x143", "17x33"}) {
    SCOPED_TRACE(size);
    ffmpeg({"-f", "lavfi", "-i", std::string("testsrc2=r=25:d=0.4:s=") + size, "-pix_fmt", "yuv420p",
            folder / "a.y4m"});
    ffmpeg({"-i", folder / "a.y4m", "-c:v", "ffv1", folder / "a.mkv"});
    ffmpeg({"-i", folder / "a.y4m", "-c:v", "libx264", "-qp", "0", "-bf", "2", folder / "a.mp4"});
    const std::vector<Picture> expected = read_y4m(folder / "a.y4m");
    ASSERT_EQ(expected.size(), 10u);
    for (const char* name : {"a.y4m", "a.mkv", "a.mp4"}) {
      SCOPED_TRACE(name);
      const Read read = read_all(folder / name);
      ASSERT_EQ(read.pictures.size(), expected.size());
      for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_EQ(read.pictures[i], expected[i]) << i;
        EXPECT_NEAR(read.seconds[i], static_cast<double>(i) / 25, 0.0011);
      }
    }
  }
}

TEST(Source, OtherSamplingsAndDepthsAreConverted) {
  SKIRRET_SYSTEM_PROGRAM(unused, "ffmpeg");
  const test::TemporaryFolder folder;
  ffmpeg({"-f", "lavfi", "-i", "testsrc2=r=10:d=0.3:s=160x120,format=yuv444p", "-pix_fmt", "yuv420p",
          folder / "a.y4m"});
  const std::vector<Picture> expected = read_y4m(folder / "a.y4m");
  for (const char* format : {"yuv444p", "yuv422p", "yuv422p10le", "yuv420p10le", "yuv444p12le"}) {
    ffmpeg({"-f", "lavfi", "-i", "testsrc2=r=10:d=0.3:s=160x120,format=yuv444p", "-pix_fmt", format,
            "-strict", "-1", "-c:v", "ffv1", folder / "b.mkv"});
    const Read read = read_all(folder / "b.mkv");
    ASSERT_EQ(read.pictures.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i)
      EXPECT_GT(measure(read.pictures[i], expected[i]).psnr(PlaneName::kY), 45) << format;
  }
}

TEST(Source, ColoursAreRight) {
  struct Case {
    const char* spec;
    int y, u, v;
  };
  for (const Case& c : {Case{"lavfi:color=red:s=64x64:r=5:d=0.2,format=rgb24", 81, 90, 240},
                        Case{"lavfi:color=white:s=64x64:r=5:d=0.2,format=yuvj420p", 235, 128, 128},
                        Case{"lavfi:color=black:s=64x64:r=5:d=0.2,format=gray", 16, 128, 128}}) {
    const Read read = read_all(c.spec);
    ASSERT_EQ(read.pictures.size(), 1u);
    EXPECT_NEAR(*read.pictures[0].plane(PlaneName::kY).at(30, 30), c.y, 1) << c.spec;
    EXPECT_NEAR(*read.pictures[0].plane(PlaneName::kU).at(10, 10), c.u, 1) << c.spec;
    EXPECT_NEAR(*read.pictures[0].plane(PlaneName::kV).at(10, 10), c.v, 1) << c.spec;
  }
}

TEST(Source, ScalesToTheSizeAskedFor) {
  auto source = open_source("lavfi:testsrc2=s=320x240:r=5:d=0.4", {.size = Dimensions{161, 77}});
  ASSERT_TRUE(source) << source.error().message;
  EXPECT_EQ((*source)->info().dimensions, (Dimensions{161, 77}));
  const Read first = read_all(**source);
  ASSERT_EQ(first.pictures.size(), 2u);
  EXPECT_EQ(first.pictures[1].dimensions(), (Dimensions{161, 77}));
  EXPECT_EQ(read_all("lavfi:testsrc2=s=320x240:r=5:d=0.4", {.size = Dimensions{161, 77}}).pictures,
            first.pictures);
}

TEST(Source, DropsAndRepeatsByTimestamps) {
  const std::string graph = "lavfi:testsrc2=s=64x48:r=30:d=1";
  const auto all = read_all(graph).pictures;
  ASSERT_EQ(all.size(), 30u);
  const Read half = read_all(graph, {.fps = FrameRate{15, 1}});
  ASSERT_EQ(half.pictures.size(), 15u);
  for (std::size_t i = 0; i < 15; ++i) EXPECT_NEAR(half.seconds[i], static_cast<double>(i) / 15, 1e-8);
  const Read twice = read_all(graph, {.fps = FrameRate{60, 1}});
  ASSERT_EQ(twice.pictures.size(), 60u);
  for (std::size_t i = 0; i < 60; ++i) EXPECT_EQ(twice.pictures[i], all[i / 2]) << i;
  EXPECT_EQ(read_all(graph, {.fps = FrameRate{30, 1}}).pictures, all);
  EXPECT_EQ(read_all(graph, {.fps = FrameRate{25, 1}}).pictures.size(), 25u);
}

TEST(Source, FillsGapsInTime) {
  const auto all = read_all("lavfi:testsrc2=s=64x48:r=10:d=1").pictures;
  const Read gap =
      read_all("lavfi:testsrc2=s=64x48:r=10:d=1,select='not(between(n,3,6))'", {.fps = FrameRate{10, 1}});
  ASSERT_EQ(gap.pictures.size(), 10u);
  for (std::size_t i = 0; i < 10; ++i) EXPECT_EQ(gap.pictures[i], all[i >= 3 && i <= 6 ? 2 : i]) << i;
}

TEST(Source, LoopsWithRisingTimes) {
  SKIRRET_SYSTEM_PROGRAM(unused, "ffmpeg");
  const test::TemporaryFolder folder;
  ffmpeg({"-f", "lavfi", "-i", "testsrc2=r=10:d=0.4:s=64x48", "-pix_fmt", "yuv420p", folder / "a.y4m"});
  const auto all = read_all(folder / "a.y4m").pictures;
  ASSERT_EQ(all.size(), 4u);
  const Read looped = read_all(folder / "a.y4m", {.loop = true}, 11);
  ASSERT_EQ(looped.pictures.size(), 11u);
  for (std::size_t i = 0; i < 11; ++i) {
    EXPECT_EQ(looped.pictures[i], all[i % 4]) << i;
    EXPECT_NEAR(looped.seconds[i], static_cast<double>(i) / 10, 1e-6);
  }
  const Read resampled = read_all(folder / "a.y4m", {.fps = FrameRate{20, 1}, .loop = true}, 20);
  for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(resampled.pictures[i], all[i / 2 % 4]) << i;
}

TEST(Source, TurnsPicturesUpright) {
  SKIRRET_SYSTEM_PROGRAM(unused, "ffmpeg");
  const test::TemporaryFolder folder;
  ffmpeg({"-f", "lavfi", "-i", "testsrc2=r=10:d=0.2:s=64x48", "-pix_fmt", "yuv420p", "-c:v", "libx264", "-qp",
          "0", folder / "a.mp4"});
  for (const char* angle : {"90", "180", "270"}) {
    SCOPED_TRACE(angle);
    ffmpeg({"-i", folder / "a.mp4", "-c", "copy", "-metadata:s:v:0", std::string("rotate=") + angle,
            folder / "b.mp4"});
    ffmpeg({"-i", folder / "b.mp4", "-pix_fmt", "yuv420p", folder / "upright.y4m"});  // turns by itself
    EXPECT_EQ(read_all(folder / "b.mp4").pictures, read_y4m(folder / "upright.y4m"));
  }
}

TEST(Source, ReadsVp8AsLibvpxDecodesIt) {
  SKIRRET_SYSTEM_PROGRAM(vpxdec, "vpxdec");
  const test::TemporaryFolder folder;
  for (const char* name :
       {"vp8-test-vectors/vp80-00-comprehensive-008.ivf", "vp8-test-vectors/vp80-03-segmentation-1401.ivf"}) {
    SKIRRET_DATA_FILE(path, name);
    ASSERT_EQ(test::run_process({vpxdec, path, "-o", folder / "x.y4m"}).exit_code, 0);
    EXPECT_EQ(read_all(path).pictures, read_y4m(folder / "x.y4m")) << name;
  }
}

TEST(Source, GrabsAScreenAtTheRateAskedFor) {
  SKIRRET_SYSTEM_PROGRAM(xvfb, "Xvfb");
  test::Process server(
      {xvfb, "-displayfd", "1", "-screen", "0", "320x200x24", "-nolisten", "tcp", "-noreset"});
  ASSERT_TRUE(server.wait_for_output("\n")) << server.error_output();
  const std::string display = server.output().substr(0, server.output().find('\n'));
  auto source = open_source("x11grab::" + display, {.size = Dimensions{160, 100}, .fps = FrameRate{20, 1}});
  ASSERT_TRUE(source) << source.error().message;
  EXPECT_TRUE((*source)->info().live);
  const Read read = read_all(**source, 4);
  ASSERT_EQ(read.pictures.size(), 4u);
  EXPECT_EQ(read.pictures[3].dimensions(), (Dimensions{160, 100}));
  EXPECT_EQ(*read.pictures[3].plane(PlaneName::kY).at(5, 5), 16);  // an empty screen
  EXPECT_EQ(read.seconds[0], 0.0);
  // Never faster than asked for; how much slower is the machine's matter.
  for (std::size_t i = 1; i < 4; ++i) EXPECT_GT(read.seconds[i], read.seconds[i - 1]);
  EXPECT_GT(read.seconds[3], 0.1);
}

TEST(Source, CutFilesGiveWhatIsWhole) {
  SKIRRET_SYSTEM_PROGRAM(unused, "ffmpeg");
  const test::TemporaryFolder folder;
  ffmpeg({"-f", "lavfi", "-i", "testsrc2=r=10:d=1:s=64x48", "-c:v", "ffv1", folder / "a.mkv"});
  std::filesystem::resize_file(folder / "a.mkv", std::filesystem::file_size(folder / "a.mkv") / 2);
  const std::size_t read = read_all(folder / "a.mkv").pictures.size();
  EXPECT_GE(read, 2u);
  EXPECT_LT(read, 10u);
}

TEST(Source, SaysWhatIsWrong) {
  const test::TemporaryFolder folder;
  std::ofstream(folder / "text.mkv") << "only text, many times over; only text, many times over.";
  std::ofstream(folder / "empty.y4m");
  {
    std::ofstream wav(folder / "sound.wav", std::ios::binary);
    const auto word = [&](std::uint32_t value, int bytes) {
      for (int i = 0; i < bytes; ++i) wav.put(static_cast<char>(value >> (8 * i)));
    };
    wav << "RIFF";
    word(36 + 8000, 4);
    wav << "WAVEfmt ";
    word(16, 4), word(1, 2), word(1, 2), word(8000, 4), word(16000, 4), word(2, 2), word(16, 2);
    wav << "data";
    word(8000, 4);
    wav << std::string(8000, '\0');
  }
  struct Case {
    std::string spec;
    ErrorCode code;
    const char* says;
  };
  for (const Case& c : {Case{folder / "none.mkv", ErrorCode::kNotFound, "no such file"},
                        Case{folder.path(), ErrorCode::kIo, "is a folder"},
                        Case{folder / "text.mkv", ErrorCode::kUnsupported, "no video"},
                        Case{folder / "empty.y4m", ErrorCode::kUnsupported, "no video"},
                        Case{folder / "sound.wav", ErrorCode::kUnsupported, "holds no video"},
                        Case{"", ErrorCode::kInvalid, "empty"},
                        Case{"lavfi:nosuchfilter", ErrorCode::kInvalid, "nosuchfilter"},
                        Case{"v4l2:/dev/video97", ErrorCode::kNotFound, "no such device"},
                        Case{"x11grab::97", ErrorCode::kIo, "cannot be opened"}}) {
    const auto source = open_source(c.spec);
    ASSERT_FALSE(source) << c.spec;
    EXPECT_EQ(source.error().code, c.code) << source.error().message;
    EXPECT_NE(source.error().message.find(c.says), std::string::npos) << source.error().message;
  }
  EXPECT_FALSE(open_source("lavfi:testsrc2", {.size = Dimensions{0, 10}}));
  EXPECT_FALSE(open_source("lavfi:testsrc2", {.fps = FrameRate{0, 1}}));
}

TEST(Source, UnderstandsSizesAndRates) {
  EXPECT_EQ(*parse_size("640x360"), (Dimensions{640, 360}));
  for (const char* text : {"", "640", "640x", "x360", "0x10", "-5x10", "16384x10", "640x360x2", "640 x360"})
    EXPECT_FALSE(parse_size(text)) << text;
  EXPECT_EQ(*parse_rate("30"), (FrameRate{30000, 1000}));
  EXPECT_EQ(*parse_rate("29.97"), (FrameRate{30000, 1001}));
  EXPECT_EQ(*parse_rate("23.976"), (FrameRate{24000, 1001}));
  EXPECT_EQ(*parse_rate("12.5"), (FrameRate{12500, 1000}));
  EXPECT_EQ(*parse_rate("30000/1001"), (FrameRate{30000, 1001}));
  for (const char* text : {"", "0", "-1", "nan", "inf", "1001", "30/0", "30/", "/1", "thirty"})
    EXPECT_FALSE(parse_rate(text)) << text;
}

}  // namespace
}  // namespace skirret::codec
