#include <cmath>
#include <cstdio>

#include <gtest/gtest.h>

#include "cloudenc/ingest/ingest.hh"
#include "cloudenc/store/folder_store.hh"
#include "codec/media/segment_decoder.hh"
#include "codec/media/source.hh"
#include "tests/support/process.hh"

namespace skirret::test {
namespace {

using cloudenc::FolderStore;
using cloudenc::Recording;
using codec::Segment;

struct Shown {
  std::int64_t time_ns = 0;
  std::uint64_t hash = 0;
  codec::Dimensions dimensions;
  bool operator==(const Shown&) const = default;
};

// What decoding the whole file from its start shows.
std::vector<Shown> shown_by_file(const std::string& path) {
  codec::SourceOptions options;
  options.keep_stream_sizes = true;
  auto source = codec::open_source(path, options);
  if (!source) throw std::runtime_error(source.error().message);
  std::vector<Shown> all;
  while (true) {
    const auto frame = (*source)->next();
    if (!frame) throw std::runtime_error(frame.error().message);
    if (!*frame) return all;
    all.push_back({(*frame)->timestamp.count(), (*frame)->picture.hash(), (*frame)->picture.dimensions()});
  }
}

std::vector<Shown> shown_by_segments(const Recording& recording, FolderStore& store) {
  std::vector<Shown> all;
  std::optional<std::int64_t> first;
  for (const cloudenc::BlobGroup& parts : recording.video) {
    codec::SegmentDecoder decoder;
    for (std::size_t next_part = 0;;) {
      const auto shown = decoder.next().value();
      if (!shown) {
        if (next_part > parts.size()) break;
        if (next_part < parts.size())
          EXPECT_TRUE(decoder.feed(codec::load_segment(*store.get(parts[next_part])).value()).has_value());
        else
          decoder.finish();
        ++next_part;
        continue;
      }
      if (!first) first = shown->time;
      const codec::Picture picture = decoder.picture().value();
      const double ns = static_cast<double>(shown->time - *first) * recording.time_base.numerator * 1e9 /
                        recording.time_base.denominator;
      all.push_back({std::llround(ns), picture.hash(), picture.dimensions()});
      EXPECT_EQ(picture.dimensions(), shown->dimensions);
    }
  }
  return all;
}

class Segments : public testing::Test {
 protected:
  // Encodes 200 moving pictures with these arguments; then segments must show what the file does.
  void check(const std::string& name, std::vector<std::string> arguments, std::size_t at_least) {
    SCOPED_TRACE(name);
    make(name, {"-f", "lavfi", "-i", "testsrc2=s=96x64:r=25:d=8", "-vf", "noise=alls=12:allf=t:all_seed=1"},
         std::move(arguments));
    compare(name, at_least);
  }

  void make(const std::string& name, std::vector<std::string> input, std::vector<std::string> arguments) {
    SKIRRET_SYSTEM_PROGRAM(ffmpeg, "ffmpeg");
    std::vector<std::string> command = {ffmpeg, "-v", "error", "-y"};
    command.insert(command.end(), input.begin(), input.end());
    command.insert(command.end(), arguments.begin(), arguments.end());
    command.push_back((folder_ / name).string());
    const ProcessResult result = run_process(command);
    ASSERT_EQ(result.exit_code, 0) << result.describe();
  }

  void compare(const std::string& name, std::size_t at_least) {
    const std::string path = (folder_ / name).string();
    const auto expected = shown_by_file(path);
    const auto recording = cloudenc::ingest(path, {30, 1}, *store_);
    ASSERT_TRUE(recording.has_value()) << recording.error().message;
    EXPECT_GE(recording->video.size(), at_least);
    expect_shown(*recording, expected);
    SCOPED_TRACE("in parts");
    const auto parted = cloudenc::ingest(path, {30, 1}, *store_, false, {.packets = 7, .bytes = 3000});
    ASSERT_TRUE(parted.has_value());
    ASSERT_EQ(parted->video.size(), recording->video.size());
    EXPECT_GT(parted->video[0].size(), 1u);
    expect_shown(*parted, expected);
  }

  void expect_shown(const Recording& recording, const std::vector<Shown>& expected) {
    const auto got = shown_by_segments(recording, *store_);
    ASSERT_EQ(got.size(), expected.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
      ASSERT_EQ(got[i].hash, expected[i].hash) << "picture " << i;
      ASSERT_EQ(got[i].dimensions, expected[i].dimensions) << "picture " << i;
      ASSERT_NEAR(static_cast<double>(got[i].time_ns), static_cast<double>(expected[i].time_ns), 1000) << i;
    }
  }

  TemporaryFolder folder_;
  std::unique_ptr<FolderStore> store_ = *FolderStore::open(folder_ / "store");
};

TEST_F(Segments, ShowWhatTheFileDoes) {
  check("closed.mp4", {"-c:v", "libx264", "-g", "30", "-pix_fmt", "yuv420p"}, 5);
  check("open.mkv",
        {"-c:v", "libx264", "-x264-params", "open-gop=1:keyint=30:min-keyint=30:bframes=3", "-pix_fmt",
         "yuv420p"},
        5);
  check("hevc10.mp4",
        {"-c:v", "libx265", "-x265-params", "open-gop=1:keyint=40:min-keyint=40:log-level=none", "-pix_fmt",
         "yuv420p10le"},
        4);
  check("mpeg2.mkv", {"-c:v", "mpeg2video", "-bf", "2", "-g", "30", "-q:v", "3"}, 5);
  check("vp8.webm",
        {"-c:v", "libvpx", "-g", "30", "-b:v", "500k", "-auto-alt-ref", "1", "-lag-in-frames", "10"}, 3);
  check("transport.ts", {"-c:v", "libx264", "-g", "30", "-pix_fmt", "yuv420p"}, 5);
  check("endless.mp4", {"-c:v", "libx264", "-g", "9999", "-pix_fmt", "yuv420p"}, 1);
  check("raw.y4m", {"-pix_fmt", "yuv420p"}, 8);
  check("old.avi", {"-c:v", "mpeg4", "-bf", "2", "-g", "30"}, 1);  // packets without times
  check("still.avi", {"-c:v", "mjpeg"}, 4);
}

TEST_F(Segments, EditListsAndTurnedPictures) {
  make("long.mp4", {"-f", "lavfi", "-i", "testsrc2=s=96x64:r=25:d=8"},
       {"-c:v", "libx264", "-g", "40", "-bf", "2", "-pix_fmt", "yuv420p"});
  // Copying from the middle of a group of pictures leaves an edit list that cuts its start off.
  make("cut.mp4", {"-ss", "2.5", "-i", (folder_ / "long.mp4").string()}, {"-c", "copy", "-t", "4"});
  compare("cut.mp4", 2);
  EXPECT_LT(shown_by_file((folder_ / "cut.mp4").string()).size(), 120u) << "the list cuts something off";
  make("turned.mp4", {"-i", (folder_ / "long.mp4").string()}, {"-c", "copy", "-metadata:s:v:0", "rotate=90"});
  compare("turned.mp4", 4);
  EXPECT_EQ(shown_by_file((folder_ / "turned.mp4").string())[0].dimensions, (codec::Dimensions{64, 96}));
}

TEST_F(Segments, SizesThatChange) {
  make("a.ts", {"-f", "lavfi", "-i", "testsrc2=s=96x64:r=25:d=2"},
       {"-c:v", "libx264", "-g", "25", "-pix_fmt", "yuv420p"});
  make("b.ts", {"-f", "lavfi", "-i", "testsrc2=s=64x96:r=25:d=2"},
       {"-c:v", "libx264", "-g", "25", "-pix_fmt", "yuv420p", "-output_ts_offset", "2.5"});
  ByteVector both = read_file(folder_ / "a.ts");
  const ByteVector more = read_file(folder_ / "b.ts");
  both.insert(both.end(), more.begin(), more.end());
  std::FILE* file = std::fopen((folder_ / "both.ts").c_str(), "wb");
  std::fwrite(both.data(), 1, both.size(), file);
  std::fclose(file);
  compare("both.ts", 3);
}

TEST_F(Segments, AreThemselvesAgain) {
  make("x.mkv", {"-f", "lavfi", "-i", "testsrc2=s=96x64:r=25:d=2"},
       {"-c:v", "libx264", "-pix_fmt", "yuv420p"});
  const auto recording = cloudenc::ingest((folder_ / "x.mkv").string(), {30, 1}, *store_);
  ASSERT_TRUE(recording.has_value());
  const ByteVector blob = *store_->get(recording->video.at(0).at(0));
  const auto segment = codec::load_segment(blob);
  ASSERT_TRUE(segment.has_value());
  EXPECT_EQ(codec::save(*segment), blob);
  for (std::size_t length = 0; length < blob.size(); length += 1 + length / 50)
    ASSERT_FALSE(codec::load_segment(Bytes(blob).first(length)).has_value()) << length;
}

TEST_F(Segments, PicturesByFolderAndPattern) {
  std::filesystem::create_directory(folder_ / "png");
  make("png/shot%03d.png", {"-f", "lavfi", "-i", "testsrc2=s=70x46:r=25:d=1"}, {"-start_number", "3"});
  for (const std::string& input : {(folder_ / "png").string(), (folder_ / "png/shot%03d.png").string()}) {
    const auto recording = cloudenc::ingest(input, {25, 1}, *store_);
    ASSERT_TRUE(recording.has_value()) << recording.error().message;
    const auto shown = shown_by_segments(*recording, *store_);
    ASSERT_EQ(shown.size(), 25u) << input;
    EXPECT_EQ(shown[24].time_ns, 960'000'000);
  }
  std::filesystem::create_directory(folder_ / "none");
  EXPECT_EQ(cloudenc::ingest((folder_ / "none").string(), {25, 1}, *store_).error().code,
            ErrorCode::kNotFound);
}

TEST_F(Segments, ClearErrors) {
  const auto code_of = [&](const std::string& input) {
    const auto recording = cloudenc::ingest(input, {30, 1}, *store_);
    EXPECT_FALSE(recording.has_value()) << input;
    return recording ? ErrorCode::kInvalid : recording.error().code;
  };
  EXPECT_EQ(code_of((folder_ / "nowhere.mp4").string()), ErrorCode::kNotFound);
  std::fclose(std::fopen((folder_ / "empty.mp4").c_str(), "wb"));
  EXPECT_EQ(code_of((folder_ / "empty.mp4").string()), ErrorCode::kUnsupported);
  make("sound.wav", {"-f", "lavfi", "-i", "sine=d=1"}, {});
  EXPECT_EQ(code_of((folder_ / "sound.wav").string()), ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace skirret::test
