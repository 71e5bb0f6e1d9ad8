#include <csignal>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "codec/container/ivf.hh"
#include "tests/support/data.hh"
#include "tests/tools/skirret-vp8/vp8_program.hh"

namespace skirret::test {
namespace {

std::vector<std::string> first_words(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) words.push_back(line.substr(0, line.find(' ')));
  return words;
}

std::string text_of(const std::filesystem::path& path) {
  const ByteVector bytes = read_file(path);
  return {bytes.begin(), bytes.end()};
}

void write_file(const std::filesystem::path& path, const ByteVector& bytes) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

// What vpxdec outputs, one MD5 for each picture.
std::vector<std::string> vpxdec_md5(const std::string& vpxdec, const std::string& ivf,
                                    const TemporaryFolder& folder) {
  const auto result = run_process({vpxdec, "--i420", "--md5", "-o", folder / "x-%wx%h-%4.i420", ivf});
  if (result.exit_code != 0) throw std::runtime_error(result.describe());
  return first_words(result.out);
}

TEST(Vp8Decode, Md5LinesAreThoseOfTheVectors) {
  for (const char* name : {"00-comprehensive-001", "00-comprehensive-008", "00-comprehensive-014",
                           "00-comprehensive-017", "03-segmentation-1436", "05-sharpness-1438"}) {
    SKIRRET_DATA_FILE(path, vector_path(name));
    const auto result = vp8({"decode", "--md5", path});
    ASSERT_EQ(result.exit_code, 0) << result.describe();
    EXPECT_EQ(first_words(result.out), first_words(text_of(path.string() + ".md5"))) << name;
    EXPECT_EQ(result.err, "");
  }
}

TEST(Vp8Decode, LinesAreMd5AndIndexAsVpxdecShowsPictures) {
  SKIRRET_SYSTEM_PROGRAM(vpxenc, "vpxenc");
  SKIRRET_SYSTEM_PROGRAM(vpxdec, "vpxdec");
  const TemporaryFolder folder;
  // A calm moving source in two passes makes libvpx send altref pictures that are not shown.
  ffmpeg({"-f", "lavfi", "-i", "testsrc=s=176x144:r=30:d=1.5", "-pix_fmt", "yuv420p", folder / "a.y4m"});
  const auto encoded =
      run_process({vpxenc, "--codec=vp8", "--ivf", "--auto-alt-ref=1", "--lag-in-frames=20", "--passes=2",
                   "--target-bitrate=200", "-q", "-o", folder / "a.ivf", folder / "a.y4m"});
  ASSERT_EQ(encoded.exit_code, 0) << encoded.describe();
  const nlohmann::json report = vp8_json({"decode", "--md5", folder / "a.ivf"});
  ASSERT_GT(report.at("decoded").get<int>(), report.at("frames").get<int>()) << "no frame is invisible";
  const auto expected = vpxdec_md5(vpxdec, folder / "a.ivf", folder);
  EXPECT_EQ(report.at("md5").get<std::vector<std::string>>(), expected);
  std::string lines;
  for (std::size_t i = 0; i < expected.size(); ++i) lines += expected[i] + "  " + std::to_string(i) + "\n";
  EXPECT_EQ(vp8({"decode", folder / "a.ivf", "--md5"}).out, lines);
}

TEST(Vp8Decode, Y4mIsWhatVpxdecWritesAndFfmpegReads) {
  SKIRRET_SYSTEM_PROGRAM(vpxdec, "vpxdec");
  SKIRRET_DATA_FILE(path, vector_path("00-comprehensive-008"));  // 1432x888
  const TemporaryFolder folder;
  ASSERT_EQ(vp8({"decode", path, "-o", folder / "ours.y4m"}).exit_code, 0);
  EXPECT_EQ(folder.names(), std::vector<std::string>{"ours.y4m"});
  ASSERT_EQ(run_process({vpxdec, "--rawvideo", "--i420", path, "-o", folder / "theirs.yuv"}).exit_code, 0);
  ffmpeg({"-i", folder / "ours.y4m", "-f", "rawvideo", folder / "ours.yuv"});
  EXPECT_TRUE(read_file(folder / "ours.yuv") == read_file(folder / "theirs.yuv"));
}

TEST(Vp8Decode, AStreamThatChangesSizeNeedsScaleToFirst) {
  SKIRRET_DATA_FILE(path, vector_path("03-segmentation-1436"));
  const TemporaryFolder folder;
  const auto refused = vp8({"decode", path, "-o", folder / "x.y4m"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_NE(refused.err.find("--scale-to-first"), std::string::npos) << refused.describe();
  EXPECT_TRUE(folder.names().empty());
  const auto scaled = vp8({"decode", path, "-o", folder / "x.y4m", "--scale-to-first", "--md5"});
  EXPECT_EQ(scaled.exit_code, 0) << scaled.describe();
  EXPECT_EQ(first_words(scaled.out), first_words(text_of(path.string() + ".md5")));
  EXPECT_EQ(vp8_json({"compare", folder / "x.y4m", folder / "x.y4m"}).at("frames"),
            first_words(scaled.out).size());
}

TEST(Vp8Decode, ACutFileGivesItsWholeFramesAndFails) {
  SKIRRET_DATA_FILE(path, vector_path("00-comprehensive-001"));
  const TemporaryFolder folder;
  ByteVector bytes = read_file(path);
  bytes.resize(bytes.size() - 7);
  write_file(folder / "cut.ivf", bytes);
  const auto result = vp8({"decode", "--md5", folder / "cut.ivf", "-o", folder / "x.y4m"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.err.find("ends inside the data of frame 28"), std::string::npos) << result.describe();
  auto expected = first_words(text_of(path.string() + ".md5"));
  expected.pop_back();
  EXPECT_EQ(first_words(result.out), expected);
  EXPECT_EQ(folder.names(), (std::vector<std::string>{"cut.ivf", "x.y4m.partial"}));
  EXPECT_EQ(vp8_json({"compare", folder / "x.y4m.partial", path}).at("frames_a"), expected.size());
}

TEST(Vp8Decode, ADamagedFrameEndsAsInVpxdec) {
  SKIRRET_SYSTEM_PROGRAM(vpxdec, "vpxdec");
  SKIRRET_DATA_FILE(path, vector_path("00-comprehensive-001"));
  const TemporaryFolder folder;
  auto reader = codec::IvfReader::open(path);
  ASSERT_TRUE(reader);
  auto writer = codec::IvfWriter::create(folder / "bad.ivf", reader->header());
  ASSERT_TRUE(writer);
  for (std::uint64_t i = 0; i < 5; ++i) {
    const auto frame = reader->next();
    ASSERT_TRUE(frame && *frame);
    ASSERT_TRUE(writer->write(i, i == 3 ? (*frame)->data.first(2) : (*frame)->data));
  }
  ASSERT_TRUE(writer->finish());
  const auto ours = vp8({"decode", "--md5", folder / "bad.ivf"});
  EXPECT_EQ(ours.exit_code, 1);
  EXPECT_NE(ours.err.find("frame 3 cannot be decoded"), std::string::npos) << ours.describe();
  const auto theirs = run_process({vpxdec, "--i420", "--md5", "-o", folder / "%4.i420", folder / "bad.ivf"});
  EXPECT_NE(theirs.exit_code, 0);
  EXPECT_EQ(first_words(ours.out), first_words(theirs.out));
  EXPECT_EQ(first_words(ours.out).size(), 3u);
}

TEST(Vp8Decode, OutputThatCannotBeWrittenLeavesNothing) {
  SKIRRET_DATA_FILE(path, vector_path("00-comprehensive-001"));
  const TemporaryFolder folder;
  for (const std::filesystem::path& out :
       {folder / "no/folder/x.y4m", folder.path(), std::filesystem::path("/dev/full")}) {
    const auto result = vp8({"decode", path, "-o", out});
    EXPECT_EQ(result.exit_code, 1) << result.describe();
    EXPECT_NE(result.err.find(out), std::string::npos) << result.describe();
  }
  // A limit on a file's size stands in for a full disk.
  const auto full = run_process({"sh", "-c",
                                 "ulimit -f 100; exec " + program("skirret-vp8") + " decode " +
                                     path.string() + " -o " + (folder / "x.y4m").string()});
  EXPECT_EQ(full.exit_code, 1) << full.describe();
  EXPECT_NE(full.err.find("writing failed"), std::string::npos) << full.describe();
  EXPECT_TRUE(folder.names().empty());
  EXPECT_EQ(
      run_process({"sh", "-c", program("skirret-vp8") + " decode --md5 " + path.string() + " > /dev/full"})
          .exit_code,
      1);
}

// It waits on a named pipe's second half, so that Ctrl-C surely comes in the middle.
TEST(Vp8Decode, CtrlCKeepsWhatIsWholeUnderThePartialName) {
  SKIRRET_DATA_FILE(path, vector_path("00-comprehensive-001"));
  const TemporaryFolder folder;
  ASSERT_EQ(run_process({"mkfifo", folder / "pipe.ivf"}).exit_code, 0);
  Process decoding(
      {program("skirret-vp8"), "decode", folder / "pipe.ivf", "--log", "info", "-o", folder / "x.y4m"});
  const ByteVector bytes = read_file(path);
  std::ofstream pipe(folder / "pipe.ivf", std::ios::binary);
  pipe.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size() / 2));
  pipe.flush();
  while (!std::filesystem::exists(folder / "x.y4m.partial")) ASSERT_TRUE(decoding.running());
  decoding.send_signal(SIGINT);
  pipe.write(reinterpret_cast<const char*>(bytes.data() + bytes.size() / 2),
             static_cast<std::streamsize>(bytes.size() - bytes.size() / 2));
  pipe.close();
  const auto result = decoding.wait();
  EXPECT_EQ(result.exit_code, 1) << result.describe();
  EXPECT_NE(result.err.find("stopped after"), std::string::npos) << result.describe();
  EXPECT_EQ(folder.names(), (std::vector<std::string>{"pipe.ivf", "x.y4m.partial"}));
  EXPECT_GE(vp8_json({"compare", folder / "x.y4m.partial", path}).at("frames").get<int>(), 1);
}

}  // namespace
}  // namespace skirret::test
