#include "codec/encoder/filter_level.hh"

#include <algorithm>

#include "codec/bitstream/tables/quantizer_tables.hh"

namespace skirret::codec {
namespace {

constexpr std::array<std::int8_t, 4> kReferenceDeltas = {2, 0, -2, -2};
constexpr std::array<std::int8_t, 4> kModeDeltas = {4, -2, 2, 4};

}  // namespace

FilterFields filter_fields(int quantizer_index, const FilterDeltaState& in_force) {
  FilterFields fields;
  const int step = tables::kAcSteps[static_cast<std::size_t>(quantizer_index)];
  fields.level = static_cast<std::uint8_t>(std::clamp(step * 13 / 32 - 1, 0, 63));
  fields.deltas.enabled = true;
  for (std::size_t i = 0; i < 4; ++i) {
    if (in_force.reference[i] != kReferenceDeltas[i]) fields.deltas.reference[i] = kReferenceDeltas[i];
    if (in_force.mode[i] != kModeDeltas[i]) fields.deltas.mode[i] = kModeDeltas[i];
    fields.deltas.update = fields.deltas.update || fields.deltas.reference[i] || fields.deltas.mode[i];
  }
  return fields;
}

std::uint8_t moved_level(int own, int usual, int found) {
  const int moved = usual > 0 ? (own * found + usual / 2) / usual : own + found;
  return static_cast<std::uint8_t>(std::clamp(moved, 0, 63));
}

}  // namespace skirret::codec
