#pragma once

#include "codec/base/result.hh"
#include "codec/picture/picture.hh"

namespace skirret::codec {

// The picture at another size, as a source with `size` would give it (bicubic, bit-exact).
// kLimit: a side outside 1..16383.
Result<Picture> scaled(const Picture& picture, Dimensions size);

}  // namespace skirret::codec
