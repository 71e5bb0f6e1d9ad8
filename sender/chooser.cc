#include "sender/chooser.hh"

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

std::optional<std::size_t> smallest(std::span<const codec::Candidate> candidates) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const std::size_t bytes = candidates[i].bytes.size();
    if (bytes > 0 && (!best || bytes < candidates[*best].bytes.size())) best = i;
  }
  return best;
}

}  // namespace skirret::sender
