#pragma once

#include "codec/kernels/reconstruction_kernels.hh"

namespace skirret::codec::scalar {

void sixtap(const std::uint8_t* from, std::ptrdiff_t from_stride, const SubpelBlock& block, std::uint8_t* to,
            std::ptrdiff_t stride);
void bilinear(const std::uint8_t* from, std::ptrdiff_t from_stride, const SubpelBlock& block,
              std::uint8_t* to, std::ptrdiff_t stride);

}  // namespace skirret::codec::scalar
