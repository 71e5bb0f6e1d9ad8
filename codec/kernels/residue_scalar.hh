#pragma once

#include "codec/kernels/reconstruction_kernels.hh"

namespace skirret::codec::scalar {

void add_block(const std::int16_t* levels, BlockSteps steps, std::uint8_t* samples, std::ptrdiff_t stride);
void add_strip(const std::int16_t* levels, BlockSteps steps, const std::int16_t* dcs, std::uint8_t* samples,
               std::ptrdiff_t stride);
void add_square(const std::int16_t* levels, BlockSteps steps, std::uint8_t* samples, std::ptrdiff_t stride);
void add_dc_strip(const std::int16_t* dcs, std::uint8_t* samples, std::ptrdiff_t stride);
void inverse_wht(const std::int16_t* levels, BlockSteps steps, std::int16_t* dcs);

}  // namespace skirret::codec::scalar
