#pragma once

#include <array>
#include <cstdint>
#include <cstdlib>

#include "codec/bitstream/tables/coefficient_tables.hh"
#include "codec/encoder/bit_cost.hh"
#include "codec/syntax/probabilities.hh"
#include "codec/syntax/tokens.hh"

namespace skirret::codec {

inline constexpr int kEndOfBlock = static_cast<int>(Token::kEndOfBlock);

namespace detail {

// Sign and extra bits of a magnitude; their probabilities are constants of the format.
constexpr Cost extra_cost_of_magnitude(int magnitude) {
  if (magnitude == 0) return 0;
  Cost cost = kOneBit;
  if (magnitude < 5) return cost;
  const auto category = static_cast<std::size_t>(token_of(magnitude)) - 5;
  const int rest = magnitude - tables::kCategoryBase[category];
  const int bits = tables::kCategoryBits[category];
  for (int i = 0; i < bits; ++i)
    cost += cost_of_bit(tables::kCategoryProbabilities[category][static_cast<std::size_t>(i)],
                        (rest >> (bits - 1 - i) & 1) != 0);
  return cost;
}

struct MagnitudeTables {
  std::array<std::uint8_t, tables::kMaxLevel + 1> token{};
  std::array<std::uint16_t, tables::kMaxLevel + 1> extra{};
};

constexpr MagnitudeTables make_magnitude_tables() {
  MagnitudeTables made;
  for (int i = 0; i <= tables::kMaxLevel; ++i) {
    made.token[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(token_of(i));
    made.extra[static_cast<std::size_t>(i)] = static_cast<std::uint16_t>(extra_cost_of_magnitude(i));
  }
  return made;
}

}  // namespace detail

extern const detail::MagnitudeTables kMagnitudes;

// What each token costs at each place, from one frame's probabilities.
class TokenCosts {
 public:
  explicit TokenCosts(const CoefficientProbabilities& probabilities);

  // One row of costs by token. `after_zero`: the previous token was DCT_0, so no end of block may follow
  // and its decision is not coded. `position` 0..15 in zigzag order.
  const std::array<std::uint16_t, kTokenCount>& row(BlockType type, int position, int context,
                                                    bool after_zero) const {
    return at_[static_cast<std::size_t>(type)][static_cast<std::size_t>(position)]
              [static_cast<std::size_t>(context)][after_zero];
  }

  // All rows of a type one after another: [position][context][after zero][token].
  const std::uint16_t* rows(BlockType type) const {
    return at_[static_cast<std::size_t>(type)][0][0][0].data();
  }

  // Cost of a block of raster levels that ends (one past its last non-zero) at `end`, from `first`.
  Cost block(BlockType type, const std::int16_t* levels, int first, int end, int context) const {
    Cost cost = 0;
    bool after_zero = false;
    for (int i = first; i < end; ++i) {
      const auto magnitude = static_cast<std::size_t>(
          std::abs(static_cast<int>(levels[tables::kZigzag[static_cast<std::size_t>(i)]])));
      cost += row(type, i, context, after_zero)[kMagnitudes.token[magnitude]] + kMagnitudes.extra[magnitude];
      context = magnitude > 1 ? 2 : static_cast<int>(magnitude);
      after_zero = magnitude == 0;
    }
    return end < 16 ? cost + row(type, end < first ? first : end, context, false)[kEndOfBlock] : cost;
  }

 private:
  using Rows = std::array<std::array<std::array<std::uint16_t, kTokenCount>, 2>, 3>;  // [context][after zero]
  std::array<std::array<Rows, 16>, 4> at_;
};

// How often each token was coded at each place; becomes branch counts for the probabilities.
class TokenCounts {
 public:
  void block(BlockType type, const std::int16_t* levels, int first, int end, int context) {
    block(type, levels, first, end, context, [](auto...) {});
  }
  // Shows each token to `record(band, context, after zero, token, level)`.
  template <class Recorder>
  void block(BlockType type, const std::int16_t* levels, int first, int end, int context, Recorder&& record) {
    bool after_zero = false;
    auto& places = counts_[static_cast<std::size_t>(type)];
    for (int i = first; i < end; ++i) {
      const std::int16_t level = levels[tables::kZigzag[static_cast<std::size_t>(i)]];
      const auto magnitude = static_cast<std::size_t>(std::abs(static_cast<int>(level)));
      const std::uint8_t band = tables::kBands[static_cast<std::size_t>(i)],
                         token = kMagnitudes.token[magnitude];
      ++places[band][static_cast<std::size_t>(context)][after_zero][token];
      record(band, context, after_zero, token, level);
      context = magnitude > 1 ? 2 : static_cast<int>(magnitude);
      after_zero = magnitude == 0;
    }
    if (end >= 16) return;
    const std::uint8_t band = tables::kBands[static_cast<std::size_t>(end < first ? first : end)];
    ++places[band][static_cast<std::size_t>(context)][0][kEndOfBlock];
    record(band, context, false, static_cast<std::uint8_t>(kEndOfBlock), std::int16_t{0});
  }

  // One token at (type * 8 + band) * 3 + context; `code` as in RecordedToken.
  void one(std::size_t place, std::size_t code) {
    ++counts_[0][0][0][0].data()[place * 2 * kTokenCount + code];
  }

  bool operator==(const TokenCounts&) const = default;

  // Decisions taken at each node of one place's token tree.
  std::array<BranchCount, 11> branches(std::size_t type, std::size_t band, std::size_t context) const;

 private:
  using Tokens = std::array<std::uint32_t, kTokenCount>;
  std::array<std::array<std::array<std::array<Tokens, 2>, 3>, 8>, 4> counts_{};
};

}  // namespace skirret::codec
