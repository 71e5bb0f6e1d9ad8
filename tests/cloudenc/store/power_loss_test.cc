#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "cloudenc/store/folder_store.hh"
#include "tests/cloudenc/store/model_disk.hh"
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

ByteVector content_of(int number) {
  return Random(static_cast<std::uint64_t>(number)).bytes(200);
}

ContentHash key_of(int number) {
  return ContentHash::of(content_of(1000 + number));
}

// Whenever the power goes: what was said to be done is there, and the store opens.
TEST(PowerLoss, KeepsEachRecordAndWhatItNames) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "disk");
  const ModelDisk disk;
  const auto store = open_store(folder / "disk/deep/down/s");
  for (int i = 0; i < 40; ++i) {
    SCOPED_TRACE(i);
    const auto hash = store->put(content_of(i), Durability::kSynced);
    ASSERT_TRUE(hash.has_value());
    ASSERT_TRUE(store->put_record(key_of(i), Record{{*hash}}).has_value());
    if (i == 20) {
      ASSERT_TRUE(store->keep_for_job("job", Record{{*hash}}).has_value());
    }
    if (i % 8 != 7) continue;
    const std::string name = "after" + std::to_string(i);
    disk.lose_power(folder / "disk", folder / name);
    const auto left = open_store(folder / name / "deep/down/s");
    for (int k = 0; k <= i; ++k) {
      const auto record = left->record(key_of(k));
      ASSERT_TRUE(record.has_value()) << k;
      ASSERT_EQ(*left->get(record->outputs.at(0)), content_of(k));
    }
    EXPECT_EQ(fs::exists(folder / name / "deep/down/s/jobs/job"), i > 20);
  }
}

// Not only by the time it is said to be done: a disk may write a new name at any time.
TEST(PowerLoss, NamesOnlyWhatIsSynced) {
  const TemporaryFolder folder;
  const ModelDisk disk;
  const auto store = open_store(folder / "s");
  for (int i = 0; i < 10; ++i) {
    const auto hash = *store->put(content_of(i), Durability::kSynced);
    ASSERT_TRUE(store->put_record(key_of(i), Record{{hash}}).has_value());
  }
  EXPECT_EQ(disk.renamed("blobs"), 10);
  EXPECT_EQ(disk.renamed("records"), 10);
  EXPECT_EQ(disk.renamed_before_synced("blobs"), 0);
  EXPECT_EQ(disk.renamed_before_synced("records"), 0);
}

// What may go is not waited for; it counts once somebody puts it who must be sure of it.
TEST(PowerLoss, TakesWhatMayGo) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "disk");
  const ModelDisk disk;
  const auto store = open_store(folder / "disk/s");
  const auto hash = *store->put(content_of(1), Durability::kBuffered);
  EXPECT_EQ(disk.renamed_before_synced("blobs"), 1);
  disk.lose_power(folder / "disk", folder / "one");
  EXPECT_FALSE(open_store(folder / "one/s")->get(hash).has_value());
  ASSERT_TRUE(store->put(content_of(1), Durability::kSynced).has_value());
  disk.lose_power(folder / "disk", folder / "two");
  EXPECT_TRUE(open_store(folder / "two/s")->get(hash).has_value());
}

// Two that make one store at once: neither may stand on a folder whose name only the other one will sync.
TEST(PowerLoss, TwoBeginAtOnce) {
  const TemporaryFolder folder;
  for (int round = 0; round < 5; ++round) {
    const fs::path root = folder / std::to_string(round);
    fs::create_directory(root);
    const ModelDisk disk;
    const auto one = open_store(root / "s");
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 2; ++thread)
      threads.emplace_back([&, thread] {
        const auto store = open_store(root / "s");
        for (int i = thread; i < 20; i += 2) {
          const auto hash = *store->put(content_of(i), Durability::kSynced);
          ASSERT_TRUE(store->put_record(key_of(i), Record{{hash}}).has_value());
        }
      });
    for (std::thread& thread : threads) thread.join();
    disk.lose_power(root, folder / ("left" + std::to_string(round)));
    const auto left = open_store(folder / ("left" + std::to_string(round)) / "s");
    for (int i = 0; i < 20; ++i) {
      const auto record = left->record(key_of(i));
      ASSERT_TRUE(record.has_value() && left->get(record->outputs.at(0)).has_value()) << i;
    }
  }
}

}  // namespace
}  // namespace skirret::test
