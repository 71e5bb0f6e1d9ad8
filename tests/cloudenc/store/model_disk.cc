#include "tests/cloudenc/store/model_disk.hh"

#include <atomic>
#include <fstream>
#include <stdexcept>

#include <dlfcn.h>
#include <sys/stat.h>

#include "tests/support/data.hh"

namespace skirret::test {
namespace {

namespace fs = std::filesystem;

std::atomic<ModelDisk*> watching = nullptr;

}  // namespace

ModelDisk::ModelDisk() {
  ModelDisk* nobody = nullptr;
  if (!watching.compare_exchange_strong(nobody, this)) throw std::runtime_error("one model disk at a time");
}

ModelDisk::~ModelDisk() {
  watching = nullptr;
}

ModelDisk::Inode ModelDisk::inode_of(const fs::path& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 ? Inode(status.st_dev, status.st_ino) : Inode();
}

void ModelDisk::synced(int descriptor) {
  const std::string itself = "/proc/self/fd/" + std::to_string(descriptor);
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return;
  const Inode inode(status.st_dev, status.st_ino);
  if (!S_ISDIR(status.st_mode)) {
    ByteVector content = read_file(itself);
    const std::scoped_lock lock(mutex_);
    files_[inode] = std::move(content);
    return;
  }
  const std::scoped_lock lock(mutex_);  // held while it is read, or an older look could come last
  auto& names = folders_[inode];
  names.clear();
  std::error_code gone;  // names come and go meanwhile
  for (const auto& entry : fs::directory_iterator(itself, gone))
    if (const Inode of = inode_of(entry.path()); of != Inode())
      names[entry.path().filename().string()] = {of, entry.is_directory(gone)};
}

void ModelDisk::renaming(const std::string& from, const std::string& to) {
  const std::string kind = fs::path(to).parent_path().filename().string();
  const ByteVector content = read_file(from);
  const Inode inode = inode_of(from);
  const std::scoped_lock lock(mutex_);
  const auto found = files_.find(inode);
  ++renamed_[kind];
  if (found == files_.end() || found->second != content) ++unsafe_[kind];
}

int ModelDisk::renamed(const std::string& kind) const {
  const std::scoped_lock lock(mutex_);
  const auto found = renamed_.find(kind);
  return found == renamed_.end() ? 0 : found->second;
}

int ModelDisk::renamed_before_synced(const std::string& kind) const {
  const std::scoped_lock lock(mutex_);
  const auto found = unsafe_.find(kind);
  return found == unsafe_.end() ? 0 : found->second;
}

void ModelDisk::lose_power(const fs::path& folder, const fs::path& into) const {
  const Inode inode = inode_of(folder);
  const std::scoped_lock lock(mutex_);
  restore(inode, into);
}

void ModelDisk::restore(const Inode& folder, const fs::path& into) const {
  fs::create_directory(into);
  const auto known = folders_.find(folder);
  if (known == folders_.end()) return;
  for (const auto& [name, what] : known->second) {
    if (what.second) {
      restore(what.first, into / name);
      continue;
    }
    std::ofstream file(into / name, std::ios::binary);
    if (const auto content = files_.find(what.first); content != files_.end())
      file.write(reinterpret_cast<const char*>(content->second.data()),
                 static_cast<std::streamsize>(content->second.size()));
  }
}

}  // namespace skirret::test

// Stand before the C library's, whose work they have done first.
extern "C" {

int fsync(int descriptor) {
  static const auto real = reinterpret_cast<int (*)(int)>(::dlsym(RTLD_NEXT, "fsync"));
  const int result = real(descriptor);
  if (auto* disk = skirret::test::watching.load(); disk != nullptr && result == 0) disk->synced(descriptor);
  return result;
}

int rename(const char* from, const char* to) noexcept {
  static const auto real = reinterpret_cast<int (*)(const char*, const char*)>(::dlsym(RTLD_NEXT, "rename"));
  if (auto* disk = skirret::test::watching.load(); disk != nullptr) disk->renaming(from, to);
  return real(from, to);
}
}
