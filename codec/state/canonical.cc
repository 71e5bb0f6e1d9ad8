#include "codec/state/canonical.hh"

#include <cstdlib>

namespace skirret::codec {
namespace {

template <std::size_t N>
void write_signed(ByteWriter& to, const std::array<std::int8_t, N>& values) {
  for (const auto value : values) to.u8(static_cast<std::uint8_t>(value));
}

template <std::size_t N>
bool read_signed(ByteReader& from, std::array<std::int8_t, N>& values, int limit) {
  bool in_range = true;
  for (auto& value : values) {
    value = static_cast<std::int8_t>(from.u8());
    in_range &= std::abs(value) <= limit;
  }
  return in_range;
}

// Calls `each` on every probability, in the layout's order.
template <class Tables, class Each>
void for_each_probability(Tables& tables, Each each) {
  for (auto& type : tables.coefficients)
    for (auto& band : type)
      for (auto& context : band)
        for (auto& p : context) each(p);
  for (auto& component : tables.vectors)
    for (auto& p : component) each(p);
  for (auto& p : tables.luma_modes) each(p);
  for (auto& p : tables.chroma_modes) each(p);
}

}  // namespace

void write_canonical_fields(const State& state, ByteWriter& to) {
  to.u16le(static_cast<std::uint16_t>(state.dimensions.width));
  to.u16le(static_cast<std::uint16_t>(state.dimensions.height));
  to.u8(static_cast<std::uint8_t>(state.horizontal_scale | state.vertical_scale << 2));
  to.u8(static_cast<std::uint8_t>((state.color_space ? 1 : 0) | (state.clamping_unneeded ? 2 : 0) |
                                  (state.segmentation.absolute ? 4 : 0)));
  write_signed(to, state.segmentation.quantizer);
  write_signed(to, state.segmentation.filter_level);
  write_signed(to, state.filter_deltas.reference);
  write_signed(to, state.filter_deltas.mode);
  for_each_probability(state.probabilities, [&](Probability p) { to.u8(p); });
}

Result<State> read_canonical_fields(ByteReader& from) {
  State state;
  state.dimensions.width = from.u16le();
  state.dimensions.height = from.u16le();
  const std::uint8_t scales = from.u8();
  state.horizontal_scale = scales & 3;
  state.vertical_scale = scales >> 2 & 3;
  const std::uint8_t flags = from.u8();
  state.color_space = (flags & 1) != 0;
  state.clamping_unneeded = (flags & 2) != 0;
  state.segmentation.absolute = (flags & 4) != 0;
  bool in_range = scales < 16 && flags < 8;
  in_range &= state.dimensions.width < 1 << 14 && state.dimensions.height < 1 << 14;
  in_range &= read_signed(from, state.segmentation.quantizer, 127);
  in_range &= read_signed(from, state.segmentation.filter_level, 63);
  in_range &= read_signed(from, state.filter_deltas.reference, 63);
  in_range &= read_signed(from, state.filter_deltas.mode, 63);
  for_each_probability(state.probabilities, [&](Probability& p) { p = from.u8(); });
  if (!from.ok()) return fail(ErrorCode::kTruncated, "stored state ends inside its fields");
  if (!in_range) return fail(ErrorCode::kMalformed, "stored state has a field out of range");
  return state;
}

}  // namespace skirret::codec
