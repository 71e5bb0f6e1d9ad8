#include "codec/syntax/quantizer.hh"

#include <algorithm>

#include "codec/bitstream/tables/quantizer_tables.hh"

namespace skirret::codec {
namespace {

std::size_t clamped(int index) {
  return static_cast<std::size_t>(std::clamp(index, 0, 127));
}

}  // namespace

DequantFactors dequant_factors(int index, const QuantizerFields& deltas) {
  const auto dc = [&](int delta) -> int { return tables::kDcSteps[clamped(index + delta)]; };
  const auto ac = [&](int delta) -> int { return tables::kAcSteps[clamped(index + delta)]; };
  DequantFactors factors;
  factors.y_dc = static_cast<std::int16_t>(dc(deltas.y_dc_delta));
  factors.y_ac = static_cast<std::int16_t>(ac(0));
  factors.y2_dc = static_cast<std::int16_t>(2 * dc(deltas.y2_dc_delta));
  factors.y2_ac = static_cast<std::int16_t>(std::max(ac(deltas.y2_ac_delta) * 155 / 100, 8));
  factors.uv_dc = static_cast<std::int16_t>(std::min(dc(deltas.uv_dc_delta), 132));
  factors.uv_ac = static_cast<std::int16_t>(ac(deltas.uv_ac_delta));
  return factors;
}

}  // namespace skirret::codec
