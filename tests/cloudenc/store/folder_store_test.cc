#include "cloudenc/store/folder_store.hh"

#include <csignal>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "tests/cloudenc/store/open_store.hh"
#include "tests/support/process.hh"
#include "tests/support/random.hh"

namespace skirret::test {
namespace {

namespace fs = std::filesystem;
using cloudenc::ContentHash;
using cloudenc::Durability;
using cloudenc::FolderStore;
using cloudenc::Record;

fs::path blob_path(const fs::path& store, const ContentHash& hash) {
  return store / "blobs" / hash.hex();
}

std::size_t files_in(const fs::path& folder) {
  std::size_t count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) count += entry.is_regular_file() ? 1 : 0;
  return count;
}

TEST(FolderStore, GivesBackWhatWasPut) {
  const TemporaryFolder folder;
  Random random(seed_or(1));
  const auto store = open_store(folder / "s");
  for (const std::size_t size : {0, 1, 1000, 300'000}) {
    for (const Durability durability : {Durability::kSynced, Durability::kBuffered}) {
      const ByteVector content = random.bytes(size);
      const auto hash = store->put(content, durability);
      ASSERT_TRUE(hash.has_value());
      EXPECT_EQ(*hash, ContentHash::of(content));
      EXPECT_TRUE(store->has(*hash));
      EXPECT_EQ(*store->get(*hash), content);
      EXPECT_EQ(*open_store(folder / "s")->get(*hash), content) << "after it was opened again";
    }
  }
  EXPECT_EQ(files_in(folder / "s" / "tmp"), 0u);
}

TEST(FolderStore, KeepsEqualBlobsOnceAndPacksThem) {
  const TemporaryFolder folder;
  const auto store = open_store(folder / "s");
  const ByteVector content(1'000'000, 7);
  const auto hash = *store->put(content, Durability::kSynced);
  EXPECT_EQ(*store->put(content, Durability::kSynced), hash);
  EXPECT_EQ(files_in(folder / "s" / "blobs"), 1u);
  EXPECT_LT(store->stored_size(hash), 10'000u);
}

TEST(FolderStore, FindsDamageAndForgetsTheBlob) {
  const TemporaryFolder folder;
  Random random(seed_or(2));
  const auto store = open_store(folder / "s");
  for (int round = 0; round < 40; ++round) {
    const auto hash = *store->put(random.bytes(5000), Durability::kSynced);
    const fs::path path = blob_path(folder / "s", hash);
    ByteVector bytes = read_file(path);
    switch (round % 3) {
      case 0:  // one bit
        bytes[random.below(bytes.size())] ^= static_cast<std::uint8_t>(1 << random.below(8));
        break;
      case 1:  // cut short, down to nothing
        bytes.resize(round == 1 ? 0 : random.below(bytes.size()));
        break;
      default:  // something else
        bytes = random.bytes(100);
    }
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    const auto content = store->get(hash);
    if (content) continue;  // a bit that zstd does not use: the content is right (its hash was checked)
    EXPECT_EQ(content.error().code, ErrorCode::kNotFound);
    EXPECT_FALSE(store->has(hash));
  }
}

TEST(FolderStore, RecordsSurviveAndDamagedOnesAreNone) {
  const TemporaryFolder folder;
  const auto store = open_store(folder / "s");
  const ContentHash key = ContentHash::of({});
  EXPECT_FALSE(store->record(key).has_value());
  const ByteVector one = {1}, two = {2};
  for (const Record& record : {Record{}, Record{{ContentHash::of(one), ContentHash::of(two)}}}) {
    ASSERT_TRUE(store->put_record(key, record).has_value());
    EXPECT_EQ(open_store(folder / "s")->record(key), record);
  }
  const fs::path path = folder / "s" / "records" / key.hex();
  const ByteVector whole = read_file(path);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(reinterpret_cast<const char*>(whole.data()), static_cast<std::streamsize>(length));
    ASSERT_FALSE(store->record(key).has_value()) << length;
  }
}

TEST(FolderStore, GcKeepsWhatFinishedJobsStandOn) {
  const TemporaryFolder folder;
  Random random(seed_or(3));
  auto store = open_store(folder / "s");
  const auto kept = *store->put(random.bytes(100), Durability::kSynced);
  const auto gone = *store->put(random.bytes(100), Durability::kSynced);
  const ContentHash key = ContentHash::of({});
  ASSERT_TRUE(store->put_record(key, Record{{gone}}).has_value());
  ASSERT_TRUE(store->keep_for_job("job", Record{{kept}}).has_value());
  {
    const auto other = open_store(folder / "s");
    EXPECT_FALSE(store->collect_garbage().has_value()) << "somebody else uses it";
  }
  const auto collected = store->collect_garbage();
  ASSERT_TRUE(collected.has_value());
  EXPECT_EQ(collected->blobs, 1u);
  EXPECT_EQ(collected->kept_blobs, 1u);
  EXPECT_TRUE(store->has(kept));
  EXPECT_FALSE(store->has(gone));
  EXPECT_TRUE(store->record(key).has_value());
}

TEST(FolderStore, LeftoversGoAndStrangersStay) {
  const TemporaryFolder folder;
  open_store(folder / "s");
  std::ofstream(folder / "s" / "tmp" / "1-0") << "half";
  open_store(folder / "s");
  EXPECT_EQ(files_in(folder / "s" / "tmp"), 0u);

  fs::create_directory(folder / "other");
  std::ofstream(folder / "other" / "letter.txt") << "dear";
  const auto refused = FolderStore::open(folder / "other");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalid);
  EXPECT_FALSE(FolderStore::open(folder / "other" / "letter.txt").has_value());

  std::ofstream(folder / "s" / "mine.txt") << "keep";
  ASSERT_TRUE(cloudenc::remove_store(folder / "s").has_value());
  EXPECT_EQ(files_in(folder / "s"), 1u) << "only the store's own files go";
}

// A disk that takes no more, as the limit on a file's size: the error names the remedy, nothing half stays.
// Whoever makes a store may be killed after each of its files and folders, the lock first.
TEST(FolderStore, OpensWhatWasOnlyHalfMade) {
  const TemporaryFolder folder;
  const std::filesystem::path half = folder / "half";
  std::filesystem::create_directory(half);
  EXPECT_TRUE(FolderStore::open(half).has_value());
  ASSERT_TRUE(cloudenc::remove_store(half));
  EXPECT_FALSE(std::filesystem::exists(half));

  std::filesystem::create_directory(half);
  std::ofstream(half / "lock").close();
  EXPECT_TRUE(FolderStore::open(half).has_value());

  // With something in the lock's way, nothing else is made before it.
  const std::filesystem::path blocked = folder / "blocked";
  std::filesystem::create_directories(blocked / "lock");
  EXPECT_FALSE(FolderStore::open(blocked));
  EXPECT_FALSE(std::filesystem::exists(blocked / "blobs"));
}

TEST(FolderStore, SaysWhenTheDiskIsFull) {
  const TemporaryFolder folder;
  Random random(seed_or(4));
  const auto store = open_store(folder / "s");
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small{10'000, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const ByteVector content = random.bytes(100'000);
  const auto hash = store->put(content, Durability::kSynced);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  ASSERT_FALSE(hash.has_value());
  EXPECT_EQ(hash.error().code, ErrorCode::kIo);
  EXPECT_NE(hash.error().message.find("free some space"), std::string::npos) << hash.error().message;
  EXPECT_EQ(files_in(folder / "s" / "tmp"), 0u);
  EXPECT_FALSE(store->has(ContentHash::of(content)));
}

}  // namespace
}  // namespace skirret::test
