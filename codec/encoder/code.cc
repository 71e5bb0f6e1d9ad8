#include <algorithm>
#include <cstdlib>
#include <optional>

#include "codec/encoder/cheapest_frame.hh"
#include "codec/encoder/encoder.hh"
#include "codec/encoder/frame_coder.hh"
#include "codec/encoder/size_model.hh"

namespace skirret::codec {
namespace {

constexpr Quantizer kCoarsest = 127;

// How much more than usual a bit may count, in sixteenths: one price on bits does what saves most for its
// distortion first: levels go, then whole macroblocks' levels, then costly modes.
constexpr std::uint32_t kUsualScale = 16, kLargestScale = 60000;
constexpr int kPresses = 10;
constexpr std::uint32_t kFinePressing = 96;
constexpr int kFinePresses = 7;
constexpr int kQuantizerTries = 8;

// Modes chosen at one quantizer serve others this far away.
constexpr int kFarthestFollower = 24;

// Enough of the limit is used: within a 32nd of it.
bool fills(const Candidate& candidate, std::size_t max_bytes) {
  return candidate.bytes.size() <= max_bytes && candidate.bytes.size() + max_bytes / 32 >= max_bytes;
}

// Half octaves of the scale, rounded up.
int shrink_level(std::uint32_t scale) {
  return log2_256(scale / kUsualScale) / 128 + 1;
}

// The geometric mean, as far as whole numbers go.
std::uint32_t between(std::uint32_t low, std::uint32_t high) {
  const std::uint64_t product = std::uint64_t{low} * high;
  std::uint64_t root = 0;
  for (std::uint64_t bit = 1u << 16; bit != 0; bit >>= 1)
    if ((root | bit) * (root | bit) <= product) root |= bit;
  return std::clamp(static_cast<std::uint32_t>(root), low + 1, high - 1);
}

// Presses a frame that is too large at `quantizer` until it fits: the best that does, or nothing.
class Press {
 public:
  Press(const State& from, const Picture& target, const Analysis& analysis, Quantizer quantizer,
        std::size_t max_bytes)
      : from_(from), target_(target), analysis_(analysis), quantizer_(quantizer), max_bytes_(max_bytes) {}

  // Scales up to `most`; `presses` codings at most.
  std::optional<Candidate> run(std::uint32_t most, int presses) {
    std::uint32_t too_large = kUsualScale, fits = most + 1;
    std::optional<Candidate> best;
    for (int i = 0; i < presses && fits - too_large > 1; ++i) {
      const std::uint32_t scale = between(too_large, fits);
      Candidate candidate = code_frame(from_, target_, analysis_.data(), quantizer_, Pressure{scale});
      if (candidate.bytes.size() > max_bytes_) {
        too_large = scale;
        continue;
      }
      fits = scale;
      candidate.shrink_level = shrink_level(scale);
      const bool done = fills(candidate, max_bytes_);
      if (!best || candidate.bytes.size() > best->bytes.size()) best = std::move(candidate);
      if (done) break;
    }
    return best;
  }

 private:
  const State& from_;
  const Picture& target_;
  const Analysis& analysis_;
  Quantizer quantizer_;
  std::size_t max_bytes_;
};

}  // namespace

Candidate code(const State& from, const Picture& target, const Analysis& analysis, Quantizer quantizer) {
  return code_frame(from, target, analysis.data(), quantizer, Pressure{});
}

Candidate code_like(const State& from, const Picture& target, const Analysis& analysis, Quantizer quantizer,
                    const Candidate& lead) {
  const bool near = std::abs(quantizer - lead.quantizer) <= kFarthestFollower && lead.shrink_level == 0;
  return near ? follow_frame(from, target, analysis.data(), quantizer, lead)
              : code(from, target, analysis, quantizer);
}

std::vector<Candidate> code_each(const State& from, const Picture& target, const Analysis& analysis,
                                 std::span<const Quantizer> quantizers, Executor& executor) {
  std::vector<Candidate> candidates(quantizers.size());
  if (quantizers.empty()) return candidates;
  candidates[0] = code(from, target, analysis, quantizers[0]);
  executor.run(quantizers.size() - 1, [&](std::size_t i) {
    candidates[i + 1] = code_like(from, target, analysis, quantizers[i + 1], candidates[0]);
  });
  return candidates;
}

Candidate code_within(const State& from, const Picture& target, const Analysis& analysis,
                      std::size_t max_bytes) {
  Candidate plain = code(from, target, analysis, kCoarsest);
  if (plain.bytes.size() <= max_bytes) return plain;
  Candidate smallest = cheapest_frame(from, target, analysis.data());
  smallest.shrink_level = shrink_level(kLargestScale) + 1;
  if (smallest.bytes.size() > max_bytes) return smallest;
  auto pressed = Press(from, target, analysis, kCoarsest, max_bytes).run(kLargestScale, kPresses);
  return pressed ? std::move(*pressed) : smallest;
}

Candidate code_below(const State& from, const Picture& target, const Analysis& analysis,
                     std::size_t max_bytes, Quantizer start) {
  std::optional<Candidate> best;
  Quantizer too_large = -1, fits = kCoarsest + 1, next = std::clamp(start, 0, kCoarsest);
  SizeModel model(next, std::max<std::size_t>(max_bytes, 1));
  const std::size_t aim = max_bytes - max_bytes / 64;
  for (int i = 0; i < kQuantizerTries && fits - too_large > 1; ++i) {
    Candidate candidate = code(from, target, analysis, next);
    model.add(next, candidate.bytes.size());
    (candidate.bytes.size() <= max_bytes ? fits : too_large) = next;
    const bool done = fills(candidate, max_bytes);
    if (candidate.bytes.size() <= max_bytes && (!best || candidate.bytes.size() > best->bytes.size()))
      best = std::move(candidate);
    if (done) return *best;
    const Quantizer wanted = i + 1 < kQuantizerTries / 2 ? model.quantizer_for(aim) : (too_large + fits) / 2;
    next = std::clamp(wanted, too_large + 1, std::max(fits - 1, too_large + 1));
  }
  if (!best) return code_within(from, target, analysis, max_bytes);
  if (too_large < 0) return *best;
  auto pressed = Press(from, target, analysis, too_large, max_bytes).run(kFinePressing, kFinePresses);
  return pressed && pressed->bytes.size() > best->bytes.size() ? std::move(*pressed) : std::move(*best);
}

}  // namespace skirret::codec
