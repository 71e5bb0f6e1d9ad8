#include "codec/container/output_file.hh"

#include <csignal>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "tests/support/data.hh"
#include "tests/support/process.hh"

namespace skirret::codec {
namespace {

ByteVector bytes_of(const std::string& text) {
  return {text.begin(), text.end()};
}

TEST(OutputFile, AppearsUnderItsNameOnlyWhenCommitted) {
  const test::TemporaryFolder folder;
  auto file = OutputFile::create(folder / "a.bin");
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->write(bytes_of("hello world")));
  EXPECT_EQ(folder.names(), std::vector<std::string>{"a.bin.partial"});
  ASSERT_TRUE(file->overwrite(0, bytes_of("J")));
  ASSERT_TRUE(file->commit());
  EXPECT_EQ(folder.names(), std::vector<std::string>{"a.bin"});
  EXPECT_EQ(test::read_file(folder / "a.bin"), bytes_of("Jello world"));
}

TEST(OutputFile, LeavesNothingWhenDropped) {
  const test::TemporaryFolder folder;
  std::ofstream(folder / "a.bin") << "old";
  {
    auto file = OutputFile::create(folder / "a.bin");
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->write(bytes_of("new")));
    auto moved = std::move(*file);
    ASSERT_TRUE(moved.write(bytes_of("er")));
  }
  EXPECT_EQ(folder.names(), std::vector<std::string>{"a.bin"});
  EXPECT_EQ(test::read_file(folder / "a.bin"), bytes_of("old"));
}

TEST(OutputFile, KeepsInterruptedWorkUnderThePartialName) {
  const test::TemporaryFolder folder;
  auto file = OutputFile::create(folder / "a.bin");
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->write(bytes_of("half")));
  const auto kept = file->keep_partial();
  ASSERT_TRUE(kept);
  EXPECT_EQ(*kept, folder / "a.bin.partial");
  EXPECT_EQ(test::read_file(*kept), bytes_of("half"));
  EXPECT_FALSE(file->write(bytes_of("more")));
}

TEST(OutputFile, FollowsASymbolicLinkInsteadOfReplacingIt) {
  const test::TemporaryFolder folder;
  std::ofstream(folder / "real") << "old";
  std::filesystem::create_symlink("real", folder / "link");
  auto file = OutputFile::create(folder / "link");
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->write(bytes_of("new")));
  ASSERT_TRUE(file->commit());
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
  EXPECT_EQ(test::read_file(folder / "real"), bytes_of("new"));
}

TEST(OutputFile, WritesDevicesDirectlyAndTellsOfAFullDisk) {
  auto null = OutputFile::create("/dev/null");
  ASSERT_TRUE(null);
  EXPECT_FALSE(null->can_overwrite());
  ASSERT_TRUE(null->write(bytes_of("x")));
  ASSERT_TRUE(null->commit());
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));

  auto full = OutputFile::create("/dev/full");
  ASSERT_TRUE(full);
  ASSERT_TRUE(full->write(bytes_of("x")));  // buffered
  const auto done = full->commit();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kIo);
  EXPECT_NE(done.error().message.find("No space left"), std::string::npos) << done.error().message;
}

// A file-size limit stands in for a full disk on a regular file.
TEST(OutputFile, RemovesThePartialFileWhenWritingFails) {
  const test::TemporaryFolder folder;
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small{4096, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  auto file = OutputFile::create(folder / "a.bin");
  const bool created = file.has_value();
  Result<void> wrote = created ? file->write(ByteVector(1 << 20, 7)) : Result<void>();
  if (created && wrote) wrote = file->commit();
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  ASSERT_TRUE(created);
  ASSERT_FALSE(wrote);
  EXPECT_TRUE(folder.names().empty());
  EXPECT_FALSE(file->write(bytes_of("more")));
  EXPECT_FALSE(file->commit());
  EXPECT_TRUE(folder.names().empty());
}

TEST(OutputFile, SaysWhatIsWrongWithTheName) {
  const test::TemporaryFolder folder;
  const auto no_folder = OutputFile::create(folder / "no/such/x");
  ASSERT_FALSE(no_folder);
  EXPECT_NE(no_folder.error().message.find("make its folder first"), std::string::npos)
      << no_folder.error().message;
  const auto is_folder = OutputFile::create(folder.path());
  ASSERT_FALSE(is_folder);
  EXPECT_NE(is_folder.error().message.find("is a folder"), std::string::npos);
  EXPECT_FALSE(OutputFile::create(""));
  EXPECT_TRUE(folder.names().empty());
}

}  // namespace
}  // namespace skirret::codec
