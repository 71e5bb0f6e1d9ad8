#pragma once

#include <cstdint>

#include "codec/kernels/encoder_kernels.hh"
#include "codec/picture/plane.hh"

namespace skirret::codec {

// Difference (SATD or SAD, as it is measured) of the best simple intra prediction of a luma macroblock, with
// the source's own samples standing in for the reconstructed neighbours: whole-block modes, or DC, vertical
// and horizontal for each 4x4. The latter are left out without `subblocks`, and where whole blocks are so
// much above `limit` that nothing could come below it.
std::uint32_t estimate_intra(EncoderKernels::Difference measure_16x16, EncoderKernels::Difference measure_4x4,
                             const PlaneView& luma, int col, int row, std::uint32_t limit, bool subblocks);

}  // namespace skirret::codec
