#pragma once

#include <array>
#include <cstdint>

// Quantizer step sizes by index 0..127 (RFC 6386 section 14.1).
namespace skirret::codec::tables {

extern const std::array<std::int16_t, 128> kDcSteps;
extern const std::array<std::int16_t, 128> kAcSteps;

}  // namespace skirret::codec::tables
