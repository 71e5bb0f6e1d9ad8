#include "codec/syntax/tokens.hh"

namespace skirret::codec {
namespace {

// Probabilities of one block type, flat: [band][context][node].
constexpr std::size_t kContextSize = 11;
constexpr std::size_t kBandSize = 3 * kContextSize;

// Where the band of a position starts; the 17th entry serves the look one position ahead.
constexpr auto kBandStart = [] {
  std::array<std::uint16_t, 17> starts{};
  for (std::size_t i = 0; i < starts.size(); ++i)
    starts[i] = static_cast<std::uint16_t>(tables::kBands[i] * kBandSize);
  return starts;
}();

[[gnu::always_inline]] inline int read_category(BoolDecoder& from, std::size_t category) {
  int rest = 0;
  for (const std::uint8_t* p = tables::kCategoryProbabilities[category].data(); *p != 0; ++p)
    rest = rest << 1 | static_cast<int>(from.read(*p));
  return tables::kCategoryBase[category] + rest;
}

// A magnitude of 2 or more.
[[gnu::always_inline]] inline int read_large(BoolDecoder& from, const Probability* p) {
  if (!from.branch(p[3])) {
    if (!from.branch(p[4])) return 2;
    return 3 + static_cast<int>(from.read(p[5]));
  }
  if (!from.branch(p[6])) {
    if (!from.branch(p[7])) return 5 + static_cast<int>(from.read(159));
    const int high = static_cast<int>(from.read(165));
    return 7 + 2 * high + static_cast<int>(from.read(145));
  }
  const bool upper = from.read(p[8]);
  const bool odd = from.read(p[upper ? 10 : 9]);
  return read_category(from, 2 + (upper ? 2u : 0u) + (odd ? 1u : 0u));
}

// Returns one past the last position that a token covered; `first` itself when there was none.
[[gnu::always_inline]] inline unsigned read_block(BoolDecoder& from, const Probability* type,
                                                  unsigned context, unsigned first, std::int16_t* levels) {
  const Probability* p = type + kBandStart[first] + context * kContextSize;
  if (!from.branch(p[0])) return first;
  unsigned position = first;
  while (true) {
    while (!from.branch(p[1])) {
      if (++position == 16) return 16;
      p = type + kBandStart[position];
    }
    const Probability* band = type + kBandStart[position + 1];
    int magnitude;
    if (!from.branch(p[2])) {
      magnitude = 1;
      p = band + kContextSize;
    } else {
      magnitude = read_large(from, p);
      p = band + 2 * kContextSize;
    }
    levels[tables::kZigzag[position]] = static_cast<std::int16_t>(from.apply_sign(magnitude));
    if (++position == 16 || !from.branch(p[0])) return position;
  }
}

// Where the context of each block stands in TokenContext::coded, above and to the left.
constexpr std::array<std::uint8_t, kBlocksPerMacroblock> kAbove = {0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0,
                                                                   1, 2, 3, 4, 5, 4, 5, 6, 7, 6, 7, 8};
constexpr std::array<std::uint8_t, kBlocksPerMacroblock> kLeft = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3,
                                                                  3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8};

// Blocks of one type.
struct Pass {
  unsigned begin, end;
  BlockType type;
};

[[gnu::always_inline]] inline bool read_all(BoolDecoder& source,
                                            const CoefficientProbabilities& probabilities, bool has_y2,
                                            TokenContext& above, TokenContext& left,
                                            MacroblockCoefficients& into) {
  // One loop, so that the reading of a block stands once in the code.
  static constexpr Pass kWithY2[3] = {
      {24, 25, BlockType::kY2}, {0, 16, BlockType::kLumaAfterY2}, {16, 24, BlockType::kChroma}};
  static constexpr Pass kWithoutY2[3] = {
      {0, 16, BlockType::kLumaWithDc}, {16, 24, BlockType::kChroma}, {0, 0, BlockType::kY2}};
  BoolDecoder from = source;
  unsigned any = 0;
  for (const Pass& pass : has_y2 ? kWithY2 : kWithoutY2) {
    const Probability* type = probabilities[static_cast<std::size_t>(pass.type)][0][0].data();
    const unsigned first = pass.type == BlockType::kLumaAfterY2 ? 1 : 0;
    for (unsigned i = pass.begin; i < pass.end; ++i) {
      std::uint8_t& over = above.coded[kAbove[i]];
      std::uint8_t& beside = left.coded[kLeft[i]];
      const unsigned context = static_cast<unsigned>(over) + beside;
      const unsigned end = read_block(from, type, context, first, into.levels[i].data());
      const unsigned coded = end > first ? 1 : 0;
      into.ends[i] = static_cast<std::uint8_t>(coded != 0 ? end : 0);
      over = beside = static_cast<std::uint8_t>(coded);
      any |= coded;
    }
  }
  source = from;
  return any != 0;
}

}  // namespace

bool read_tokens(BoolDecoder& source, const CoefficientProbabilities& probabilities, bool has_y2,
                 TokenContext& above, TokenContext& left, MacroblockCoefficients& into) {
  return read_all(source, probabilities, has_y2, above, left, into);
}

#if defined(__x86_64__)
[[gnu::target("lzcnt,bmi,bmi2")]] bool read_tokens_bmi2(BoolDecoder& source,
                                                        const CoefficientProbabilities& probabilities,
                                                        bool has_y2, TokenContext& above, TokenContext& left,
                                                        MacroblockCoefficients& into) {
  return read_all(source, probabilities, has_y2, above, left, into);
}
#endif

}  // namespace skirret::codec
