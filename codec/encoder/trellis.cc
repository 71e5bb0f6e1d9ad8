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

// One block in zigzag order, decided from its start on.
class QuickPass {
 public:
  QuickPass(const TrellisBlock& block, const TokenCosts& costs, const std::int16_t* levels, int end)
      : block_(block), costs_(costs), end_(end), distortion_unit_(Score{block.weight} * 256) {
    std::uint64_t tail = 0;
    tails_[static_cast<std::size_t>(end)] = 0;
    for (int i = end - 1; i >= block.first; --i) {
      const std::size_t at = tables::kZigzag[static_cast<std::size_t>(i)];
      const auto n = static_cast<std::size_t>(i);
      magnitudes_[n] = std::abs(static_cast<int>(block.coefficients[at]));
      levels_[n] = std::abs(static_cast<int>(levels[at]));
      tail += static_cast<std::uint64_t>(magnitudes_[n]) * static_cast<std::uint64_t>(magnitudes_[n]);
      tails_[n] = tail;
    }
  }

  // Decides the levels; the block may then be cut at end().
  void run() {
    int context = block_.context;
    bool after_zero = false;
    std::uint64_t error = 0;
    Cost cost = 0;
    Score best = kNever;
    const auto offer_end = [&](int i) {
      const Cost whole = cost + (i < 16 ? costs_.row(block_.type, i, context, false)[kEndOfBlock] : Cost{0});
      const Score score =
          (error + tails_[static_cast<std::size_t>(i)]) * distortion_unit_ + Score{whole} * block_.lambda;
      if (score >= best) return;
      best = score;
      best_end_ = i;
      best_cost_ = whole;
    };
    for (int i = block_.first; i < end_; ++i) {
      if (!after_zero) offer_end(i);
      const auto n = static_cast<std::size_t>(i);
      const Row& row = costs_.row(block_.type, i, context, after_zero);
      const int level = levels_[n] = decided(i, row);
      const auto miss = static_cast<std::int64_t>(magnitudes_[n] - level * step(i));
      error += static_cast<std::uint64_t>(miss * miss);
      cost += token_cost(row, level);
      context = static_cast<int>(class_of(level));
      after_zero = level == 0;
    }
    offer_end(end_);  // after a zero nobody stands here: the last level is no less than one
  }

  int end() const { return best_end_; }
  Cost cost() const { return best_cost_; }
  int level(int i) const { return i < best_end_ ? levels_[static_cast<std::size_t>(i)] : 0; }

 private:
  int step(int i) const { return block_.quantizer->step[tables::kZigzag[static_cast<std::size_t>(i)]]; }
  static Cost token_cost(const Row& row, int level) {
    const auto n = static_cast<std::size_t>(level);
    return Cost{row[kMagnitudes.token[n]]} + kMagnitudes.extra[n];
  }

  int decided(int i, const Row& row) const {
    const auto n = static_cast<std::size_t>(i);
    const int level = levels_[n];
    if (level == 0 || (level == 1 && i == end_ - 1)) return level;  // cutting the end off is looked at apart
    const int size = step(i), over = level * size - magnitudes_[n];
    if (over <= 0) return level;  // one less would have to save more than six bits
    const Cost kept = cost_with_next(i, row, level), lower = cost_with_next(i, row, level - 1);
    if (kept <= lower) return level;
    // (size - over)² in place of over²
    const auto worse = static_cast<Score>(size * (size - 2 * over)) * distortion_unit_;
    return worse < Score{kept - lower} * block_.lambda ? level - 1 : level;
  }

  // Of one token and the one after it.
  Cost cost_with_next(int i, const Row& row, int level) const {
    const Cost cost = token_cost(row, level);
    if (i + 1 == 16) return cost;
    const std::size_t next =
        i + 1 < end_ ? kMagnitudes.token[static_cast<std::size_t>(levels_[static_cast<std::size_t>(i) + 1])]
                     : static_cast<std::size_t>(kEndOfBlock);
    return cost + costs_.row(block_.type, i + 1, static_cast<int>(class_of(level)), level == 0)[next];
  }

  const TrellisBlock& block_;
  const TokenCosts& costs_;
  int end_;
  Score distortion_unit_;
  std::array<int, 16> magnitudes_, levels_;
  std::array<std::uint64_t, 17> tails_;  // energy from a position up to end_
  int best_end_ = 0;
  Cost best_cost_ = 0;
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

Cost choose_levels_quickly(const TrellisBlock& block, const TokenCosts& costs, std::int16_t* levels,
                           QuantisedBlock& quantised) {
  if (quantised.end <= block.first)
    return costs.row(block.type, block.first, block.context, false)[kEndOfBlock];
  const int end = quantised.end;
  QuickPass pass(block, costs, levels, end);
  pass.run();
  quantised.end = pass.end() > block.first ? pass.end() : 0;
  for (int i = block.first; i < end; ++i) {
    const std::size_t at = tables::kZigzag[static_cast<std::size_t>(i)];
    const int size = std::abs(static_cast<int>(levels[at])), chosen = pass.level(i);
    if (size == chosen) continue;
    const int magnitude = std::abs(static_cast<int>(block.coefficients[at])),
              step = block.quantizer->step[at];
    const int before = magnitude - size * step, after = magnitude - chosen * step;
    quantised.error += static_cast<std::uint32_t>(after * after - before * before);
    levels[at] = static_cast<std::int16_t>(levels[at] < 0 ? -chosen : chosen);
  }
  return pass.cost();
}

}  // namespace skirret::codec
