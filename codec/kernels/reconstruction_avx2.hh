#pragma once

#include "codec/kernels/reconstruction_kernels.hh"

// The AVX2 forms, declared for their table. Only called where the machine has AVX2.
namespace skirret::codec::avx2 {

void sixtap(const std::uint8_t* from, std::ptrdiff_t from_stride, const SubpelBlock& block, std::uint8_t* to,
            std::ptrdiff_t stride);
void bilinear(const std::uint8_t* from, std::ptrdiff_t from_stride, const SubpelBlock& block,
              std::uint8_t* to, std::ptrdiff_t stride);

void inverse_dct_add(const std::int16_t* coefficients, std::uint8_t* samples, std::ptrdiff_t stride);
void inverse_dct_dc_add(std::int16_t dc, std::uint8_t* samples, std::ptrdiff_t stride);

// Luma, always 16 samples long.
void macroblock_horizontal(std::uint8_t* samples, std::ptrdiff_t stride, int length, EdgeLimits limits);
void macroblock_vertical(std::uint8_t* samples, std::ptrdiff_t stride, int length, EdgeLimits limits);
void inner_horizontal(std::uint8_t* samples, std::ptrdiff_t stride, int length, EdgeLimits limits);
void inner_vertical(std::uint8_t* samples, std::ptrdiff_t stride, int length, EdgeLimits limits);
void simple_horizontal(std::uint8_t* samples, std::ptrdiff_t stride, int length, EdgeLimits limits);
void simple_vertical(std::uint8_t* samples, std::ptrdiff_t stride, int length, EdgeLimits limits);

void chroma_macroblock_horizontal(std::uint8_t* u, std::uint8_t* v, std::ptrdiff_t stride, EdgeLimits limits);
void chroma_macroblock_vertical(std::uint8_t* u, std::uint8_t* v, std::ptrdiff_t stride, EdgeLimits limits);
void chroma_inner_horizontal(std::uint8_t* u, std::uint8_t* v, std::ptrdiff_t stride, EdgeLimits limits);
void chroma_inner_vertical(std::uint8_t* u, std::uint8_t* v, std::ptrdiff_t stride, EdgeLimits limits);

}  // namespace skirret::codec::avx2
