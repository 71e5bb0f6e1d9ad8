#pragma once

#include <span>
#include <vector>

#include "cloudenc/plan/plan.hh"

namespace skirret::cloudenc {

// Quantizers (libvpx's 0..63) of a batch's frames, from what the whole batch's first pass says together. The
// key frame, and each chunk's first frame, which the rest of the chunk points at, are the finer the better
// prediction does. `recording`: the statistics of all its frames; without them all quantizers are alike.
std::vector<int> quantizer_schedule(const Batch& batch, std::span<const FrameStatistics> recording,
                                    int quality);

}  // namespace skirret::cloudenc
