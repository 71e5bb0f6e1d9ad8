#pragma once

#include <array>
#include <cstdint>

#include "codec/base/check.hh"
#include "codec/bitstream/bool_decoder.hh"
#include "codec/bitstream/tables/coefficient_tables.hh"
#include "codec/bitstream/tree.hh"
#include "codec/syntax/coefficients.hh"
#include "codec/syntax/probabilities.hh"

// Coefficient tokens, parse and serialise (RFC 6386 section 13). One walk serves writing, counting and
// pricing:
//
//   visit_tokens(coefficients, has_y2, above, left, [&](const TokenSite& site, Token token, int extra) { …
//   });
//
// yields each token in wire order with the place of its 11 probabilities; write_token codes one into any
// BitSink. `above` and `left` are the contexts, moved on as the format says.
namespace skirret::codec {

enum class BlockType : std::uint8_t { kLumaAfterY2 = 0, kY2 = 1, kChroma = 2, kLumaWithDc = 3 };

enum class Token : std::uint8_t {
  kZero = 0,
  kOne,
  kTwo,
  kThree,
  kFour,
  kCategory1,  // 5..6
  kCategory2,  // 7..10
  kCategory3,  // 11..18
  kCategory4,  // 19..34
  kCategory5,  // 35..66
  kCategory6,  // 67..2114
  kEndOfBlock,
};
inline constexpr int kTokenCount = 12;

// Where a token stands: probabilities[type][band][context]. After a zero the end of block cannot come, so
// its node is not coded there.
struct TokenSite {
  BlockType type;
  std::uint8_t band;
  std::uint8_t context;
  bool after_zero;
};

// For each of the 9 block columns (or rows) of a macroblock, whether the nearest block had tokens:
// 0..3 luma, 4..5 U, 6..7 V, 8 Y2. Reset at the picture's edges (above: first row; left: first column).
struct TokenContext {
  std::array<std::uint8_t, 9> coded{};
  bool operator==(const TokenContext&) const = default;
};

// A macroblock whose coefficients are skipped: Y2's context stays where it has no Y2 block.
inline void skip_tokens(bool has_y2, TokenContext& above, TokenContext& left) {
  for (std::size_t i = 0; i < (has_y2 ? 9u : 8u); ++i) above.coded[i] = left.coded[i] = 0;
}

// Whether tokens coded anything: what an encoder's skip flag and the loop filter ask. An end of 1 in a
// luma block that starts at 1 is none.
inline bool any_tokens(const MacroblockCoefficients& coefficients, bool has_y2) {
  for (std::size_t i = 0; i < kBlocksPerMacroblock; ++i)
    if (coefficients.ends[i] > (has_y2 && i < 16 ? 1 : 0)) return true;
  return false;
}

// Reads one macroblock. `into` must be all zero. True when a block had a coefficient token.
bool read_tokens(BoolDecoder& from, const CoefficientProbabilities& probabilities, bool has_y2,
                 TokenContext& above, TokenContext& left, MacroblockCoefficients& into);
// The same for machines that find and shift by the width of a number in one cycle each (LZCNT and BMI2).
bool read_tokens_bmi2(BoolDecoder& from, const CoefficientProbabilities& probabilities, bool has_y2,
                      TokenContext& above, TokenContext& left, MacroblockCoefficients& into);

constexpr Token token_of(int magnitude) {
  if (magnitude <= 4) return static_cast<Token>(magnitude);
  if (magnitude <= 6) return Token::kCategory1;
  if (magnitude <= 10) return Token::kCategory2;
  if (magnitude <= 18) return Token::kCategory3;
  if (magnitude <= 34) return Token::kCategory4;
  return magnitude <= 66 ? Token::kCategory5 : Token::kCategory6;
}

// The context that a coefficient of this magnitude leaves for the next position.
constexpr std::uint8_t context_after(int magnitude) {
  return magnitude == 0 ? 0 : magnitude == 1 ? 1 : 2;
}

// Tokens of one block. `extra` is the coefficient's level itself (sign and extra bits follow from it).
template <class Visitor>
void visit_block_tokens(const std::array<std::int16_t, 16>& levels, int end, BlockType type,
                        std::uint8_t context, Visitor&& visit) {
  TokenSite site{type, 0, context, false};
  for (int position = type == BlockType::kLumaAfterY2 ? 1 : 0; position < 16; ++position) {
    site.band = tables::kBands[static_cast<std::size_t>(position)];
    if (position >= end) {
      SKIRRET_CHECK(!site.after_zero);  // no token says "end" after a zero
      visit(site, Token::kEndOfBlock, 0);
      return;
    }
    const int level = levels[tables::kZigzag[static_cast<std::size_t>(position)]];
    const int magnitude = level < 0 ? -level : level;
    visit(site, token_of(magnitude), level);
    site.context = context_after(magnitude);
    site.after_zero = magnitude == 0;
  }
}

// Calls `visit(block, type, above flag, left flag)` for the blocks of a macroblock in wire order.
template <class Visitor>
void visit_blocks(bool has_y2, TokenContext& above, TokenContext& left, Visitor&& visit) {
  if (has_y2) visit(kY2Block, BlockType::kY2, above.coded[8], left.coded[8]);
  const BlockType luma = has_y2 ? BlockType::kLumaAfterY2 : BlockType::kLumaWithDc;
  for (std::size_t i = 0; i < 16; ++i)
    visit(static_cast<int>(i), luma, above.coded[i % 4], left.coded[i / 4]);
  for (std::size_t plane = 0; plane < 2; ++plane)
    for (std::size_t i = 0; i < 4; ++i)
      visit(static_cast<int>(16 + 4 * plane + i), BlockType::kChroma, above.coded[4 + 2 * plane + i % 2],
            left.coded[4 + 2 * plane + i / 2]);
}

template <class Visitor>
void visit_tokens(const MacroblockCoefficients& coefficients, bool has_y2, TokenContext& above,
                  TokenContext& left, Visitor&& visit) {
  visit_blocks(has_y2, above, left, [&](int block, BlockType type, std::uint8_t& over, std::uint8_t& beside) {
    const auto at = static_cast<std::size_t>(block);
    const int end = coefficients.ends[at];
    visit_block_tokens(coefficients.levels[at], end, type, static_cast<std::uint8_t>(over + beside), visit);
    over = beside = end > (type == BlockType::kLumaAfterY2 ? 1 : 0) ? 1 : 0;
  });
}

// Codes one token with its site's probabilities.
template <BitSink Sink>
void write_token(Sink& to, const std::array<Probability, 11>& p, bool after_zero, Token token, int level) {
  if (!after_zero) to.write(token != Token::kEndOfBlock, p[0]);
  if (token == Token::kEndOfBlock) return;
  to.write(token != Token::kZero, p[1]);
  if (token == Token::kZero) return;
  to.write(token != Token::kOne, p[2]);
  if (token != Token::kOne) {
    const bool high = token >= Token::kCategory1;
    to.write(high, p[3]);
    if (!high) {
      to.write(token != Token::kTwo, p[4]);
      if (token != Token::kTwo) to.write(token == Token::kFour, p[5]);
    } else {
      const int category = static_cast<int>(token) - static_cast<int>(Token::kCategory1);
      to.write(category >= 2, p[6]);
      if (category < 2) {
        to.write(category == 1, p[7]);
      } else {
        to.write(category >= 4, p[8]);
        to.write((category & 1) != 0, p[category >= 4 ? 10 : 9]);
      }
      const auto which = static_cast<std::size_t>(category);
      const int rest = (level < 0 ? -level : level) - tables::kCategoryBase[which];
      const int bits = tables::kCategoryBits[which];
      SKIRRET_CHECK(rest < 1 << bits);
      for (int i = 0; i < bits; ++i)
        to.write((rest >> (bits - 1 - i) & 1) != 0,
                 tables::kCategoryProbabilities[which][static_cast<std::size_t>(i)]);
    }
  }
  to.write(level < 0, 128);
}

template <BitSink Sink>
void write_tokens(Sink& to, const CoefficientProbabilities& probabilities, bool has_y2, TokenContext& above,
                  TokenContext& left, const MacroblockCoefficients& coefficients) {
  visit_tokens(coefficients, has_y2, above, left, [&](const TokenSite& site, Token token, int level) {
    write_token(to, probabilities[static_cast<std::size_t>(site.type)][site.band][site.context],
                site.after_zero, token, level);
  });
}

}  // namespace skirret::codec
