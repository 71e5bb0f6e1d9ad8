#pragma once

#include <cstdint>
#include <filesystem>

#include "codec/base/bytes.hh"
#include "codec/base/result.hh"

namespace skirret::codec {

// A file that appears under its name only when it is whole: it is written to NAME.partial beside it and
// renamed by commit(). Destroyed without commit() or keep_partial(), it leaves nothing behind. What is
// already there and no regular file (a pipe, /dev/null) is written directly. Errors are kIo and name the
// file, the reason (disk full, no permission, no such folder) and what to do.
class OutputFile {
 public:
  static Result<OutputFile> create(const std::filesystem::path& path);

  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&& other) noexcept;
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile();

  Result<void> write(Bytes bytes);                            // appends; buffered
  Result<void> overwrite(std::uint64_t offset, Bytes bytes);  // inside what was written; kIo on a pipe
  bool can_overwrite() const { return staged_; }              // false for pipes and devices

  Result<void> commit();  // everything is on disk and the file carries its name
  // Closes the file and leaves it as NAME.partial (nothing to keep for a pipe): for work that was
  // interrupted but is usable.
  Result<std::filesystem::path> keep_partial();

  std::uint64_t size() const { return size_; }  // bytes appended so far
  const std::filesystem::path& path() const { return path_; }

 private:
  OutputFile() = default;
  Result<void> flush();
  Result<void> close();
  Result<void> failed(const char* doing, int error_number) const;
  void discard();

  std::filesystem::path path_;    // the name the user gave
  std::filesystem::path target_;  // what it stands for (symbolic links resolved)
  std::filesystem::path partial_;
  bool staged_ = false;  // written to partial_, to be renamed
  int descriptor_ = -1;
  ByteVector pending_;
  std::uint64_t size_ = 0;
};

}  // namespace skirret::codec
