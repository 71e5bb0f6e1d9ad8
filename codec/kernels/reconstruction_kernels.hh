#pragma once

#include <cstddef>
#include <cstdint>

// The table of reconstruction kernels: scalar is the reference, each instruction set's results equal it
// bit for bit. The best set that this machine has is chosen once.
namespace skirret::codec {

// A block to interpolate: width 4, 8 or 16, height 4..16, phases in eighths of a sample.
struct SubpelBlock {
  int width;
  int height;
  int x_phase;
  int y_phase;
};

// Limits of one edge's filter (RFC 6386 section 15.2).
struct EdgeLimits {
  std::uint8_t edge = 0;           // of the step across the edge
  std::uint8_t interior = 0;       // of steps beside it
  std::uint8_t high_variance = 0;  // above it, only the two nearest samples change
};

// `samples` is the first sample after the edge. Horizontal: the edge is a line of pixels across, filtered
// up and down, `length` (8 or 16) columns; vertical: `length` rows.
using EdgeFilter = void (*)(std::uint8_t* samples, std::ptrdiff_t stride, int length, EdgeLimits limits);
// The two chroma planes of one macroblock, 8 samples each.
using ChromaEdgeFilter = void (*)(std::uint8_t* u, std::uint8_t* v, std::ptrdiff_t stride, EdgeLimits limits);
// `from` may be read 2 samples before and 3 after the block on each side.
using SubpelPredictor = void (*)(const std::uint8_t* from, std::ptrdiff_t from_stride,
                                 const SubpelBlock& block, std::uint8_t* to, std::ptrdiff_t stride);
// Coefficients as inverse_transform.hh has them.
using TransformAdder = void (*)(const std::int16_t* coefficients, std::uint8_t* samples,
                                std::ptrdiff_t stride);
using DcAdder = void (*)(std::int16_t dc, std::uint8_t* samples, std::ptrdiff_t stride);

struct ReconstructionKernels {
  const char* name;
  SubpelPredictor sixtap;
  SubpelPredictor bilinear;
  TransformAdder inverse_dct_add;
  DcAdder inverse_dct_dc_add;
  // Normal filter, between macroblocks and between blocks inside one.
  EdgeFilter macroblock_horizontal, macroblock_vertical;
  EdgeFilter inner_horizontal, inner_vertical;
  ChromaEdgeFilter chroma_macroblock_horizontal, chroma_macroblock_vertical;
  ChromaEdgeFilter chroma_inner_horizontal, chroma_inner_vertical;
  // Simple filter: luma only, 16 samples, limits.edge alone.
  EdgeFilter simple_horizontal, simple_vertical;
};

const ReconstructionKernels& scalar_reconstruction_kernels();
// Null where the build or this machine lacks the instruction set.
const ReconstructionKernels* avx2_reconstruction_kernels();

// The chosen table: the best one, or what SKIRRET_KERNELS=scalar asks for.
const ReconstructionKernels& reconstruction_kernels();

}  // namespace skirret::codec
