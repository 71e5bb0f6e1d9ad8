#pragma once

#include "codec/kernels/reconstruction_kernels.hh"

// The vector forms, declared for their table. Only called where the machine has the instruction set.
namespace skirret::codec::SKIRRET_VECTOR_SET {

void sixtap(const std::uint8_t* from, std::ptrdiff_t from_stride, const SubpelBlock& block, std::uint8_t* to,
            std::ptrdiff_t stride);
void bilinear(const std::uint8_t* from, std::ptrdiff_t from_stride, const SubpelBlock& block,
              std::uint8_t* to, std::ptrdiff_t stride);
void sixtap_chroma(const std::uint8_t* from_u, const std::uint8_t* from_v, std::ptrdiff_t from_stride,
                   const SubpelBlock& block, const ChromaTarget& to);
void bilinear_chroma(const std::uint8_t* from_u, const std::uint8_t* from_v, std::ptrdiff_t from_stride,
                     const SubpelBlock& block, const ChromaTarget& to);

void intra_16x16(const IntraEdges& edges, ChromaMode mode, std::uint8_t* to, std::ptrdiff_t stride);
void intra_8x8(const IntraEdges& edges, ChromaMode mode, std::uint8_t* to, std::ptrdiff_t stride);
void intra_4x4(const SubblockEdge& edge, SubblockMode mode, std::uint8_t* to, std::ptrdiff_t stride);
void all_intra_4x4(const SubblockEdge& edge, std::uint8_t* to);

void inverse_dct_add(const std::int16_t* coefficients, std::uint8_t* samples, std::ptrdiff_t stride);
void inverse_dct_dc_add(std::int16_t dc, std::uint8_t* samples, std::ptrdiff_t stride);
void add_block(const std::int16_t* levels, BlockSteps steps, std::uint8_t* samples, std::ptrdiff_t stride);
void add_strip(const std::int16_t* levels, BlockSteps steps, const std::int16_t* dcs, std::uint8_t* samples,
               std::ptrdiff_t stride);
void add_square(const std::int16_t* levels, BlockSteps steps, std::uint8_t* samples, std::ptrdiff_t stride);
void add_dc_strip(const std::int16_t* dcs, std::uint8_t* samples, std::ptrdiff_t stride);
void inverse_wht(const std::int16_t* levels, BlockSteps steps, std::int16_t* dcs);

void filter_normal(const FilterSite& site, const FilterLimits& limits);
void filter_simple(const FilterSite& site, const FilterLimits& limits);

}  // namespace skirret::codec::SKIRRET_VECTOR_SET
