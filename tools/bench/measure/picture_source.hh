#pragma once

#include <cstdint>
#include <functional>

#include "codec/picture/picture.hh"

namespace skirret::bench {

// The picture of each capture, without a frame code; pure in the frame's index, callable on any thread.
using PictureSource = std::function<codec::Picture(std::uint64_t index)>;

}  // namespace skirret::bench
