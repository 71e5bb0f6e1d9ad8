#pragma once

#include <cstdint>

#include "codec/syntax/frame_header.hh"

namespace skirret::codec {

// Step sizes by which levels are multiplied (RFC 6386 sections 9.6 and 14.1).
struct DequantFactors {
  std::int16_t y_dc = 0, y_ac = 0, y2_dc = 0, y2_ac = 0, uv_dc = 0, uv_ac = 0;
  bool operator==(const DequantFactors&) const = default;
};

// `index` 0..127: the macroblock's own, after segmentation; the deltas are those of the frame header.
DequantFactors dequant_factors(int index, const QuantizerFields& deltas);

}  // namespace skirret::codec
