#pragma once

#include <span>
#include <vector>

#include "cloudenc/plan/plan.hh"

namespace skirret::cloudenc {

// The frames of a chunk that become golden, counted in it: the first, and in long chunks one each few frames.
std::vector<std::size_t> golden_frames(const Chunk& chunk);

// Quantizers (libvpx's 0..63) of a batch's frames, from what the whole batch's first pass says together. The
// key frame, golden ones, which those after them point at, and those that something comes in with and stays
// are the finer the better prediction does and the less moves. `recording`: the statistics of all its frames;
// without them all quantizers are alike.
std::vector<int> quantizer_schedule(const Batch& batch, std::span<const FrameStatistics> recording,
                                    int quality);

}  // namespace skirret::cloudenc
