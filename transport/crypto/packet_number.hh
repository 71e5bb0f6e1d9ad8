#pragma once

#include <cstdint>

namespace skirret::transport {

// The 64-bit number whose low 32 bits are `low` and that lies nearest to `expected` (the highest
// authenticated number + 1), as in RFC 9000, appendix A.3. Right for everything within 2^31 of it.
constexpr std::uint64_t reconstruct_number(std::uint32_t low, std::uint64_t expected) {
  constexpr std::uint64_t kWindow = std::uint64_t{1} << 32;
  constexpr std::uint64_t kHalf = kWindow / 2;
  const std::uint64_t candidate = (expected & ~(kWindow - 1)) | low;
  if (candidate + kHalf <= expected && candidate <= UINT64_MAX - kWindow) return candidate + kWindow;
  if (candidate >= kWindow && candidate - kHalf > expected) return candidate - kWindow;
  return candidate;
}

}  // namespace skirret::transport
