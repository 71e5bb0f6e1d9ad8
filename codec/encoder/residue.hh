#pragma once

#include <array>
#include <cstdint>

#include "codec/kernels/encoder_kernels.hh"
#include "codec/kernels/reconstruction_kernels.hh"

namespace skirret::codec {

// Adds one block's dequantised levels to the prediction at `samples`, as the decoder will. `end`: one past
// the last level in zigzag order.
inline void add_residue(const std::array<std::int16_t, 16>& levels, int end, const BlockQuantizer& quantizer,
                        std::uint8_t* samples, std::ptrdiff_t stride) {
  if (end == 0) return;
  std::int16_t coefficients[16];
  for (std::size_t i = 0; i < 16; ++i)
    coefficients[i] = static_cast<std::int16_t>(levels[i] * quantizer.step[i]);
  if (end == 1)
    reconstruction_kernels().inverse_dct_dc_add(coefficients[0], samples, stride);
  else
    reconstruction_kernels().inverse_dct_add(coefficients, samples, stride);
}

}  // namespace skirret::codec
