#pragma once

#include <cstdint>

#include "codec/encoder/bit_cost.hh"

namespace skirret::codec {

// A yes-or-no whose odds are learnt while coding.
struct Odds {
  std::uint32_t zeros, ones;
  Cost of(bool bit) const {
    return kBitCosts[((bit ? ones : zeros) * 256 + (zeros + ones) / 2) / (zeros + ones)];
  }
  void count(bool bit) { ++(bit ? ones : zeros); }
};

}  // namespace skirret::codec
