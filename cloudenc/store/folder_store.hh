#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "cloudenc/store/store.hh"

namespace skirret::cloudenc {

// A store in a folder:
//
//   blobs/<64 digits>    a blob with this hash: one zstd frame of its canonical bytes
//   records/<64 digits>  of the thunk with this key: its outputs' hashes and the hash of these, a line each
//   jobs/NAME            what a finished job's output stands on, in the same form (the roots of gc)
//   tmp/                 files being written; what a killed process left goes when the store is opened
//   lock                 held shared by whoever uses the store, by gc alone
//
// A blob is hashed again whenever it is read; a damaged one is removed and said to be missing.
class FolderStore final : public Store {
 public:
  // Makes the folder where it is missing. kIo; kInvalid for a folder that holds something else.
  static Result<std::unique_ptr<FolderStore>> open(const std::filesystem::path& folder);
  ~FolderStore() override;
  FolderStore(const FolderStore&) = delete;
  FolderStore& operator=(const FolderStore&) = delete;

  Result<ContentHash> put(Bytes content, Durability durability) override;
  Result<ByteVector> get(const ContentHash& hash) override;
  bool has(const ContentHash& hash) const override;
  std::uint64_t stored_size(const ContentHash& hash) const override;
  Result<void> remove(const ContentHash& hash) override;
  std::optional<Record> record(const ContentHash& key) const override;
  Result<void> put_record(const ContentHash& key, const Record& record) override;

  // Keeps these blobs (and every record) through gc, under a file name.
  Result<void> keep_for_job(const std::string& name, const Record& blobs);

  struct Collected {
    std::uint64_t blobs = 0, bytes = 0;            // removed
    std::uint64_t kept_blobs = 0, kept_bytes = 0;  // still there
  };
  // Removes every blob that no finished job's output stands on. Records stay: a finished job run again still
  // executes nothing; another one makes again what it misses. kIo when somebody else uses the store.
  Result<Collected> collect_garbage();

  const std::filesystem::path& folder() const { return folder_; }

 private:
  explicit FolderStore(std::filesystem::path folder);
  Result<void> check();
  Result<void> make_folders();
  Result<void> lock();
  std::filesystem::path path_of(const char* kind, const ContentHash& hash) const;
  Result<void> write(const std::filesystem::path& path, Bytes content, bool sync);

  std::filesystem::path folder_;
  const std::string writer_;  // begins the names of the files that it writes
  int lock_ = -1;
  std::atomic<std::uint64_t> next_temporary_{0};
};

// Removes a store's folder and nothing that is not a store's.
Result<void> remove_store(const std::filesystem::path& folder);

}  // namespace skirret::cloudenc
