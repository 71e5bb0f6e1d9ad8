#pragma once

#include <array>
#include <cstdint>

#include "codec/syntax/probabilities.hh"

namespace skirret::codec {

// Costs are counted in 1/256 bit.
using Cost = std::uint32_t;
inline constexpr Cost kOneBit = 256;

namespace detail {

// -log2(p / 256) * 256, rounded, by repeated squaring in 32-bit fixed point: no floating point anywhere.
constexpr Cost cost_of_probability(std::uint32_t p) {
  if (p == 0) p = 1;
  std::uint32_t whole = 0;
  while ((256u >> (whole + 1)) >= p) ++whole;  // 2^-(whole+1) < p/256 <= 2^-whole … normalise to [1/2, 1]
  // x = 256 / p / 2^whole in [1, 2), as 1.31
  std::uint64_t x = ((256ull << 31) / p) >> whole;
  std::uint32_t fraction = 0;  // log2(x) in 1/2048
  for (int bit = 0; bit < 11; ++bit) {
    x = (x * x) >> 31;
    fraction <<= 1;
    if (x >= (2ull << 31)) {
      x >>= 1;
      fraction |= 1;
    }
  }
  return whole * kOneBit + (fraction + 4) / 8;
}

constexpr std::array<std::uint16_t, 257> make_bit_costs() {
  std::array<std::uint16_t, 257> costs{};
  for (std::uint32_t p = 0; p <= 256; ++p) costs[p] = static_cast<std::uint16_t>(cost_of_probability(p));
  return costs;
}

}  // namespace detail

// Cost of an event of probability index / 256; [0] is that of 1/256.
inline constexpr std::array<std::uint16_t, 257> kBitCosts = detail::make_bit_costs();
static_assert(kBitCosts[256] == 0 && kBitCosts[128] == 256 && kBitCosts[64] == 512 && kBitCosts[1] == 2048);

inline constexpr Cost cost_of_zero(Probability p) {
  return kBitCosts[p];
}
inline constexpr Cost cost_of_one(Probability p) {
  return kBitCosts[256u - p];
}
inline constexpr Cost cost_of_bit(Probability p, bool bit) {
  return bit ? cost_of_one(p) : cost_of_zero(p);
}

// How often a binary decision went each way in one frame.
struct BranchCount {
  std::uint32_t zeros = 0;
  std::uint32_t ones = 0;

  std::uint32_t total() const { return zeros + ones; }
  std::uint64_t cost(Probability p) const {
    return std::uint64_t{zeros} * cost_of_zero(p) + std::uint64_t{ones} * cost_of_one(p);
  }
  // The probability (1..255) that fits best.
  Probability best(Probability when_never) const {
    if (total() == 0) return when_never;
    const std::uint32_t p = static_cast<std::uint32_t>((std::uint64_t{zeros} * 256 + total() / 2) / total());
    return static_cast<Probability>(p < 1 ? 1 : p > 255 ? 255 : p);
  }
};

}  // namespace skirret::codec
