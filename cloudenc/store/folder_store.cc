#include "cloudenc/store/folder_store.hh"

#include <array>
#include <cerrno>
#include <cstring>
#include <random>
#include <set>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "cloudenc/store/durable_file.hh"
#include "cloudenc/store/stored_forms.hh"

namespace skirret::cloudenc {
namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 4> kFolders = {"blobs", "records", "jobs", "tmp"};

// Process numbers come again, and stand for others in another container.
std::string name_of_writer() {
  std::random_device random;
  return std::to_string(::getpid()) + "-" + std::to_string(random()) + std::to_string(random());
}

Bytes bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

FolderStore::FolderStore(fs::path folder) : folder_(std::move(folder)), writer_(name_of_writer()) {}

Result<std::unique_ptr<FolderStore>> FolderStore::open(const fs::path& folder) {
  std::unique_ptr<FolderStore> store(new FolderStore(folder));
  // The lock is what tells a store from another folder: killed at any point, this leaves what opens again.
  if (auto done = store->check(); !done) return tl::unexpected(done.error());
  if (auto done = store->lock(); !done) return tl::unexpected(done.error());
  if (auto done = store->make_folders(); !done) return tl::unexpected(done.error());
  return store;
}

FolderStore::~FolderStore() {
  if (lock_ >= 0) ::close(lock_);
}

Result<void> FolderStore::check() {
  std::error_code error;
  if (fs::exists(folder_, error) && !fs::is_directory(folder_, error))
    return fail(ErrorCode::kInvalid, folder_.string() + ": is no folder: name another --store");
  if (fs::is_directory(folder_, error) && !fs::is_empty(folder_, error) &&
      !fs::exists(folder_ / "lock", error))
    return fail(
        ErrorCode::kInvalid,
        folder_.string() + ": holds files that are no store's: name an empty or new folder as --store");
  return make_folder(folder_);
}

Result<void> FolderStore::make_folders() {
  for (const char* name : kFolders)
    if (auto done = make_folder(folder_ / name); !done) return done;
  // Somebody who makes them at the same time may not have come so far.
  return sync_folder(folder_);
}

Result<void> FolderStore::lock() {
  lock_ = ::open((folder_ / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (lock_ < 0)
    return fail(ErrorCode::kIo, folder_.string() + ": cannot be locked: " + std::strerror(errno));
  // Alone here: what killed processes left can go.
  if (::flock(lock_, LOCK_EX | LOCK_NB) == 0) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder_ / "tmp", ignored))
      fs::remove(entry.path(), ignored);
  }
  if (::flock(lock_, LOCK_SH) != 0)
    return fail(ErrorCode::kIo, folder_.string() + ": cannot be locked: " + std::strerror(errno));
  return {};
}

fs::path FolderStore::path_of(const char* kind, const ContentHash& hash) const {
  return folder_ / kind / hash.hex();
}

Result<void> FolderStore::write(const fs::path& path, Bytes content, bool sync) {
  const fs::path temporary = folder_ / "tmp" / (writer_ + "-" + std::to_string(next_temporary_++));
  return write_whole_file(temporary, path, content, sync);
}

Result<ContentHash> FolderStore::put(Bytes content, Durability durability) {
  const ContentHash hash = ContentHash::of(content);
  const fs::path path = path_of("blobs", hash);
  const bool sync = durability == Durability::kSynced;
  std::error_code ignored;
  // Whoever put it may not have synced it, or not yet.
  auto done = !fs::exists(path, ignored) ? write(path, packed(content), sync)
              : sync                     ? sync_file(path)
                                         : Result<void>();
  if (!done) return tl::unexpected(done.error());
  return hash;
}

Result<ByteVector> FolderStore::get(const ContentHash& hash) {
  const auto bytes = read_whole_file(path_of("blobs", hash));
  if (!bytes) return bytes;
  if (auto content = unpacked(*bytes); content && ContentHash::of(*content) == hash)
    return std::move(*content);
  if (auto gone = remove(hash); !gone) return tl::unexpected(gone.error());
  return fail(ErrorCode::kNotFound, "blob " + hash.hex() + " was damaged");
}

bool FolderStore::has(const ContentHash& hash) const {
  std::error_code ignored;
  return fs::exists(path_of("blobs", hash), ignored);
}

std::uint64_t FolderStore::stored_size(const ContentHash& hash) const {
  std::error_code error;
  const auto size = fs::file_size(path_of("blobs", hash), error);
  return error ? 0 : size;
}

Result<void> FolderStore::remove(const ContentHash& hash) {
  std::error_code error;
  fs::remove(path_of("blobs", hash), error);
  if (error) return fail(ErrorCode::kIo, "blob " + hash.hex() + " cannot be removed: " + error.message());
  return {};
}

std::optional<Record> FolderStore::record(const ContentHash& key) const {
  const auto bytes = read_whole_file(path_of("records", key));
  return bytes ? record_of(*bytes) : std::nullopt;
}

Result<void> FolderStore::put_record(const ContentHash& key, const Record& record) {
  return write(path_of("records", key), bytes_of(text_of(record)), true);
}

Result<void> FolderStore::keep_for_job(const std::string& name, const Record& blobs) {
  return write(folder_ / "jobs" / name, bytes_of(text_of(blobs)), true);
}

Result<FolderStore::Collected> FolderStore::collect_garbage() {
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    ::flock(lock_, LOCK_SH);  // trying may have let go of it
    return fail(ErrorCode::kIo, folder_.string() + ": is in use: run gc when no job uses the store");
  }
  std::error_code error;
  std::set<ContentHash> kept;
  for (const auto& job : fs::directory_iterator(folder_ / "jobs", error)) {
    const auto bytes = read_whole_file(job.path());
    const auto record = bytes ? record_of(*bytes) : std::nullopt;
    if (!record) fs::remove(job.path(), error);
    if (record) kept.insert(record->outputs.begin(), record->outputs.end());
  }
  Collected collected;
  for (const auto& entry : fs::directory_iterator(folder_ / "blobs", error)) {
    if (!entry.is_regular_file(error)) continue;
    const std::uint64_t size = entry.file_size(error);
    const auto hash = ContentHash::parse(entry.path().filename().string());
    const bool keep = hash && kept.contains(*hash);
    (keep ? collected.kept_blobs : collected.blobs) += 1;
    (keep ? collected.kept_bytes : collected.bytes) += size;
    if (!keep) fs::remove(entry.path(), error);
  }
  ::flock(lock_, LOCK_SH);
  return collected;
}

Result<void> remove_store(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder / "lock", error)) return {};
  for (const char* name : kFolders) fs::remove_all(folder / name, error);
  fs::remove(folder / "lock", error);
  fs::remove(folder, error);  // only when nothing else lies in it
  return {};
}

}  // namespace skirret::cloudenc
