#include "cloudenc/split/split.hh"

#include <algorithm>

#include "codec/base/check.hh"

namespace skirret::cloudenc {

std::vector<Batch> divide(std::span<const SourceFrame> frames, const Division& division,
                          std::span<const std::size_t> cuts) {
  SKIRRET_CHECK(division.chunk >= 1 && division.batch >= 1);
  std::vector<Batch> batches;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const bool resized = i == 0 || frames[i].dimensions != frames[i - 1].dimensions;
    const bool cut = std::binary_search(cuts.begin(), cuts.end(), i) && !batches.empty() &&
                     batches.back().count() >= division.chunk;
    const bool full = !batches.empty() && batches.back().count() >= division.chunk * division.batch;
    if (resized || cut || full) {
      batches.push_back({{{i, 1}}});
      continue;
    }
    Batch& batch = batches.back();
    if (batch.chunks.back().count >= division.chunk)
      batch.chunks.push_back({i, 1});
    else
      ++batch.chunks.back().count;
  }
  return batches;
}

}  // namespace skirret::cloudenc
