#include "sender/chooser.hh"

#include <algorithm>

namespace skirret::sender {

std::optional<std::size_t> choose(std::span<const codec::Candidate> candidates, std::size_t budget) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const codec::Candidate& candidate = candidates[i];
    if (candidate.bytes.empty() || candidate.bytes.size() > budget) continue;
    const bool better = !best || candidate.distortion < candidates[*best].distortion ||
                        (candidate.distortion == candidates[*best].distortion &&
                         candidate.bytes.size() < candidates[*best].bytes.size());
    if (better) best = i;
  }
  return best;
}

std::uint64_t spacing(const codec::Candidate& candidate) {
  constexpr codec::Quantizer kCoarse = 100;
  if (candidate.key_frame) return 1;
  if (candidate.shrink_level > 0) return 3;
  return candidate.quantizer >= kCoarse ? 2 : 1;
}

double standstill_distortion(const codec::Picture& target, const codec::Picture& before) {
  if (before.empty() || target.dimensions() != before.dimensions()) return 0;
  constexpr int kEach = 8;  // lines
  double sum = 0;
  const codec::PlaneView now = target.plane(codec::PlaneName::kY);
  const codec::PlaneView then = before.plane(codec::PlaneName::kY);
  for (int y = 0; y < target.dimensions().height; y += kEach) {
    std::uint64_t line = 0;
    const std::uint8_t* a = now.row(y);
    const std::uint8_t* b = then.row(y);
    for (int x = 0; x < target.dimensions().width; ++x) {
      const int difference = a[x] - b[x];
      line += static_cast<std::uint64_t>(difference * difference);
    }
    sum += static_cast<double>(line);
  }
  return kEach * sum;
}

double expected_distortion(double distortion, const transport::SourceOdds& odds, double standstill,
                           Duration frame_interval) {
  const auto intervals = [&](Duration span) { return to_seconds(span) / to_seconds(frame_interval); };
  const double shown = distortion + standstill * intervals(odds.wait);
  const double missed = standstill * (1 + intervals(odds.repair));
  return odds.decodable * shown + (1 - odds.decodable) * std::max(shown, missed);
}

std::optional<std::size_t> smallest(std::span<const codec::Candidate> candidates) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const std::size_t bytes = candidates[i].bytes.size();
    if (bytes > 0 && (!best || bytes < candidates[*best].bytes.size())) best = i;
  }
  return best;
}

}  // namespace skirret::sender
