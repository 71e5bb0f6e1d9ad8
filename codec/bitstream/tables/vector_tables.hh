#pragma once

#include <array>
#include <cstdint>

#include "codec/bitstream/tree.hh"

// Constants of motion vector coding (RFC 6386 section 17).
namespace skirret::codec::tables {

using VectorTable = std::array<std::array<std::uint8_t, 19>, 2>;  // [row, col][probability]

extern const VectorTable kDefaultVectorProbabilities;
extern const VectorTable kVectorUpdateProbabilities;

// Places inside one component's 19 probabilities.
inline constexpr int kVectorIsLong = 0;  // called is_short in the RFC; its 1 means the long form
inline constexpr int kVectorSign = 1;
inline constexpr int kVectorShort = 2;  // 7 nodes of the tree below
inline constexpr int kVectorLong = 9;   // bits 0..9
inline constexpr int kVectorLongBits = 10;
inline constexpr int kVectorMax = (1 << kVectorLongBits) - 1;  // largest magnitude of a difference

inline constexpr std::array<TreeIndex, 14> kVectorShortTree = {
    2, 8, 4, 6, leaf(0), leaf(1), leaf(2), leaf(3), 10, 12, leaf(4), leaf(5), leaf(6), leaf(7)};

}  // namespace skirret::codec::tables
