#pragma once

#include <cstdint>
#include <vector>

#include "codec/picture/picture.hh"

namespace skirret::codec {

// Errors are seen less where a picture is busy: a bit is worth more distortion there, less in plain areas.
class ActivityMask {
 public:
  explicit ActivityMask(const Picture& picture);

  // `lambda` for one macroblock (raster index): from half of it, where nothing happens, to twice as much.
  std::uint32_t masked(std::uint32_t lambda, std::size_t macroblock) const;

  // Of one macroblock's luma: squared deviation from its mean.
  std::uint32_t activity(std::size_t macroblock) const { return activities_[macroblock]; }

 private:
  std::vector<std::uint32_t> activities_;
  std::uint64_t mean_ = 1;
};

}  // namespace skirret::codec
