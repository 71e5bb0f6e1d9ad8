#pragma once

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <utility>

#include "cloudenc/store/folder_store.hh"

namespace skirret::test {

inline std::unique_ptr<cloudenc::FolderStore> open_store(const std::filesystem::path& folder) {
  auto store = cloudenc::FolderStore::open(folder);
  if (!store) throw std::runtime_error(store.error().message);
  return std::move(*store);
}

}  // namespace skirret::test
