#include "codec/container/ivf.hh"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/data.hh"
#include "tests/support/process.hh"
#include "tests/support/random.hh"

namespace skirret::codec {
namespace {

struct Stream {
  IvfHeader header;
  std::vector<std::pair<std::uint64_t, ByteVector>> frames;
};

Stream random_stream(test::Random& random) {
  Stream made;
  made.header.width = random.between(0, 65535);
  made.header.height = random.between(0, 65535);
  made.header.rate = static_cast<std::uint32_t>(random.next());
  made.header.scale = static_cast<std::uint32_t>(random.next());
  const int count = random.between(0, 8);
  for (int i = 0; i < count; ++i)
    made.frames.emplace_back(random.next(), random.bytes(random.below(random.chance(1, 4) ? 1 : 3000)));
  return made;
}

void write(const std::filesystem::path& path, const Stream& stream) {
  auto writer = IvfWriter::create(path, stream.header);
  ASSERT_TRUE(writer) << writer.error().message;
  for (const auto& [pts, bytes] : stream.frames) ASSERT_TRUE(writer->write(pts, bytes));
  ASSERT_TRUE(writer->finish());
}

void expect_frames(IvfReader& reader, const Stream& stream) {
  for (const auto& [pts, bytes] : stream.frames) {
    const auto frame = reader.next();
    ASSERT_TRUE(frame) << frame.error().message;
    ASSERT_TRUE(frame->has_value());
    EXPECT_EQ((*frame)->pts, pts);
    EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), (*frame)->data.begin(), (*frame)->data.end()));
  }
  const auto end = reader.next();
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_FALSE(end->has_value());
}

TEST(Ivf, ReadsWhatItWroteFromFileAndMemory) {
  const std::uint64_t seed = test::seed_or(1);
  SCOPED_TRACE(seed);
  test::Random random(seed);
  const test::TemporaryFolder folder;
  for (int round = 0; round < 30; ++round) {
    const Stream stream = random_stream(random);
    write(folder / "x.ivf", stream);
    IvfHeader expected = stream.header;
    expected.frame_count = static_cast<std::uint32_t>(stream.frames.size());
    auto file = IvfReader::open(folder / "x.ivf");
    ASSERT_TRUE(file);
    EXPECT_EQ(file->header(), expected);
    expect_frames(*file, stream);
    const ByteVector whole = test::read_file(folder / "x.ivf");
    auto memory = IvfReader::over(whole);
    ASSERT_TRUE(memory);
    EXPECT_EQ(memory->header(), expected);
    expect_frames(*memory, stream);
  }
}

TEST(Ivf, GivesWholeFramesAndThenSaysWhereItWasCut) {
  test::Random random(7);
  Stream stream;
  stream.frames = {{0, random.bytes(50)}, {1, random.bytes(0)}, {2, random.bytes(70)}};
  const test::TemporaryFolder folder;
  write(folder / "x.ivf", stream);
  const ByteVector whole = test::read_file(folder / "x.ivf");
  const std::size_t ends[] = {32, 32 + 62, 32 + 62 + 12, whole.size()};
  ASSERT_EQ(ends[3], 32u + 62 + 12 + 82);
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    SCOPED_TRACE(cut);
    auto reader = IvfReader::over(Bytes(whole).first(cut));
    if (cut < 32) {
      EXPECT_FALSE(reader);
      continue;
    }
    ASSERT_TRUE(reader);
    std::size_t frames = 0;
    auto frame = reader->next();
    for (; frame && *frame; frame = reader->next()) ++frames;
    const std::size_t expected = cut >= ends[3] ? 3 : cut >= ends[2] ? 2 : cut >= ends[1] ? 1 : 0;
    EXPECT_EQ(frames, expected);
    EXPECT_EQ(frame.has_value(), cut == ends[expected]);
    if (!frame) {
      EXPECT_EQ(frame.error().code, ErrorCode::kTruncated);
      EXPECT_NE(frame.error().message.find("frame " + std::to_string(expected)), std::string::npos);
    }
  }
}

TEST(Ivf, DoesNotBelieveHeaderLengthVersionOrCount) {
  test::Random random(3);
  Stream stream;
  stream.frames = {{5, random.bytes(9)}};
  const test::TemporaryFolder folder;
  write(folder / "x.ivf", stream);
  ByteVector bytes = test::read_file(folder / "x.ivf");
  bytes[4] = 9;                                          // version
  bytes[6] = 200;                                        // header length
  bytes[24] = bytes[25] = bytes[26] = bytes[27] = 0xff;  // frame count
  auto reader = IvfReader::over(bytes);
  ASSERT_TRUE(reader);
  expect_frames(*reader, stream);
}

TEST(Ivf, RefusesHugeFramesWithoutMakingRoomForThem) {
  test::Random random(4);
  Stream stream;
  stream.frames = {{5, random.bytes(9)}};
  const test::TemporaryFolder folder;
  write(folder / "x.ivf", stream);
  ByteVector bytes = test::read_file(folder / "x.ivf");
  bytes[35] = 0xff;
  auto reader = IvfReader::over(bytes);
  ASSERT_TRUE(reader);
  const auto frame = reader->next();
  ASSERT_FALSE(frame);
  EXPECT_EQ(frame.error().code, ErrorCode::kLimit);
}

TEST(Ivf, SaysWhatIsNoIvf) {
  const test::TemporaryFolder folder;
  const auto missing = IvfReader::open(folder / "none.ivf");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(IvfReader::open(folder.path()));
  std::ofstream(folder / "text") << "this is no video, only some text that is long enough";
  const auto text = IvfReader::open(folder / "text");
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, ErrorCode::kMalformed);
  EXPECT_NE(text.error().message.find("no IVF"), std::string::npos);
}

TEST(Ivf, ReadsATestVector) {
  SKIRRET_DATA_FILE(path, "vp8-test-vectors/vp80-00-comprehensive-001.ivf");
  auto reader = IvfReader::open(path);
  ASSERT_TRUE(reader);
  EXPECT_TRUE(reader->header().is_vp8());
  EXPECT_EQ(reader->header().width, 176);
  EXPECT_EQ(reader->header().height, 144);
  std::uint32_t frames = 0;
  auto frame = reader->next();
  for (; frame && *frame; frame = reader->next()) ++frames;
  EXPECT_TRUE(frame);
  EXPECT_EQ(frames, reader->header().frame_count);
}

}  // namespace
}  // namespace skirret::codec
