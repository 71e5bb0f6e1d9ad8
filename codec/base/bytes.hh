#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace skirret {

using Bytes = std::span<const std::uint8_t>;   // a borrowed view; the owner outlives it
using ByteVector = std::vector<std::uint8_t>;  // owned bytes

}  // namespace skirret
