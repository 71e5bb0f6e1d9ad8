#pragma once

#include <array>
#include <cstdint>

// Interpolation taps by eighth-sample phase (RFC 6386 section 18.3); each row sums to 128.
namespace skirret::codec::tables {

inline constexpr std::array<std::array<std::int16_t, 6>, 8> kSixtap = {{{{0, 0, 128, 0, 0, 0}},
                                                                        {{0, -6, 123, 12, -1, 0}},
                                                                        {{2, -11, 108, 36, -8, 1}},
                                                                        {{0, -9, 93, 50, -6, 0}},
                                                                        {{3, -16, 77, 77, -16, 3}},
                                                                        {{0, -6, 50, 93, -9, 0}},
                                                                        {{1, -8, 36, 108, -11, 2}},
                                                                        {{0, -1, 12, 123, -6, 0}}}};

inline constexpr std::array<std::array<std::int16_t, 2>, 8> kBilinear = {
    {{{128, 0}}, {{112, 16}}, {{96, 32}}, {{80, 48}}, {{64, 64}}, {{48, 80}}, {{32, 96}}, {{16, 112}}}};

}  // namespace skirret::codec::tables
