#pragma once

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cloudenc/conduct/conductor.hh"
#include "cloudenc/engine/local_engine.hh"
#include "cloudenc/engine/run_thunk.hh"
#include "cloudenc/store/folder_store.hh"
#include "tests/support/process.hh"

namespace skirret::test {

namespace fs = std::filesystem;
using cloudenc::Call;
using cloudenc::Conductor;
using cloudenc::ContentHash;
using cloudenc::Durability;
using cloudenc::FolderStore;
using cloudenc::Function;
using cloudenc::kNoOutput;
using cloudenc::LocalEngine;
using cloudenc::Registry;
using cloudenc::run_thunk;
using cloudenc::Thunk;

// Functions that are quick and whose results tell of everything that went in.
inline Registry mixing_functions() {
  Registry registry;
  const std::map<std::string, std::size_t> kinds = {{"mix", kNoOutput}, {"source", 0}, {"link", 1}};
  for (const auto& [name, transient_from] : kinds) {
    Function mix;
    mix.name = name;
    mix.transient_from = transient_from;
    mix.run = [](Call& call) -> Result<void> {
      ByteVector all;
      for (std::size_t g = 0; g < call.thunk().inputs.size(); ++g) {
        for (std::size_t i = 0; i < call.group_size(g); ++i) {
          const auto blob = call.input(g, i);
          if (!blob) return tl::unexpected(blob.error());
          const ContentHash hash = ContentHash::of(*blob);
          all.insert(all.end(), hash.bytes.begin(), hash.bytes.end());
        }
      }
      if (call.arguments().value("fails", false)) return fail(ErrorCode::kUnsupported, "as it was told to");
      const int outputs = call.arguments().at("outputs");
      for (int k = 0; k < outputs; ++k) {
        all.push_back(static_cast<std::uint8_t>(call.arguments().at("number").get<int>()));
        all.resize(all.size() + 200);
        if (auto done = call.emit(all); !done) return done;
      }
      return {};
    };
    registry.add(mix);
  }
  return registry;
}

class Conducting : public testing::Test {
 protected:
  struct World {
    World(const fs::path& folder, int jobs, std::uint64_t disk)
        : store(*FolderStore::open(folder)),
          engine({jobs},
                 [this](const Thunk& thunk, std::stop_token stop) {
                   return run_thunk(thunk, registry, *store, std::move(stop));
                 }),
          conductor(engine, *store, registry,
                    {disk, [] { return false; }, [this](auto, const auto&) { watch(); }}) {}
    std::function<void()> watch = [] {};
    Registry registry = mixing_functions();
    std::unique_ptr<FolderStore> store;
    LocalEngine engine;
    Conductor conductor;
  };

  ContentHash put_leaf(World& world) { return *world.store->put(ByteVector{1, 2, 3}, Durability::kSynced); }

  std::vector<fs::path> blob_files(const std::string& store) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / store / "blobs"))
      if (entry.is_regular_file()) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
  }

  TemporaryFolder folder_;
};

}  // namespace skirret::test
