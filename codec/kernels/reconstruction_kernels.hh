#pragma once

#include <cstddef>
#include <cstdint>

#include "codec/kernels/instruction_set.hh"
#include "codec/kernels/intra_edges.hh"
#include "codec/syntax/modes.hh"
#include "codec/syntax/tokens.hh"

// The table of reconstruction kernels: scalar is the reference, each instruction set's results equal it
// bit for bit. The best set that this machine has is chosen once.
namespace skirret::codec {

// As read_tokens.
using TokenReader = bool (*)(BoolDecoder& from, const CoefficientProbabilities& probabilities, bool has_y2,
                             TokenContext& above, TokenContext& left, MacroblockCoefficients& into);

// A block to interpolate: width 4, 8 or 16, height 4..16, phases in eighths of a sample.
struct SubpelBlock {
  int width;
  int height;
  int x_phase;
  int y_phase;
};

// Steps that levels are multiplied by, wrapping at 16 bits.
struct BlockSteps {
  std::int16_t dc;
  std::int16_t ac;
};

// Limits of an edge's filter (RFC 6386 section 15.2), all at most 255.
struct FilterLimits {
  std::uint8_t macroblock_edge = 0;  // of the step across an edge between macroblocks,
  std::uint8_t inner_edge = 0;       // and across one inside a macroblock
  std::uint8_t interior = 0;         // of steps beside an edge
  std::uint8_t high_variance = 0;    // above it, only the two nearest samples change
};

// One macroblock in its picture, and which of its edges are filtered.
struct FilterSite {
  std::uint8_t* y;
  std::uint8_t* u;
  std::uint8_t* v;
  std::ptrdiff_t luma_stride, chroma_stride;
  bool left, above, inner;
};

// `from` may be read 2 samples before and 3 after the block, in a direction whose phase is not 0.
using SubpelPredictor = void (*)(const std::uint8_t* from, std::ptrdiff_t from_stride,
                                 const SubpelBlock& block, std::uint8_t* to, std::ptrdiff_t stride);
// The same block of both chroma planes: width 4 or 8, height at most 8.
struct ChromaTarget {
  std::uint8_t* u;
  std::uint8_t* v;
  std::ptrdiff_t stride;
};
using ChromaPredictor = void (*)(const std::uint8_t* from_u, const std::uint8_t* from_v,
                                 std::ptrdiff_t from_stride, const SubpelBlock& block,
                                 const ChromaTarget& to);
// Whole blocks in one of chroma's modes, of which luma's are like; a 4x4 block; a 4x4 block in every mode,
// one after another in the modes' order, 16 samples each. Nothing that `edges` point at lies in `to`.
using IntraPredictor = void (*)(const IntraEdges& edges, ChromaMode mode, std::uint8_t* to,
                                std::ptrdiff_t stride);
using SubblockPredictor = void (*)(const SubblockEdge& edge, SubblockMode mode, std::uint8_t* to,
                                   std::ptrdiff_t stride);
using AllSubblockPredictor = void (*)(const SubblockEdge& edge, std::uint8_t* to);
// Coefficients as inverse_transform.hh has them.
using TransformAdder = void (*)(const std::int16_t* coefficients, std::uint8_t* samples,
                                std::ptrdiff_t stride);
using DcAdder = void (*)(std::int16_t dc, std::uint8_t* samples, std::ptrdiff_t stride);
// Levels of one block: dequantised, transformed and added.
using BlockAdder = void (*)(const std::int16_t* levels, BlockSteps steps, std::uint8_t* samples,
                            std::ptrdiff_t stride);
// Levels of four blocks one after another, 32-byte aligned; the blocks stand side by side (`dcs`: their DCs
// in place of those among the levels, or null) or in a square of two by two.
using StripAdder = void (*)(const std::int16_t* levels, BlockSteps steps, const std::int16_t* dcs,
                            std::uint8_t* samples, std::ptrdiff_t stride);
using SquareAdder = BlockAdder;
// Four blocks of which only the DCs (dequantised) are not 0, side by side.
using DcStripAdder = void (*)(const std::int16_t* dcs, std::uint8_t* samples, std::ptrdiff_t stride);
// Levels of a Y2 block, 32-byte aligned, to the DCs of 16 luma blocks, 32-byte aligned too.
using WalshHadamard = void (*)(const std::int16_t* levels, BlockSteps steps, std::int16_t* dcs);
// All edges of one macroblock in the format's order: left, inner vertical, above, inner horizontal. May read
// up to 16 samples from 4 before the left edge on in every row, whatever they belong to.
using MacroblockFilterKernel = void (*)(const FilterSite& site, const FilterLimits& limits);

struct ReconstructionKernels {
  const char* name;
  TokenReader read_tokens;
  SubpelPredictor sixtap;
  SubpelPredictor bilinear;
  ChromaPredictor sixtap_chroma;
  ChromaPredictor bilinear_chroma;
  IntraPredictor intra_16x16;
  IntraPredictor intra_8x8;
  SubblockPredictor intra_4x4;
  AllSubblockPredictor all_intra_4x4;
  TransformAdder inverse_dct_add;
  DcAdder inverse_dct_dc_add;
  BlockAdder add_block;
  StripAdder add_strip;
  SquareAdder add_square;
  DcStripAdder add_dc_strip;
  WalshHadamard inverse_wht;
  MacroblockFilterKernel filter_normal;
  MacroblockFilterKernel filter_simple;  // luma only
};

const ReconstructionKernels& scalar_reconstruction_kernels();
// Null where the build or this machine lacks the instruction set.
const ReconstructionKernels* reconstruction_kernels_of(InstructionSet set);

// Of the chosen instruction set.
const ReconstructionKernels& reconstruction_kernels();

}  // namespace skirret::codec
