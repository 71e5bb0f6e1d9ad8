#include "codec/encoder/token_notes.hh"

#include <cstdlib>

namespace skirret::codec {
namespace {

// Of the first context at each position: (type * 8 + band) * 3.
constexpr auto kPlaces = [] {
  std::array<std::array<std::uint8_t, 16>, 4> places{};
  for (std::size_t type = 0; type < 4; ++type)
    for (std::size_t position = 0; position < 16; ++position)
      places[type][position] = static_cast<std::uint8_t>((type * 8 + tables::kBands[position]) * 3);
  return places;
}();

}  // namespace

void TokenNotes::coded_block(const TokenCosts& costs, BlockType type, const std::int16_t* levels, int end,
                             int context) {
  const std::uint16_t* const rows = costs.rows(type);
  const auto& places = kPlaces[static_cast<std::size_t>(type)];
  int i = type == BlockType::kLumaAfterY2 ? 1 : 0, after = 0;
  RecordedToken* to = tokens_.data() + count_;
  Cost cost = 0;
  const auto put = [&](int code, std::int16_t level) {
    *to++ = {static_cast<std::uint8_t>(places[static_cast<std::size_t>(i)] + context),
             static_cast<std::uint8_t>(code), level};
    cost += rows[i * kPosition + context * kRow + code];
  };
  for (; i < end; ++i) {
    const std::int16_t level = levels[tables::kZigzag[static_cast<std::size_t>(i)]];
    const auto magnitude = static_cast<std::size_t>(std::abs(static_cast<int>(level)));
    put(after + kMagnitudes.token[magnitude], level);
    cost += kMagnitudes.extra[magnitude];
    context = magnitude > 1 ? 2 : static_cast<int>(magnitude);
    after = magnitude == 0 ? RecordedToken::kAfterZero : 0;
  }
  if (i < 16) put(kEndOfBlock, 0);
  count_ = static_cast<std::size_t>(to - tokens_.data());
  cost_ += cost;
}

void TokenNotes::note(const TokenCosts& costs, const MacroblockCoefficients& coefficients, bool has_y2,
                      TokenContext& above, TokenContext& left) {
  clear();
  visit_blocks(has_y2, above, left, [&](int at, BlockType type, std::uint8_t& a, std::uint8_t& l) {
    const auto i = static_cast<std::size_t>(at);
    const int end = coefficients.ends[i];
    block(costs, type, coefficients.levels[i].data(), end, a + l);
    a = l = end > 0;
  });
}

}  // namespace skirret::codec
