#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "codec/base/result.hh"
#include "codec/container/y4m.hh"
#include "codec/picture/picture.hh"

namespace skirret::receiver {

// Writes each displayed picture once, in order, to OUT.y4m. Y4M cannot change its size, so a picture of
// another size opens OUT-2.y4m, and so on. The files carry their names once they are whole: at finish(), or
// when the next one begins.
class Recorder {
 public:
  explicit Recorder(std::filesystem::path path, std::uint32_t frames_per_second = 30);

  // Finds out before a call whether the place can be written.
  Result<void> check() const;
  Result<void> write(const codec::Picture& picture);
  Result<void> finish();

  std::uint64_t frames() const { return frames_; }
  const std::vector<std::filesystem::path>& files() const { return files_; }  // begun, in order

 private:
  std::filesystem::path next_path() const;

  std::filesystem::path path_;
  std::uint32_t frames_per_second_;
  codec::Dimensions size_;
  std::optional<codec::Y4mWriter> writer_;
  std::vector<std::filesystem::path> files_;
  std::uint64_t frames_ = 0;
};

}  // namespace skirret::receiver
