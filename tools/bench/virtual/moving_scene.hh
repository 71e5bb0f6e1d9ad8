#pragma once

#include <cstdint>
#include <functional>

#include "codec/picture/picture.hh"

namespace skirret::bench {

// A picture for each capture; pure in the frame's index.
using PictureSource = std::function<codec::Picture(std::uint64_t index)>;

// A textured background that pans slowly behind a few blocks that move faster, with a little noise: a source
// for calls where there is no clip.
PictureSource moving_scene(codec::Dimensions size, std::uint64_t seed);

}  // namespace skirret::bench
