#include "codec/encoder/trellis.hh"

#include <array>
#include <limits>

namespace skirret::codec {
namespace {

constexpr Score kNever = std::numeric_limits<Score>::max() / 4;

struct Choice {
  std::int16_t magnitude = 0;
  bool ends = false;  // the block ended before this position
};

int class_of(int magnitude) {
  return magnitude > 1 ? 2 : magnitude;
}

// Works from the block's end to its start: the best score of everything from a position on, for each
// class (0, 1, more) of the token before it.
class Search {
 public:
  Search(const TrellisBlock& block, const TokenCosts& costs, const std::int16_t* levels, int end)
      : block_(block), costs_(costs), levels_(levels), end_(end) {
    after_ = {kNever, 0, 0};
    if (end_ < 16)
      for (std::size_t c = 1; c < 3; ++c) after_[c] = end_cost(end_, static_cast<int>(c), false);
  }

  QuantisedBlock run(std::int16_t* chosen) {
    for (int i = end_ - 1; i > block_.first; --i) {
      std::array<Score, 3> here;
      for (int c = 0; c < 3; ++c)
        here[static_cast<std::size_t>(c)] =
            best_at(i, c, c == 0, choices_[static_cast<std::size_t>(i)][static_cast<std::size_t>(c)]);
      after_ = here;
      tail_ += energy_at(i);
    }
    Choice start;
    best_at(block_.first, block_.context, false, start);
    return trace(start, chosen);
  }

 private:
  int coefficient(int i) const { return block_.coefficients[tables::kZigzag[static_cast<std::size_t>(i)]]; }
  int step(int i) const { return block_.quantizer->step[tables::kZigzag[static_cast<std::size_t>(i)]]; }
  std::uint64_t energy_at(int i) const {
    const int c = coefficient(i);
    return static_cast<std::uint64_t>(c * c);
  }
  Score end_cost(int i, int context, bool after_zero) const {
    return after_zero ? kNever
                      : Score{costs_.row(block_.type, i, context, false)[kEndOfBlock]} * block_.lambda;
  }

  // Distortion counts from position i on, against zeros beyond `end_` for every choice alike.
  Score best_at(int i, int context, bool after_zero, Choice& choice) const {
    const int magnitude = std::abs(coefficient(i));
    const int level = std::abs(static_cast<int>(levels_[tables::kZigzag[static_cast<std::size_t>(i)]]));
    const auto& row = costs_.row(block_.type, i, context, after_zero);
    Score best = kNever;
    for (int l = level; l >= 0 && l >= level - 1; --l) {
      const Score following = after_[static_cast<std::size_t>(class_of(l))];
      if (following >= kNever) continue;
      const int miss = magnitude - l * step(i);
      const auto at = static_cast<std::size_t>(l);
      const Score score = static_cast<Score>(miss * miss) * block_.weight * 256 +
                          Score{Cost{row[kMagnitudes.token[at]]} + kMagnitudes.extra[at]} * block_.lambda +
                          following;
      if (score < best) {
        best = score;
        choice = {static_cast<std::int16_t>(l), false};
      }
    }
    if (!after_zero) {
      const Score score = (tail_ + energy_at(i)) * block_.weight * 256 + end_cost(i, context, false);
      if (score < best) {
        best = score;
        choice = {0, true};
      }
    }
    return best;
  }

  QuantisedBlock trace(Choice choice, std::int16_t* chosen) const {
    QuantisedBlock result;
    bool ended = false;
    for (int i = 0; i < 16; ++i) {
      const auto at = static_cast<std::size_t>(tables::kZigzag[static_cast<std::size_t>(i)]);
      int magnitude = 0;
      if (i >= block_.first && i < end_ && !ended) {
        ended = choice.ends;
        if (!ended) {
          magnitude = choice.magnitude;
          if (i + 1 < end_)
            choice = choices_[static_cast<std::size_t>(i + 1)][static_cast<std::size_t>(class_of(magnitude))];
        }
      }
      const int c = block_.coefficients[at];
      const int miss = std::abs(c) - magnitude * block_.quantizer->step[at];
      chosen[at] = static_cast<std::int16_t>(c < 0 ? -magnitude : magnitude);
      result.error += static_cast<std::uint32_t>(miss * miss);
      if (magnitude != 0) result.end = i + 1;
    }
    return result;
  }

  const TrellisBlock& block_;
  const TokenCosts& costs_;
  const std::int16_t* levels_;
  int end_;
  std::uint64_t tail_ = 0;  // energy from the position after the current one up to end_
  std::array<Score, 3> after_{};
  std::array<std::array<Choice, 3>, 16> choices_{};
};

}  // namespace

void optimise_levels(const TrellisBlock& block, const TokenCosts& costs, std::int16_t* levels,
                     QuantisedBlock& quantised) {
  if (quantised.end <= block.first) return;
  alignas(32) std::int16_t chosen[16];
  quantised = Search(block, costs, levels, quantised.end).run(chosen);
  for (int i = 0; i < 16; ++i) levels[i] = chosen[i];
}

}  // namespace skirret::codec
