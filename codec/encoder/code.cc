#include <algorithm>
#include <optional>

#include "codec/encoder/cheapest_frame.hh"
#include "codec/encoder/encoder.hh"
#include "codec/encoder/followers.hh"
#include "codec/encoder/frame_coder.hh"
#include "codec/encoder/size_model.hh"

namespace skirret::codec {
namespace {

constexpr Quantizer kCoarsest = 127;

// How much more than usual a bit may count, in sixteenths: one price on bits does what saves most for its
// distortion first: levels go, then whole macroblocks' levels, then costly modes.
constexpr std::uint32_t kUsualScale = 16, kLargestScale = 60000;
constexpr int kPresses = 7;
constexpr std::uint32_t kFinePressing = 96;
constexpr int kFinePresses = 3;
constexpr int kTurns = 4, kMostTurns = 10;  // more only while a tenth of the limit is unused
constexpr int kSoftenings = 6;
constexpr int kQuantizerTries = 8;

// Enough of the limit is used: within a 64th of it.
bool fills(const Candidate& candidate, std::size_t max_bytes) {
  return candidate.bytes.size() <= max_bytes && candidate.bytes.size() + max_bytes / 64 >= max_bytes;
}
std::size_t aim_below(std::size_t max_bytes) {
  return max_bytes - max_bytes / 128;
}

// Half octaves of the scale, rounded up.
int shrink_level(std::uint32_t scale) {
  return log2_256(scale / kUsualScale) / 128 + 1;
}

// The largest number whose log2_256 is no more.
std::uint32_t power_of_two_256(int exponent) {
  std::uint32_t low = 1, high = 1u << 24;
  while (high - low > 1) {
    const std::uint32_t middle = low + (high - low) / 2;
    (log2_256(middle) <= exponent ? low : high) = middle;
  }
  return low;
}

// Presses a frame that is too large at `quantizer` until it fits. First one price on bits for the whole
// frame, by interpolation between a scale that is too small and one that is large enough; then both of them,
// each for a part of the frame, since sizes follow the scale in jumps.
class Press {
 public:
  // `plain_bytes`: the frame's size at the usual price, above max_bytes.
  Press(const State& from, const Picture& target, const Analysis& analysis, Quantizer quantizer,
        std::size_t max_bytes, std::size_t plain_bytes)
      : from_(from),
        target_(target),
        analysis_(analysis),
        quantizer_(quantizer),
        max_bytes_(max_bytes),
        too_large_{kUsualScale, plain_bytes} {}

  // Scales up to `most`; so many codings with one scale at most.
  std::optional<Candidate> run(std::uint32_t most, int presses) && {
    for (int i = 0; i < presses && !done_ && too_large_.scale < most; ++i) {
      const std::uint32_t scale = next_scale(most, i);
      const std::size_t bytes = try_pressure({.lambda_scale = scale, .scale_after_turn = scale});
      (bytes <= max_bytes_ ? fits_ : too_large_) = {scale, bytes};
      if (fits_.scale != 0 && fits_.scale - too_large_.scale <= 1) break;
    }
    if (!done_ && fits_.scale != 0) turn();
    return std::move(best_);
  }

 private:
  struct Tried {
    std::uint32_t scale = 0;
    std::size_t bytes = 0;
  };

  std::uint32_t next_scale(std::uint32_t most, int tries) const {
    const int aim = log2_256(std::max<std::size_t>(aim_below(max_bytes_), 1));
    const int above = log2_256(std::max<std::size_t>(too_large_.bytes, 1)) - aim;
    const int scale = log2_256(too_large_.scale);
    if (fits_.scale == 0)  // sizes fall by about the fourth root of the price
      return std::clamp(power_of_two_256(scale + above * 4 + 32), too_large_.scale + 1, most);
    const int across = log2_256(fits_.scale) - scale;
    const int below = aim - log2_256(std::max<std::size_t>(fits_.bytes, 1));
    const int part = tries % 3 == 2 ? across / 2 : across * above / std::max(above + below, 1);
    return std::clamp(power_of_two_256(scale + part), too_large_.scale + 1,
                      std::max(fits_.scale - 1, too_large_.scale + 1));
  }

  // The frame's first part at the price that fits, the rest at the one that does not.
  void turn() {
    const auto count = static_cast<std::size_t>(analysis_.data().dimensions.mb_count());
    std::size_t few = 0, many = count;  // macroblocks at the price that fits
    std::size_t few_bytes = too_large_.bytes, many_bytes = fits_.bytes;
    for (int i = 0; i < (nearly_fills() ? kTurns : kMostTurns) && !done_ && many - few > 1; ++i) {
      const std::size_t aim = aim_below(max_bytes_);
      const std::size_t above = few_bytes > aim ? few_bytes - aim : 0;
      const std::size_t below = aim > many_bytes ? aim - many_bytes : 0;
      const std::size_t part =
          i % 3 == 2 ? (many - few) / 2 : (many - few) * above / std::max<std::size_t>(above + below, 1);
      const std::size_t turn = std::clamp(few + part, few + 1, many - 1);
      const std::size_t bytes = try_pressure({fits_.scale, turn, too_large_.scale});
      (bytes <= max_bytes_ ? many : few) = turn;
      (bytes <= max_bytes_ ? many_bytes : few_bytes) = bytes;
    }
    if (!done_ && !nearly_fills()) soften(few);
  }

  // From a place on where the low price is too much and the high one leaves room: one between them.
  void soften(std::size_t turn) {
    std::uint32_t low = too_large_.scale, high = fits_.scale;
    for (int i = 0; i < kSoftenings && !done_ && high - low > 1; ++i) {
      const std::uint32_t scale =
          std::clamp(power_of_two_256((log2_256(low) + log2_256(high)) / 2), low + 1, high - 1);
      const std::size_t bytes = try_pressure({fits_.scale, turn, scale});
      (bytes <= max_bytes_ ? high : low) = scale;
    }
  }

  bool nearly_fills() const { return best_ && best_->bytes.size() + max_bytes_ / 10 >= max_bytes_; }

  std::size_t try_pressure(const Pressure& pressure) {
    Candidate candidate = code_frame(from_, target_, analysis_.data(), quantizer_, pressure);
    const std::size_t bytes = candidate.bytes.size();
    if (bytes > max_bytes_) return bytes;
    candidate.shrink_level = shrink_level(pressure.largest());
    done_ = fills(candidate, max_bytes_);
    if (!best_ || bytes > best_->bytes.size()) best_ = std::move(candidate);
    return bytes;
  }

  const State& from_;
  const Picture& target_;
  const Analysis& analysis_;
  Quantizer quantizer_;
  std::size_t max_bytes_;
  Tried too_large_, fits_;
  std::optional<Candidate> best_;
  bool done_ = false;
};

}  // namespace

Candidate code(const State& from, const Picture& target, const Analysis& analysis, Quantizer quantizer) {
  return code_frame(from, target, analysis.data(), quantizer, Pressure{});
}

Candidate code_like(const State& from, const Picture& target, const Analysis& analysis, Quantizer quantizer,
                    const Candidate& lead) {
  return Followers(from, target, analysis, lead).code(quantizer);
}

std::vector<Candidate> code_each(const State& from, const Picture& target, const Analysis& analysis,
                                 std::span<const Quantizer> quantizers, Executor& executor) {
  std::vector<Candidate> candidates(quantizers.size());
  if (quantizers.empty()) return candidates;
  candidates[0] = code(from, target, analysis, quantizers[0]);
  if (quantizers.size() == 1) return candidates;
  const Followers followers(from, target, analysis, candidates[0]);
  executor.run(quantizers.size() - 1,
               [&](std::size_t i) { candidates[i + 1] = followers.code(quantizers[i + 1]); });
  return candidates;
}

Candidate code_within(const State& from, const Picture& target, const Analysis& analysis,
                      std::size_t max_bytes) {
  Candidate plain = code(from, target, analysis, kCoarsest);
  if (plain.bytes.size() <= max_bytes) return plain;
  Candidate smallest = cheapest_frame(from, target, analysis.data());
  smallest.shrink_level = shrink_level(kLargestScale) + 1;
  if (smallest.bytes.size() > max_bytes) return smallest;
  auto pressed =
      Press(from, target, analysis, kCoarsest, max_bytes, plain.bytes.size()).run(kLargestScale, kPresses);
  return pressed ? std::move(*pressed) : smallest;
}

Candidate code_below(const State& from, const Picture& target, const Analysis& analysis,
                     std::size_t max_bytes, Quantizer start) {
  std::optional<Candidate> best;
  Quantizer too_large = -1, fits = kCoarsest + 1, next = std::clamp(start, 0, kCoarsest);
  SizeModel model(next, std::max<std::size_t>(max_bytes, 1));
  std::size_t too_large_bytes = 0;
  for (int i = 0; i < kQuantizerTries && fits - too_large > 1; ++i) {
    Candidate candidate = code(from, target, analysis, next);
    model.add(next, candidate.bytes.size());
    (candidate.bytes.size() <= max_bytes ? fits : too_large) = next;
    if (too_large == next) too_large_bytes = candidate.bytes.size();
    const bool done = fills(candidate, max_bytes);
    if (candidate.bytes.size() <= max_bytes && (!best || candidate.bytes.size() > best->bytes.size()))
      best = std::move(candidate);
    if (done) return *best;
    const Quantizer wanted =
        i + 1 < kQuantizerTries / 2 ? model.quantizer_for(aim_below(max_bytes)) : (too_large + fits) / 2;
    next = std::clamp(wanted, too_large + 1, std::max(fits - 1, too_large + 1));
  }
  if (!best) return code_within(from, target, analysis, max_bytes);
  if (too_large < 0) return *best;
  auto pressed =
      Press(from, target, analysis, too_large, max_bytes, too_large_bytes).run(kFinePressing, kFinePresses);
  return pressed && pressed->bytes.size() > best->bytes.size() ? std::move(*pressed) : std::move(*best);
}

}  // namespace skirret::codec
