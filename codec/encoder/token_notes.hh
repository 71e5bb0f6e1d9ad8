#pragma once

#include <array>
#include <span>

#include "codec/encoder/coded_frame.hh"
#include "codec/encoder/token_costs.hh"

namespace skirret::codec {

// The tokens of one macroblock with what they cost, before anybody decides to code them.
class TokenNotes {
 public:
  // All of one, in wire order, moving the contexts on.
  void note(const TokenCosts& costs, const MacroblockCoefficients& coefficients, bool has_y2,
            TokenContext& above, TokenContext& left);

  // The same block by block, in wire order.
  void clear() {
    count_ = 0;
    cost_ = 0;
  }
  void block(const TokenCosts& costs, BlockType type, const std::int16_t* levels, int end, int context) {
    if (end == 0)
      empty_block(costs, type, context);
    else
      coded_block(costs, type, levels, end, context);
  }

  Cost cost() const { return cost_; }
  std::span<const RecordedToken> tokens() const { return {tokens_.data(), count_}; }

 private:
  static constexpr int kRow = 2 * kTokenCount, kPosition = 3 * kRow;  // in TokenCosts::rows

  void empty_block(const TokenCosts& costs, BlockType type, int context) {
    // Position 0 is of band 0, position 1 of band 1.
    const int position = type == BlockType::kLumaAfterY2 ? 1 : 0;
    tokens_[count_++] = {static_cast<std::uint8_t>((static_cast<int>(type) * 8 + position) * 3 + context),
                         static_cast<std::uint8_t>(kEndOfBlock), 0};
    cost_ += costs.rows(type)[position * kPosition + context * kRow + kEndOfBlock];
  }
  void coded_block(const TokenCosts& costs, BlockType type, const std::int16_t* levels, int end, int context);

  std::array<RecordedToken, std::size_t{kBlocksPerMacroblock} * 16> tokens_;
  std::size_t count_ = 0;
  Cost cost_ = 0;
};

}  // namespace skirret::codec
