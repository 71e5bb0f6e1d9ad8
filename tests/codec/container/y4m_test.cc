#include "codec/container/y4m.hh"

#include <string>

#include <gtest/gtest.h>

#include "tests/support/data.hh"
#include "tests/support/process.hh"
#include "tests/support/random.hh"

namespace skirret::codec {
namespace {

Picture random_picture(Dimensions dimensions, test::Random& random) {
  MutablePicture made(dimensions);
  for (const auto name : {PlaneName::kY, PlaneName::kU, PlaneName::kV}) {
    const MutablePlaneView plane = made.display_plane(name);
    for (int y = 0; y < plane.height; ++y)
      for (int x = 0; x < plane.width; ++x) *plane.at(x, y) = static_cast<std::uint8_t>(random.next());
  }
  made.extend_margin();
  return Picture(std::move(made));
}

ByteVector bytes_of(const std::string& text) {
  return {text.begin(), text.end()};
}

TEST(Y4m, ReadsWhatItWroteAtOddSizes) {
  const std::uint64_t seed = test::seed_or(2);
  SCOPED_TRACE(seed);
  test::Random random(seed);
  const test::TemporaryFolder folder;
  for (const Dimensions d : {Dimensions{1, 1}, {2, 2}, {17, 33}, {175, 143}, {16, 16}, {3, 200}}) {
    for (const auto siting :
         {ChromaSiting::kJpeg, ChromaSiting::kMpeg2, ChromaSiting::kPalDv, ChromaSiting::kUnstated}) {
      const Y4mHeader header{d, 30000, 1001, siting};
      std::vector<Picture> pictures;
      auto writer = Y4mWriter::create(folder / "x.y4m", header);
      ASSERT_TRUE(writer) << writer.error().message;
      for (int i = 0; i < 3; ++i) {
        pictures.push_back(random_picture(d, random));
        ASSERT_TRUE(writer->write(pictures.back()));
      }
      ASSERT_TRUE(writer->finish());
      auto reader = Y4mReader::open(folder / "x.y4m");
      ASSERT_TRUE(reader) << reader.error().message;
      EXPECT_EQ(reader->header(), header);
      for (const Picture& picture : pictures) {
        const auto read = reader->next();
        ASSERT_TRUE(read && *read);
        EXPECT_EQ(**read, picture);
      }
      const auto end = reader->next();
      ASSERT_TRUE(end);
      EXPECT_FALSE(end->has_value());
    }
  }
}

TEST(Y4m, RefusesAPictureOfAnotherSize) {
  const test::TemporaryFolder folder;
  auto writer = Y4mWriter::create(folder / "x.y4m", {{16, 16}, 30, 1, ChromaSiting::kJpeg});
  ASSERT_TRUE(writer);
  const auto wrote = writer->write(Picture::solid({18, 16}, 1, 2, 3));
  ASSERT_FALSE(wrote);
  EXPECT_EQ(wrote.error().code, ErrorCode::kInvalid);
}

TEST(Y4m, UnderstandsFrameParametersAndUnknownTags) {
  const ByteVector bytes = bytes_of(
      "YUV4MPEG2 W2 H2 Xsome=thing It A0:0 F25:1\nFRAME Ip Xq\n"
      "abcdef"
      "FRAME\nghijkl");
  auto reader = Y4mReader::over(bytes);
  ASSERT_TRUE(reader) << reader.error().message;
  EXPECT_EQ(reader->header().rate_numerator, 25u);
  const auto first = reader->next();
  ASSERT_TRUE(first && *first) << first.error().message;
  EXPECT_EQ(i420_bytes(**first), bytes_of("abcdef"));
  const auto second = reader->next();
  ASSERT_TRUE(second && *second);
  EXPECT_EQ(i420_bytes(**second), bytes_of("ghijkl"));
}

TEST(Y4m, NamesTheFixForOtherFormats) {
  for (const char* format : {"C422", "C444", "C420p10", "Cmono", "C420p12"}) {
    const ByteVector bytes = bytes_of(std::string("YUV4MPEG2 W16 H16 F25:1 ") + format + "\n");
    const auto reader = Y4mReader::over(bytes);
    ASSERT_FALSE(reader) << format;
    EXPECT_EQ(reader.error().code, ErrorCode::kUnsupported);
    EXPECT_NE(reader.error().message.find("ffmpeg -i"), std::string::npos) << reader.error().message;
  }
}

TEST(Y4m, RefusesNonsense) {
  for (const char* line :
       {"YUV4MPEG2 W0 H16\n", "YUV4MPEG2 W16\n", "YUV4MPEG2 W16 H99999\n", "YUV4MPEG2 W16 H-1\n",
        "YUV4MPEG2 W16 H16 F30\n", "YUV4MPEG2X W1 H1\n", "RIFF\n", "", "YUV4MPEG2 W16 H16"}) {
    const ByteVector bytes = bytes_of(line);
    const auto reader = Y4mReader::over(bytes);
    EXPECT_FALSE(reader) << line;
  }
  ByteVector endless = bytes_of("YUV4MPEG2 ");
  endless.resize(100'000, ' ');
  EXPECT_FALSE(Y4mReader::over(endless));
}

TEST(Y4m, SaysWhereItWasCut) {
  const ByteVector bytes = bytes_of("YUV4MPEG2 W2 H2 F25:1\nFRAME\nabcdefFRAME\nghij");
  auto reader = Y4mReader::over(bytes);
  ASSERT_TRUE(reader);
  const auto first = reader->next();
  ASSERT_TRUE(first && *first);
  const auto second = reader->next();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kTruncated);
  EXPECT_NE(second.error().message.find("picture 1"), std::string::npos) << second.error().message;
}

}  // namespace
}  // namespace skirret::codec
