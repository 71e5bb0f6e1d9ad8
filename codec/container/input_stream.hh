#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "codec/base/bytes.hh"
#include "codec/base/result.hh"

namespace skirret::codec {

// Bytes in order, from a file or from memory; what a container reader stands on. Never seeks, so pipes
// and devices work too.
class InputStream {
 public:
  // kNotFound when there is no such file, kIo when it cannot be read (a folder, no permission).
  static Result<InputStream> open(const std::filesystem::path& path);
  static InputStream over(Bytes bytes);  // borrowed: the owner outlives the stream

  // Up to `count` bytes; fewer only at the end. Bytes of a file live until the next call. A size that a
  // file claims but does not have costs no memory: the buffer grows as bytes arrive.
  Result<Bytes> read(std::size_t count);

  // A line without its newline; kTruncated when none ends within `limit` bytes. An empty stream gives
  // `at_end`.
  struct Line {
    std::string text;
    bool at_end = false;
  };
  Result<Line> read_line(std::size_t limit);

  std::uint64_t position() const { return position_; }  // bytes taken so far
  const std::string& name() const { return name_; }     // for messages: the path, or "(memory)"

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  InputStream() = default;
  Error read_error() const;

  std::string name_;
  std::unique_ptr<std::FILE, Close> file_;  // null: over memory
  Bytes memory_;
  ByteVector buffer_;
  std::uint64_t position_ = 0;
};

}  // namespace skirret::codec
