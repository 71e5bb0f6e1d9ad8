#pragma once

#include "codec/encoder/analysis_data.hh"
#include "codec/encoder/block_prediction.hh"
#include "codec/kernels/encoder_kernels.hh"
#include "codec/picture/picture.hh"

namespace skirret::codec {

// Transforms what a prediction misses of the target; with_y2 moves the luma DCs into block 24.
void transform_macroblock(const EncoderKernels& kernels, const Picture& target, int col, int row,
                          const MacroblockPixels& prediction, bool with_y2, MacroblockTransform& out);

void transform_luma(const EncoderKernels& kernels, const Picture& target, int col, int row,
                    const std::uint8_t* prediction, std::ptrdiff_t stride, bool with_y2,
                    MacroblockTransform& out);
void transform_chroma(const EncoderKernels& kernels, const Picture& target, int col, int row,
                      const std::uint8_t* const (&prediction)[2], std::ptrdiff_t stride,
                      MacroblockTransform& out);

}  // namespace skirret::codec
