#pragma once

#include <cstdint>

#include "codec/kernels/encoder_kernels.hh"
#include "codec/picture/plane.hh"

namespace skirret::codec {

// SATD of the best simple intra prediction of a luma macroblock, with the source's own samples standing
// in for the reconstructed neighbours: whole-block modes, or DC, vertical and horizontal for each 4x4. The
// latter are left out without `subblocks`, and where whole blocks are so much above `limit` that nothing
// could come below it.
std::uint32_t estimate_intra_satd(const EncoderKernels& kernels, const PlaneView& luma, int col, int row,
                                  std::uint32_t limit, bool subblocks);

}  // namespace skirret::codec
