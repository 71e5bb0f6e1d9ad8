#pragma once

#include <vector>

#include "codec/base/result.hh"
#include "tools/bench/codec/clip.hh"

namespace skirret::bench {

// What several candidates of each frame cost beside one: one analysis, `candidates` codings at quantizers
// around the middle one, which is finished and goes on. Seconds are sums over the clip, medians over the
// repetitions.
struct CandidateCost {
  int candidates = 1;
  double cpu_seconds = 0;    // on one thread
  double alone_seconds = 0;  // wall time, on one thread
  double wall_seconds = 0;   // with an executor of two threads for analysis, codings and reconstruction
};

// Each count of candidates takes turns frame by frame; the first is what the others are compared with.
std::vector<CandidateCost> measure_candidates(const Clip& clip, int effort, int quantizer,
                                              const std::vector<int>& counts, int repetitions);

}  // namespace skirret::bench
