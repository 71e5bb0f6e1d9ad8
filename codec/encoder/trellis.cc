#include "codec/encoder/trellis.hh"

#include <array>
#include <limits>

namespace skirret::codec {
namespace {

constexpr Score kNever = std::numeric_limits<Score>::max() / 4;
constexpr std::int16_t kEnds = -1;  // in place of a magnitude: the block ended before this position

std::size_t class_of(int magnitude) {
  return static_cast<std::size_t>(magnitude > 1 ? 2 : magnitude);
}

using Row = std::array<std::uint16_t, kTokenCount>;

// Works from the block's end to its start: the best score of everything from a position on, for each
// class (0, 1, more) of the token before it.
class Search {
 public:
  Search(const TrellisBlock& block, const TokenCosts& costs, const std::int16_t* levels, int end)
      : block_(block),
        costs_(costs),
        levels_(levels),
        end_(end),
        distortion_unit_(Score{block.weight} * 256) {
    after_ = {kNever, 0, 0};
    if (end_ < 16)
      for (std::size_t c = 1; c < 3; ++c)
        after_[c] =
            Score{costs_.row(block_.type, end_, static_cast<int>(c), false)[kEndOfBlock]} * block_.lambda;
  }

  QuantisedBlock run(std::int16_t* chosen) {
    for (int i = end_ - 1; i > block_.first; --i) {
      const Options options = options_at(i);
      options.level == 0 ? pass<false>(i, options) : pass<true>(i, options);
    }
    std::int16_t start = 0;
    const Options options = options_at(block_.first);
    const auto& costs = costs_.row(block_.type, block_.first, block_.context, false);
    best_ = options.level == 0 ? best<true, false>(options, costs, start)
                               : best<true, true>(options, costs, start);
    return trace(start, chosen);
  }

  // After run: what the block's tokens cost.
  Cost cost() const {
    return block_.lambda == 0
               ? 0
               : static_cast<Cost>((best_ - searched_error_ * distortion_unit_) / block_.lambda);
  }

 private:
  // What may become of one position; scores lack only the token's cost. Distortion counts from the position
  // on, against zeros beyond `end_` for every choice alike.
  struct Options {
    int level;                 // as quantised; the other choice is one less
    std::size_t token, lower;  // of both
    Score score, lower_score;
    Score ending;  // all from here on is 0
  };

  Options options_at(int i) {
    const std::size_t at = tables::kZigzag[static_cast<std::size_t>(i)];
    const int magnitude = std::abs(static_cast<int>(block_.coefficients[at]));
    const int level = std::abs(static_cast<int>(levels_[at]));
    const int step = block_.quantizer->step[at];
    tail_ += static_cast<std::uint64_t>(magnitude) * static_cast<std::uint64_t>(magnitude);
    Options options{level, 0, 0, 0, kNever, tail_ * distortion_unit_};
    options.token = kMagnitudes.token[static_cast<std::size_t>(level)];
    options.score = score_of(magnitude - level * step, level);
    if (level > 0) {
      options.lower = kMagnitudes.token[static_cast<std::size_t>(level - 1)];
      options.lower_score = score_of(magnitude - (level - 1) * step, level - 1);
    }
    return options;
  }

  Score score_of(int miss, int level) const {
    return static_cast<Score>(miss * miss) * distortion_unit_ +
           Score{kMagnitudes.extra[static_cast<std::size_t>(level)]} * block_.lambda +
           after_[class_of(level)];
  }

  template <bool kMayBeLower>
  void pass(int i, const Options& options) {
    auto& choices = choices_[static_cast<std::size_t>(i)];
    after_ = {best<false, kMayBeLower>(options, costs_.row(block_.type, i, 0, true), choices[0]),
              best<true, kMayBeLower>(options, costs_.row(block_.type, i, 1, false), choices[1]),
              best<true, kMayBeLower>(options, costs_.row(block_.type, i, 2, false), choices[2])};
  }

  template <bool kMayEnd, bool kMayBeLower>
  Score best(const Options& options, const Row& costs, std::int16_t& choice) const {
    Score best = options.score + Score{costs[options.token]} * block_.lambda;
    int magnitude = options.level;
    if constexpr (kMayBeLower) {
      const Score lower = options.lower_score + Score{costs[options.lower]} * block_.lambda;
      if (lower < best) {
        best = lower;
        --magnitude;
      }
    }
    if constexpr (kMayEnd) {
      const Score ending = options.ending + Score{costs[kEndOfBlock]} * block_.lambda;
      if (ending < best) {
        best = ending;
        magnitude = kEnds;
      }
    }
    choice = static_cast<std::int16_t>(magnitude);
    return best;
  }

  QuantisedBlock trace(std::int16_t choice, std::int16_t* chosen) {
    QuantisedBlock result;
    bool ended = false;
    for (int i = 0; i < 16; ++i) {
      const auto at = static_cast<std::size_t>(tables::kZigzag[static_cast<std::size_t>(i)]);
      int magnitude = 0;
      if (i >= block_.first && i < end_ && !ended) {
        ended = choice == kEnds;
        if (!ended) {
          magnitude = choice;
          if (i + 1 < end_) choice = choices_[static_cast<std::size_t>(i + 1)][class_of(magnitude)];
        }
      }
      const int c = block_.coefficients[at];
      const int miss = std::abs(c) - magnitude * block_.quantizer->step[at];
      chosen[at] = static_cast<std::int16_t>(c < 0 ? -magnitude : magnitude);
      const auto error = static_cast<std::uint32_t>(miss * miss);
      result.error += error;
      if (i >= block_.first && i < end_) searched_error_ += error;
      if (magnitude != 0) result.end = i + 1;
    }
    return result;
  }

  const TrellisBlock& block_;
  const TokenCosts& costs_;
  const std::int16_t* levels_;
  int end_;
  Score distortion_unit_;
  Score best_ = 0;
  std::uint64_t searched_error_ = 0;  // of what was chosen, up to end_
  std::uint64_t tail_ = 0;            // energy from the position at hand up to end_
  std::array<Score, 3> after_{};
  std::array<std::array<std::int16_t, 3>, 16> choices_;
};

}  // namespace

Cost optimise_levels(const TrellisBlock& block, const TokenCosts& costs, std::int16_t* levels,
                     QuantisedBlock& quantised) {
  if (quantised.end <= block.first)
    return costs.row(block.type, block.first, block.context, false)[kEndOfBlock];
  alignas(32) std::int16_t chosen[16];
  Search search(block, costs, levels, quantised.end);
  quantised = search.run(chosen);
  for (int i = 0; i < 16; ++i) levels[i] = chosen[i];
  return search.cost();
}

}  // namespace skirret::codec
