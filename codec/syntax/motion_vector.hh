#pragma once

#include <cstdint>

namespace skirret::codec {

// Luma quarter-pel units; positive is right and down (RFC 6386 section 5).
struct MotionVector {
  std::int16_t row = 0;
  std::int16_t col = 0;

  bool is_zero() const { return row == 0 && col == 0; }
  bool operator==(const MotionVector&) const = default;
};

}  // namespace skirret::codec
