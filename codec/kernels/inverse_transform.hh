#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

// From coefficients to samples (RFC 6386 sections 14.2-14.4). Coefficients are already multiplied by
// their step, wrapped to 16 bits; all sums wrap at 16 bits too, as libvpx's do on the machines it is
// tuned for. That only shows on streams whose coefficients overflow.
namespace skirret::codec {

// Inverse Walsh-Hadamard transform of a Y2 block: output i is the DC of luma block i.
std::array<std::int16_t, 16> inverse_wht(const std::array<std::int16_t, 16>& coefficients);

// The same for a Y2 block whose tokens end after the DC: one value for all 16. Its rounding does not wrap
// (nor does libvpx's here), which tells only above 32764.
std::int16_t inverse_wht_dc(std::int16_t dc);

// Inverse DCT of a 4x4 block, added to the prediction that stands at `samples`.
void inverse_dct_add(const std::int16_t* coefficients, std::uint8_t* samples, std::ptrdiff_t stride);

// The same for a block of which only the DC is not 0.
void inverse_dct_dc_add(std::int16_t dc, std::uint8_t* samples, std::ptrdiff_t stride);

}  // namespace skirret::codec
