#pragma once

#include <cstdint>

#include "codec/picture/picture.hh"
#include "tools/bench/measure/picture_source.hh"

namespace skirret::bench {

// A textured background that pans slowly behind a few blocks that move faster, with a little noise: a source
// for calls where there is no clip.
PictureSource moving_scene(codec::Dimensions size, std::uint64_t seed);

}  // namespace skirret::bench
