#pragma once

#include "codec/kernels/reconstruction_kernels.hh"

namespace skirret::codec::scalar {

void intra_16x16(const IntraEdges& edges, ChromaMode mode, std::uint8_t* to, std::ptrdiff_t stride);
void intra_8x8(const IntraEdges& edges, ChromaMode mode, std::uint8_t* to, std::ptrdiff_t stride);
void intra_4x4(const SubblockEdge& edge, SubblockMode mode, std::uint8_t* to, std::ptrdiff_t stride);
void all_intra_4x4(const SubblockEdge& edge, std::uint8_t* to);

}  // namespace skirret::codec::scalar
