#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "codec/syntax/probabilities.hh"

namespace skirret::codec {

// The probabilities that code a segment map in the fewest bits; one that is not sent reads as 255 (RFC 6386
// section 9.3).
std::array<std::optional<Probability>, 3> segment_tree(std::span<const std::uint8_t> map);

}  // namespace skirret::codec
