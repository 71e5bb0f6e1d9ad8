#pragma once

#include <span>
#include <vector>

#include "codec/base/result.hh"
#include "codec/picture/picture.hh"
#include "tools/bench/cloud/measure_cloud.hh"

namespace skirret::bench {

// The first `frames` pictures as one chunk of libvpx's at each quality; its interframes are put onto the very
// states that they were coded from. kIo: what libvpx says.
Result<CloudRebase> rebase_speed(std::span<const codec::Picture> pictures, std::size_t frames,
                                 std::span<const int> qualities);

}  // namespace skirret::bench
