#include "codec/syntax/tokens.hh"

#include <cstring>

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

// `p`: of the first position. Returns one past the last position that a token covered; `first` itself when
// there was none.
[[gnu::always_inline]] inline unsigned read_block(BoolDecoder& from, const Probability* type,
                                                  const Probability* p, unsigned first,
                                                  std::int16_t* levels) {
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

struct Contexts {
  std::uint8_t at[9];

  explicit Contexts(const TokenContext& flags) {
    std::uint64_t eight;
    std::memcpy(&eight, flags.coded.data(), 8);
    eight *= kContextSize;
    std::memcpy(at, &eight, 8);
    at[8] = static_cast<std::uint8_t>(flags.coded[8] * kContextSize);
  }
  void store(TokenContext& flags) const {
    std::uint64_t eight;
    std::memcpy(&eight, at, 8);
    eight &= 0x0101010101010101;  // 11 is odd
    std::memcpy(flags.coded.data(), &eight, 8);
    flags.coded[8] = at[8] & 1;
  }
};

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
  // Contexts as distances in the table, which one multiplication makes of eight flags (none carries).
  Contexts over(above), beside(left);
  BoolDecoder from = source;
  unsigned any = 0;
  for (const Pass& pass : has_y2 ? kWithY2 : kWithoutY2) {
    const Probability* type = probabilities[static_cast<std::size_t>(pass.type)][0][0].data();
    const unsigned first = pass.type == BlockType::kLumaAfterY2 ? 1 : 0;
    const Probability* start = type + kBandStart[first];
    for (unsigned i = pass.begin; i < pass.end; ++i) {
      std::uint8_t& column = over.at[kAbove[i]];
      std::uint8_t& line = beside.at[kLeft[i]];
      const unsigned end = read_block(from, type, start + column + line, first, into.levels[i].data());
      if (end > first) {
        into.ends[i] = static_cast<std::uint8_t>(end);
        column = line = kContextSize;
        any = 1;
      } else {
        into.ends[i] = 0;
        column = line = 0;
      }
    }
  }
  over.store(above);
  beside.store(left);
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
