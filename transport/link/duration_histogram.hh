#pragma once

#include <cstdint>
#include <vector>

#include "codec/base/time.hh"

namespace skirret::transport {

// Counts durations in bins of one width, so that quantiles of an endless run take bounded memory.
// What lies beyond the last bin is counted in it; max() stays exact. Below zero counts as zero.
class DurationHistogram {
 public:
  DurationHistogram(Duration bin_width, std::size_t most_bins);

  void add(Duration value);
  std::uint64_t count() const { return count_; }
  // Nearest-rank quantile (0 … 1), to a bin's upper edge but never above max(); 0 when empty.
  Duration quantile(double q) const;
  Duration max() const { return max_; }

 private:
  Duration width_;
  std::size_t most_bins_;
  std::vector<std::uint64_t> bins_;  // grown on demand
  std::uint64_t count_ = 0;
  Duration max_{};
};

}  // namespace skirret::transport
