#include "transport/link/duration_histogram.hh"

#include <algorithm>
#include <cmath>

#include "codec/base/check.hh"

namespace skirret::transport {

DurationHistogram::DurationHistogram(Duration bin_width, std::size_t most_bins)
    : width_(bin_width), most_bins_(most_bins) {
  SKIRRET_CHECK(width_ > Duration::zero() && most_bins_ > 0);
}

void DurationHistogram::add(Duration value) {
  value = std::max(value, Duration::zero());
  const std::size_t bin = std::min(static_cast<std::size_t>(value / width_), most_bins_ - 1);
  if (bin >= bins_.size()) bins_.resize(bin + 1);
  ++bins_[bin];
  ++count_;
  max_ = std::max(max_, value);
}

Duration DurationHistogram::quantile(double q) const {
  SKIRRET_CHECK(q >= 0 && q <= 1);
  if (count_ == 0) return Duration::zero();
  const auto rank =
      std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(count_))));
  std::uint64_t seen = 0;
  std::size_t bin = 0;
  while ((seen += bins_[bin]) < rank) ++bin;
  return std::min(max_, width_ * static_cast<std::int64_t>(bin + 1));
}

}  // namespace skirret::transport
