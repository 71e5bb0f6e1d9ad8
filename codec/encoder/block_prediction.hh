#pragma once

#include <cstdint>

#include "codec/encoder/padded_reference.hh"
#include "codec/kernels/encoder_kernels.hh"
#include "codec/syntax/modes.hh"

namespace skirret::codec {

// Inter predictions read from padded references: the decoder's samples, without its edge cases.
// Vectors must be covered by the margin.

// One luma block of width 16, 8 or 4.
void predict_luma_block(const EncoderKernels& kernels, const PaddedReference& reference, int x, int y,
                        int width, int height, MotionVector vector, bool bilinear, std::uint8_t* out,
                        std::ptrdiff_t out_stride);

// One chroma block (plane 1 or 2) of width 8 or 4 at chroma position (x, y); the vector in eighths.
void predict_chroma_block(const EncoderKernels& kernels, const PaddedReference& reference, int plane, int x,
                          int y, int size, MotionVector eighths, bool bilinear, std::uint8_t* out,
                          std::ptrdiff_t out_stride);

// The samples of one macroblock: luma, then both chroma planes side by side.
struct alignas(32) MacroblockPixels {
  std::uint8_t luma[16 * 16];
  std::uint8_t chroma[2][8 * 8];
};

// A whole macroblock (column, row in macroblocks) by its vectors.
void predict_macroblock(const EncoderKernels& kernels, const PaddedReference& reference, int column, int row,
                        const MacroblockModes& modes, std::uint8_t profile, MacroblockPixels& out);

}  // namespace skirret::codec
