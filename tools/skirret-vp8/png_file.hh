#pragma once

#include <filesystem>

#include "codec/base/result.hh"
#include "codec/picture/picture.hh"

namespace skirret::vp8 {

// The display crop as 8-bit RGB (BT.601, limited range). kIo, kUnsupported (no PNG encoder in FFmpeg).
Result<void> write_png(const std::filesystem::path& path, const codec::Picture& picture);

}  // namespace skirret::vp8
