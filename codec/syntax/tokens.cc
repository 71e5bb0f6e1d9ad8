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

// Loads now what a branch that comes first may turn out to need: when it was foreseen wrongly, what follows
// does not wait for the load. The compiler would load where the value is used.
[[gnu::always_inline]] inline Probability loaded(const Probability& from) {
  unsigned value = from;
  asm volatile("" : "+r"(value));
  return static_cast<Probability>(value);
}

// `p`: of the first position. Returns one past the last position that a token covered; `first` itself when
// there was none.
[[gnu::always_inline]] inline unsigned read_block(BoolDecoder& from, const Probability* type,
                                                  const Probability* p, unsigned first,
                                                  std::int16_t* levels) {
  Probability zero = loaded(p[1]);
  if (!from.branch(p[0])) return first;
  unsigned position = first;
  while (true) {
    Probability one = loaded(p[2]);
    const Probability* band = type + kBandStart[position + 1];
    while (true) {
      const Probability next_zero = loaded(band[1]);
      if (from.branch(zero)) break;
      if (++position == 16) return 16;
      zero = next_zero;
      p = band;
      one = loaded(p[2]);
      band = type + kBandStart[position + 1];
    }
    int magnitude;
    const Probability after_one = loaded(band[kContextSize]);
    Probability more;
    if (!from.branch(one)) {
      magnitude = 1;
      p = band + kContextSize;
      more = after_one;
    } else {
      magnitude = read_large(from, p);
      p = band + 2 * kContextSize;
      more = p[0];
    }
    levels[tables::kZigzag[position]] = static_cast<std::int16_t>(from.apply_sign(magnitude));
    zero = loaded(p[1]);
    if (++position == 16 || !from.branch(more)) return position;
  }
}

// The flags of a TokenContext as bits, for a walk that takes them from below and puts new ones in above.
struct ContextBits {
  unsigned planes;  // bits 0..3 luma, 4..5 U, 6..7 V
  unsigned y2;

  explicit ContextBits(const TokenContext& flags) : y2(flags.coded[8]) {
    std::uint64_t eight;
    std::memcpy(&eight, flags.coded.data(), 8);
    planes = static_cast<unsigned>((eight * 0x0102040810204080) >> 56);
  }
  void store(TokenContext& flags) const {
    const std::uint64_t spread = (planes * std::uint64_t{0x0101010101010101}) & 0x8040201008040201;
    const std::uint64_t eight = ((spread + 0x7f7f7f7f7f7f7f7f) >> 7) & 0x0101010101010101;
    std::memcpy(flags.coded.data(), &eight, 8);
    flags.coded[8] = static_cast<std::uint8_t>(y2);
  }
};

// A square of blocks of one type, in raster order.
struct Square {
  BlockType type;
  std::uint8_t first_block;
  std::uint8_t side;
  std::uint8_t flag;  // where its context bits stand
};
constexpr std::uint8_t kY2Flag = 8;
constexpr Square kWithY2[4] = {{BlockType::kY2, kY2Block, 1, kY2Flag},
                               {BlockType::kLumaAfterY2, 0, 4, 0},
                               {BlockType::kChroma, 16, 2, 4},
                               {BlockType::kChroma, 20, 2, 6}};
constexpr Square kWithoutY2[3] = {
    {BlockType::kLumaWithDc, 0, 4, 0}, {BlockType::kChroma, 16, 2, 4}, {BlockType::kChroma, 20, 2, 6}};

[[gnu::always_inline]] inline bool read_all(BoolDecoder& source,
                                            const CoefficientProbabilities& probabilities, bool has_y2,
                                            TokenContext& above, TokenContext& left,
                                            MacroblockCoefficients& into) {
  // One loop, so that the reading of a block stands once in the code.
  ContextBits over_bits(above), beside_bits(left);
  unsigned over = over_bits.planes | over_bits.y2 << kY2Flag;
  unsigned beside = beside_bits.planes | beside_bits.y2 << kY2Flag;
  unsigned any = 0;
  BoolDecoder from = source;
  const Square* const end_of_squares = has_y2 ? kWithY2 + 4 : kWithoutY2 + 3;
  for (const Square* square = has_y2 ? kWithY2 : kWithoutY2; square != end_of_squares; ++square) {
    const Probability* type = probabilities[static_cast<std::size_t>(square->type)][0][0].data();
    const unsigned first = square->type == BlockType::kLumaAfterY2 ? 1 : 0;
    const Probability* start = type + kBandStart[first];
    const unsigned side = square->side, top = 1u << (side - 1);
    unsigned columns = over >> square->flag, lines = beside >> square->flag;
    std::size_t block = square->first_block;
    for (unsigned y = 0; y < side; ++y) {
      unsigned coded = lines & 1;
      for (const std::size_t end_of_line = block + side; block != end_of_line; ++block) {
        const Probability* p = start + ((columns & 1) + coded) * kContextSize;
        columns = (columns & (2 * top - 1)) >> 1;
        const unsigned end = read_block(from, type, p, first, into.levels[block].data());
        coded = 0;
        if (end > first) {
          into.ends[block] = static_cast<std::uint8_t>(end);
          columns |= top;
          coded = any = 1;
        }
      }
      lines = (lines & (2 * top - 1)) >> 1;
      if (coded != 0) lines |= top;
    }
    const unsigned mask = (2 * top - 1) << square->flag;
    over = (over & ~mask) | columns << square->flag;
    beside = (beside & ~mask) | lines << square->flag;
  }
  over_bits.planes = over & 0xff;
  over_bits.y2 = over >> kY2Flag;
  beside_bits.planes = beside & 0xff;
  beside_bits.y2 = beside >> kY2Flag;
  over_bits.store(above);
  beside_bits.store(left);
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
