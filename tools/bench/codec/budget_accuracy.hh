#pragma once

#include <cstddef>
#include <vector>

#include "codec/base/result.hh"
#include "tools/bench/codec/clip.hh"

namespace skirret::bench {

// How well frames keep to a limit of bytes each (`skirret-vp8 encode --frame-bytes`).
struct BudgetAccuracy {
  std::size_t limit = 0;  // bytes of each frame, the key frame included
  std::size_t frames = 0;
  std::size_t above = 0;   // frames larger than the limit
  std::size_t broken = 0;  // of those, frames whose smallest form would have fitted: a fault
  // Frames whose finest form does not fit, but whose smallest does: the two figures below are over these.
  std::size_t limited = 0;
  double median_fill = 0;  // bytes / limit
  double low_fill = 0;     // 5th percentile
  double cpu_seconds = 0;  // of all frames
};

// kLimit: not even the smallest form of some picture fits.
Result<BudgetAccuracy> measure_budget(const Clip& clip, int effort, std::size_t limit);

}  // namespace skirret::bench
