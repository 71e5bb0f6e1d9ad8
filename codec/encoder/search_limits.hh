#pragma once

#include "codec/encoder/motion_search.hh"

namespace skirret::codec {

// What an effort level pays for.
struct SearchLimits {
  SearchDepth depth;
  std::uint32_t still = 3;     // SATD in luma steps below which nothing moves; more lets slow motion add up
  bool older = true;           // look at golden and altref at all
  bool search_golden = true;   // look for new vectors there, not only zero and the neighbours'
  bool split = false;          // vectors for each 8x8
  bool split_small = false;    // and for each 4x4
  std::size_t options = 3;     // inter options kept for each macroblock
  bool subblock_modes = true;  // 4x4 intra modes in interframes
  bool trellis = true;         // exact rate-distortion choice of levels
  bool trellis_all = false;    // also for the options that are compared, not only for the chosen one
  int passes = 1;              // codings of a frame, each with the probabilities that the last one found

  static SearchLimits of(int effort);
};

inline SearchLimits SearchLimits::of(int effort) {
  SearchLimits limits;
  if (effort <= 0) {
    limits.depth = {.hexagon_steps = 4, .subpel_levels = 1, .diagonals = false};
    limits.still = 10;
    limits.older = false;
    limits.search_golden = false;
    limits.options = 1;
    limits.subblock_modes = false;
    limits.trellis = false;
  } else if (effort == 1) {
    limits.depth = {.hexagon_steps = 8, .subpel_levels = 2, .diagonals = false};
    limits.still = 6;
    limits.older = false;
    limits.search_golden = false;
    limits.options = 2;
  } else {
    limits.split = true;
    limits.depth.hexagon_steps = effort >= 3 ? 24 : 12;
    limits.options = effort >= 3 ? 4 : 3;
    limits.split_small = effort >= 3;
    limits.trellis_all = effort >= 3;
    limits.passes = effort >= 5 ? 3 : effort == 4 ? 2 : 1;
  }
  return limits;
}

}  // namespace skirret::codec
