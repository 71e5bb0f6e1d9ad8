#include "receiver/recorder.hh"

#include <gtest/gtest.h>

#include "tests/support/process.hh"

namespace skirret::test {
namespace {

codec::Picture grey(int width, int height, std::uint8_t luma) {
  return codec::Picture::solid({width, height}, luma, 128, 128);
}

std::size_t pictures_in(const std::filesystem::path& path) {
  auto reader = codec::Y4mReader::open(path);
  EXPECT_TRUE(reader) << path;
  std::size_t count = 0;
  for (auto picture = reader->next(); picture && *picture; picture = reader->next()) ++count;
  return count;
}

TEST(Recorder, APictureOfAnotherSizeBeginsAnotherFile) {
  const TemporaryFolder folder;
  receiver::Recorder recorder(folder / "call.y4m");
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(recorder.write(grey(32, 32, 50)));
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(recorder.write(grey(64, 48, 60)));
  ASSERT_TRUE(recorder.finish());
  EXPECT_EQ(recorder.frames(), 5u);
  EXPECT_EQ(folder.names(), (std::vector<std::string>{"call-2.y4m", "call.y4m"}));
  EXPECT_EQ(pictures_in(folder / "call.y4m"), 3u);
  EXPECT_EQ(pictures_in(folder / "call-2.y4m"), 2u);
}

TEST(Recorder, LeavesNothingWhenItIsNotFinished) {
  const TemporaryFolder folder;
  {
    receiver::Recorder recorder(folder / "call.y4m");
    ASSERT_TRUE(recorder.write(grey(32, 32, 50)));
  }
  EXPECT_TRUE(folder.names().empty());
}

TEST(Recorder, ChecksThePlaceBeforeACall) {
  const TemporaryFolder folder;
  EXPECT_TRUE(receiver::Recorder(folder / "call.y4m").check());
  EXPECT_TRUE(folder.names().empty());
  EXPECT_FALSE(receiver::Recorder(folder / "missing/call.y4m").check());
}

TEST(Recorder, TellsOfAFullDisk) {
  receiver::Recorder recorder("/dev/full");
  Result<void> outcome;
  for (int i = 0; i < 100 && outcome; ++i) outcome = recorder.write(grey(640, 360, 50));
  if (outcome) outcome = recorder.finish();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace skirret::test
