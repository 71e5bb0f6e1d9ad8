#pragma once

#include <array>
#include <cstdint>

// Constants of the coefficient tokens (RFC 6386 sections 13 and 14.1).
namespace skirret::codec::tables {

// [block type][band][context][tree node]
using CoefficientTable = std::array<std::array<std::array<std::array<std::uint8_t, 11>, 3>, 8>, 4>;

extern const CoefficientTable kDefaultCoefficientProbabilities;  // section 13.5
extern const CoefficientTable kCoefficientUpdateProbabilities;   // section 13.4

// Raster position of the n-th coefficient in coding order.
inline constexpr std::array<std::uint8_t, 16> kZigzag = {0, 1,  4,  8,  5, 2,  3,  6,
                                                         9, 12, 13, 10, 7, 11, 14, 15};

// Band of the n-th position; the 17th entry serves readers that look one position ahead.
inline constexpr std::array<std::uint8_t, 17> kBands = {0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0};

// Extra bits of DCT_CAT1..6, most significant first, ended by 0, and the smallest magnitude of each.
inline constexpr std::array<std::array<std::uint8_t, 12>, 6> kCategoryProbabilities = {
    {{159},
     {165, 145},
     {173, 148, 140},
     {176, 155, 140, 135},
     {180, 157, 141, 134, 130},
     {254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129}}};
inline constexpr std::array<std::uint8_t, 6> kCategoryBits = {1, 2, 3, 4, 5, 11};
inline constexpr std::array<std::uint8_t, 6> kCategoryBase = {5, 7, 11, 19, 35, 67};

// The largest magnitude that a token can carry.
inline constexpr int kMaxLevel = 67 + (1 << 11) - 1;

}  // namespace skirret::codec::tables
