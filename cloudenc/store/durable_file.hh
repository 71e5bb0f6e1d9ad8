#pragma once

#include <filesystem>

#include "codec/base/bytes.hh"
#include "codec/base/result.hh"

namespace skirret::cloudenc {

// Writes `content` to `temporary`, then gives it its name `path` in one step: a reader sees all of it or
// nothing. With `sync`, the file and then its folder reach the disk before and after the renaming. Nothing
// stays of a failed writing. Errors (kIo) say what to do where the disk is full.
Result<void> write_whole_file(const std::filesystem::path& temporary, const std::filesystem::path& path,
                              Bytes content, bool sync);

// So that no loss of power takes what is already there: a file (nothing happens for a pipe or device) and its
// name in its folder, or a folder's entries. kIo.
Result<void> sync_file(const std::filesystem::path& path);
Result<void> sync_folder(const std::filesystem::path& folder);
// Makes what is missing of a folder and those above it, to stay. kIo.
Result<void> make_folder(const std::filesystem::path& folder);

// kNotFound, kIo.
Result<ByteVector> read_whole_file(const std::filesystem::path& path);

}  // namespace skirret::cloudenc
