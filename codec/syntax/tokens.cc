#include "codec/syntax/tokens.hh"

namespace skirret::codec {
namespace {

using BandProbabilities = std::array<std::array<std::array<Probability, 11>, 3>, 8>;

int read_category(BoolDecoder& from, std::size_t category) {
  int rest = 0;
  for (const std::uint8_t* p = tables::kCategoryProbabilities[category].data(); *p != 0; ++p)
    rest = rest << 1 | static_cast<int>(from.read(*p));
  return tables::kCategoryBase[category] + rest;
}

// A magnitude of 2 or more.
int read_large(BoolDecoder& from, const std::array<Probability, 11>& p) {
  if (!from.read(p[3])) {
    if (!from.read(p[4])) return 2;
    return 3 + static_cast<int>(from.read(p[5]));
  }
  if (!from.read(p[6])) return read_category(from, from.read(p[7]) ? 1 : 0);
  const bool upper = from.read(p[8]);
  const bool odd = from.read(p[upper ? 10 : 9]);
  return read_category(from, 2 + (upper ? 2u : 0u) + (odd ? 1u : 0u));
}

// Returns one past the last position that a token covered; `first` itself when there was none.
int read_block(BoolDecoder& from, const BandProbabilities& probabilities, int context, int first,
               std::array<std::int16_t, 16>& levels) {
  const auto* p = &probabilities[static_cast<std::size_t>(first)][static_cast<std::size_t>(context)];
  int position = first;
  if (!from.read((*p)[0])) return first;
  while (true) {
    const std::size_t band = tables::kBands[static_cast<std::size_t>(position) + 1];
    if (!from.read((*p)[1])) {
      if (++position == 16) return 16;
      p = &probabilities[band][0];
      continue;
    }
    int magnitude = 1;
    std::size_t next_context = 1;
    if (from.read((*p)[2])) {
      magnitude = read_large(from, *p);
      next_context = 2;
    }
    levels[tables::kZigzag[static_cast<std::size_t>(position)]] =
        static_cast<std::int16_t>(from.apply_sign(magnitude));
    p = &probabilities[band][next_context];
    if (++position == 16 || !from.read((*p)[0])) return position;
  }
}

}  // namespace

bool read_tokens(BoolDecoder& source, const CoefficientProbabilities& probabilities, bool has_y2,
                 TokenContext& above, TokenContext& left, MacroblockCoefficients& into) {
  BoolDecoder from = source;  // kept in registers through the loops
  bool any = false;
  visit_blocks(has_y2, above, left, [&](int block, BlockType type, std::uint8_t& over, std::uint8_t& beside) {
    const auto at = static_cast<std::size_t>(block);
    const int first = type == BlockType::kLumaAfterY2 ? 1 : 0;
    const int end = read_block(from, probabilities[static_cast<std::size_t>(type)], over + beside, first,
                               into.levels[at]);
    const bool coded = end > first;
    into.ends[at] = static_cast<std::uint8_t>(coded ? end : 0);
    over = beside = coded ? 1 : 0;
    any |= coded;
  });
  source = from;
  return any;
}

}  // namespace skirret::codec
