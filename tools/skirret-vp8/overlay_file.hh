#pragma once

#include <filesystem>
#include <optional>

#include "codec/container/y4m.hh"

namespace skirret::vp8 {

// Where overlays go: OUT.y4m takes any number of pictures of one size, OUT.png one. Appears when finish()
// succeeds.
class OverlayFile {
 public:
  // `rate` and `scale` as in IVF. kInvalid: another ending.
  static Result<OverlayFile> at(const std::filesystem::path& path, std::uint32_t rate, std::uint32_t scale);

  bool one_picture() const { return png_; }
  Result<void> add(const codec::Picture& picture);
  Result<void> finish();

 private:
  std::filesystem::path path_;
  bool png_ = false;
  codec::Y4mHeader header_;
  std::optional<codec::Y4mWriter> writer_;  // from the first picture on
};

}  // namespace skirret::vp8
