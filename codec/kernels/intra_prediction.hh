#pragma once

#include <array>
#include <cstdint>

#include "codec/kernels/intra_edges.hh"
#include "codec/picture/plane.hh"
#include "codec/syntax/modes.hh"

// Intra prediction (RFC 6386 section 12). Neighbours are read from the plane itself, before loop
// filtering. Outside the picture stand 127 (above, and above left in the first row) and 129 (left).
namespace skirret::codec {

// Whole blocks of 16x16 (luma) or 8x8 (chroma) at sample (x, y) of `plane`. kSubblocks is not one of them.
void predict_luma(MutablePlaneView plane, int x, int y, LumaMode mode);
void predict_chroma(MutablePlaneView plane, int x, int y, ChromaMode mode);

// The same into a buffer of the caller's (an encoder tries modes): neighbours from `plane`, samples to `to`.
void predict_luma_into(PlaneView plane, int x, int y, LumaMode mode, std::uint8_t* to, std::ptrdiff_t stride);
void predict_chroma_into(PlaneView plane, int x, int y, ChromaMode mode, std::uint8_t* to,
                         std::ptrdiff_t stride);

SubblockEdge edge_of(const std::array<std::uint8_t, 13>& samples);

// The 4 samples above and to the right of a macroblock, which blocks 3, 7, 11 and 15 all use: the row
// above the macroblock, whatever has been decoded since; its last sample repeated past the picture's
// right edge, 127 above its first row.
std::array<std::uint8_t, 4> macroblock_above_right(PlaneView luma, int mb_x, int mb_y);

// Edge of block `block` (raster 0..15) of the macroblock at sample (mb_x, mb_y).
SubblockEdge subblock_edge(PlaneView luma, int mb_x, int mb_y, int block,
                           const std::array<std::uint8_t, 4>& above_right);

void predict_subblock(const SubblockEdge& edge, SubblockMode mode, std::uint8_t* to, std::ptrdiff_t stride);

}  // namespace skirret::codec
