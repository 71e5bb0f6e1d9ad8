#pragma once

#include <cstdint>
#include <filesystem>

#include "codec/base/result.hh"
#include "codec/base/time.hh"
#include "tools/bench/measure/frame_code.hh"
#include "tools/bench/measure/picture_source.hh"

namespace skirret::bench {

// Writes pictures 0 … frames-1 with their codes drawn as a y4m file of that rate. It appears when it is
// whole.
Result<void> write_coded_clip(const std::filesystem::path& path, const PictureSource& originals,
                              const FrameCode& code, std::uint64_t frames, Duration frame_interval);

}  // namespace skirret::bench
