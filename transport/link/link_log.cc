#include "transport/link/link_log.hh"

#include <algorithm>
#include <cmath>

#include "codec/base/check.hh"
#include "transport/link/opportunities.hh"

namespace skirret::transport {

Duration quantile(std::vector<Duration> samples, double q) {
  SKIRRET_CHECK(q >= 0 && q <= 1);
  if (samples.empty()) return Duration::zero();
  const auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(samples.size())));
  const auto at = samples.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(rank, 1) - 1);
  std::nth_element(samples.begin(), at, samples.end());
  return *at;
}

std::vector<Duration> LinkLog::queueing_delays(Outages outages, Duration outage_gap) const {
  std::vector<Duration> delays;
  OutageTracker tracker(start_, outage_gap);
  for (const LinkEvent& event : events_) {
    if (event.kind == LinkEventKind::kOpportunity) {
      tracker.opportunity(event.at);
    } else if (event.kind == LinkEventKind::kDequeue) {
      const bool counts = outages == Outages::kIncluded || !tracker.overlapped(event.at - event.queued);
      if (counts) delays.push_back(event.queued);
    }
  }
  return delays;
}

Duration LinkLog::queueing_delay_p95_outside_outages(Duration outage_gap) const {
  return quantile(queueing_delays(Outages::kOutside, outage_gap), 0.95);
}

std::vector<LinkLog::Outage> LinkLog::outages(Duration outage_gap) const {
  std::vector<Outage> found;
  OutageTracker tracker(start_, outage_gap);
  for (const LinkEvent& event : events_) {
    if (event.kind != LinkEventKind::kOpportunity) continue;
    const TimePoint begin = tracker.last_opportunity();
    if (tracker.opportunity(event.at)) found.push_back({begin, event.at});
  }
  return found;
}

std::uint64_t LinkLog::bytes_offered(TimePoint begin, TimePoint end) const {
  std::uint64_t bytes = 0;
  for (const LinkEvent& event : events_) {
    const bool counts = event.kind == LinkEventKind::kOpportunity && event.at >= begin && event.at < end;
    if (counts) bytes += kOpportunityBytes;
  }
  return bytes;
}

std::uint64_t LinkLog::bytes_used(TimePoint begin, TimePoint end) const {
  std::uint64_t bytes = 0;
  for (const LinkEvent& event : events_) {
    const bool counts = event.kind == LinkEventKind::kOpportunity && event.at >= begin && event.at < end;
    if (counts) bytes += event.bytes;
  }
  return bytes;
}

}  // namespace skirret::transport
