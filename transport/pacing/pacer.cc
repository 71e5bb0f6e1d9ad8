#include "transport/pacing/pacer.hh"

#include <algorithm>

#include "codec/base/check.hh"

namespace skirret::transport {

void Pacer::set_rate(double bytes_per_second) {
  SKIRRET_CHECK(bytes_per_second > 0);
  rate_ = bytes_per_second;
}

void Pacer::sent(std::size_t bytes, TimePoint now) {
  const Duration takes(static_cast<Duration::rep>(static_cast<double>(bytes) / rate_ * 1e9));
  next_ = (now - next_ <= kSlack ? next_ : now) + takes;
}

}  // namespace skirret::transport
