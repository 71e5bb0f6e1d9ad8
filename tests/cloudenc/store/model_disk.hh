#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include <sys/types.h>

#include "codec/base/bytes.hh"

namespace skirret::test {

// What is sure to be on a disk: of a file what it held at its last fsync, of a folder the names that stood in
// it at its last fsync, and nothing else. It watches this program's calls of fsync and rename while it lives;
// at most one does at a time.
class ModelDisk {
 public:
  ModelDisk();
  ~ModelDisk();
  ModelDisk(const ModelDisk&) = delete;
  ModelDisk& operator=(const ModelDisk&) = delete;

  // Makes `into` what would be left of `folder` were the power lost now.
  void lose_power(const std::filesystem::path& folder, const std::filesystem::path& into) const;
  // How often a file got another name before what it held was synced, by its folder.
  int renamed_before_synced(const std::string& kind) const;
  int renamed(const std::string& kind) const;

  void synced(int descriptor);                                    // told of by fsync
  void renaming(const std::string& from, const std::string& to);  // by rename

 private:
  using Inode = std::pair<dev_t, ino_t>;
  static Inode inode_of(const std::filesystem::path& path);
  void restore(const Inode& folder, const std::filesystem::path& into) const;

  mutable std::mutex mutex_;
  std::map<Inode, ByteVector> files_;
  std::map<Inode, std::map<std::string, std::pair<Inode, bool>>>
      folders_;  // the name's inode; whether a folder's
  std::map<std::string, int> renamed_, unsafe_;
};

}  // namespace skirret::test
