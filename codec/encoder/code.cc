#include <algorithm>
#include <array>

#include "codec/encoder/cheapest_frame.hh"
#include "codec/encoder/encoder.hh"
#include "codec/encoder/frame_coder.hh"

namespace skirret::codec {
namespace {

constexpr Quantizer kCoarsest = 127;

// How much more than usual a bit counts at each shrink level, in sixteenths. One price on bits does what
// saves most for its distortion first: levels go, then whole macroblocks' levels, then costly modes.
constexpr std::array<std::uint32_t, 13> kScales = {16,  24,  36,   54,   80,   120,  180,
                                                   280, 480, 1000, 2400, 8000, 60000};

}  // namespace

Candidate code(const State& from, const Picture& target, const Analysis& analysis, Quantizer quantizer) {
  return code_frame(from, target, analysis.data(), quantizer, Pressure{});
}

std::vector<Candidate> code_each(const State& from, const Picture& target, const Analysis& analysis,
                                 std::span<const Quantizer> quantizers, Executor& executor) {
  std::vector<Candidate> candidates(quantizers.size());
  executor.run(quantizers.size(),
               [&](std::size_t i) { candidates[i] = code(from, target, analysis, quantizers[i]); });
  return candidates;
}

Candidate code_within(const State& from, const Picture& target, const Analysis& analysis,
                      std::size_t max_bytes) {
  const auto press = [&](std::size_t level) {
    Candidate candidate = code_frame(from, target, analysis.data(), kCoarsest, Pressure{kScales[level]});
    candidate.shrink_level = static_cast<int>(level);
    return candidate;
  };
  Candidate plain = press(0);
  if (plain.bytes.size() <= max_bytes) return plain;
  Candidate best = cheapest_frame(from, target, analysis.data());
  best.shrink_level = static_cast<int>(kScales.size());
  if (best.bytes.size() > max_bytes) return best;
  // Sizes fall with the level: the lowest that fits.
  std::size_t too_large = 0, fits = kScales.size();
  while (fits - too_large > 1) {
    const std::size_t middle = (too_large + fits) / 2;
    Candidate candidate = press(middle);
    if (candidate.bytes.size() <= max_bytes) {
      fits = middle;
      best = std::move(candidate);
    } else {
      too_large = middle;
    }
  }
  return best;
}

}  // namespace skirret::codec
