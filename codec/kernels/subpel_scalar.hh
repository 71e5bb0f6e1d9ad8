#pragma once

#include "codec/kernels/reconstruction_kernels.hh"

namespace skirret::codec::scalar {

void sixtap(const std::uint8_t* from, std::ptrdiff_t from_stride, const SubpelBlock& block, std::uint8_t* to,
            std::ptrdiff_t stride);
void bilinear(const std::uint8_t* from, std::ptrdiff_t from_stride, const SubpelBlock& block,
              std::uint8_t* to, std::ptrdiff_t stride);
void sixtap_chroma(const std::uint8_t* from_u, const std::uint8_t* from_v, std::ptrdiff_t from_stride,
                   const SubpelBlock& block, const ChromaTarget& to);
void bilinear_chroma(const std::uint8_t* from_u, const std::uint8_t* from_v, std::ptrdiff_t from_stride,
                     const SubpelBlock& block, const ChromaTarget& to);

}  // namespace skirret::codec::scalar
