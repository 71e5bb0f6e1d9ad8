#pragma once

#include "codec/encoder/intra_coder.hh"
#include "codec/encoder/motion_search.hh"

namespace skirret::codec {

// What an effort level pays for. Each feature stands in the levels where it was measured to pay.
struct SearchLimits {
  SearchDepth depth;
  std::uint32_t still =
      3;  // difference in luma steps below which nothing moves; more lets slow motion add up
  bool still_near = false;    // what seems still may go with its neighbours, which keeps their vectors cheap
  bool coarse = false;        // motion seen from afar, as a start
  bool older = true;          // look at golden and altref at all
  bool search_golden = true;  // look for new vectors there, not only zero and the neighbours'
  std::uint32_t split_from = 20;  // vectors for each 8x8 where the difference is so many luma steps
  bool split_small = false;       // and for each 4x4
  std::size_t options = 3;        // inter options kept for each macroblock
  bool subblock_modes = true;     // 4x4 intra modes in interframes
  IntraDepth intra;
  bool trellis = true;         // exact rate-distortion choice of levels
  bool trellis_all = false;    // also for the options that are compared, not only for the chosen one
  bool filter_search = false;  // loop filter by trial, not by the quantizer
  int key_passes = 1;          // codings of a key frame, each with the probabilities that the last one found

  static SearchLimits of(int effort);
};

inline SearchLimits SearchLimits::of(int effort) {
  SearchLimits limits;
  if (effort <= 2) {
    limits.still = 4;
    limits.older = limits.search_golden = false;
    limits.depth.diagonals = false;
    limits.split_from = 40;
  }
  if (effort <= 1) {
    limits.options = 1;
    limits.subblock_modes = false;
  }
  if (effort <= 0) {
    limits.depth.hexagon_steps = 2;
    limits.depth.walk_from = 48;
    limits.depth.refine_from = 120;
    limits.depth.by_sad = true;
    limits.trellis = false;
  } else if (effort == 1) {
    limits.depth.hexagon_steps = 4;
    limits.depth.walk_from = 24;
    limits.depth.refine_from = 64;
  } else if (effort == 2) {
    limits.depth.hexagon_steps = 8;
    limits.options = 2;
  } else {
    limits.coarse = true;
  }
  if (effort >= 4) {
    limits.still = 2;
    limits.split_small = true;
    limits.intra = {.whole_tries = 2, .subblock_tries = 3};
    limits.filter_search = true;
  }
  if (effort >= 5) {
    limits.depth.hexagon_steps = 24;
    limits.still = 1;
    limits.still_near = true;
    limits.options = 4;
    limits.intra = {.whole_tries = 4, .subblock_tries = 10};
    limits.trellis_all = true;
    limits.key_passes = 2;
  }
  return limits;
}

}  // namespace skirret::codec
