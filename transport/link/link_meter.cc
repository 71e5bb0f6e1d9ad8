#include "transport/link/link_meter.hh"

#include <algorithm>

#include "transport/link/opportunities.hh"

namespace skirret::transport {

LinkMeter::LinkMeter(TimePoint link_start, Duration outage_gap)
    : tracker_(link_start, outage_gap), waits_(std::chrono::microseconds(100), 600'000) {}

void LinkMeter::record(const LinkEvent& event) {
  switch (event.kind) {
    case LinkEventKind::kOpportunity:
      opportunity(event);
      break;
    case LinkEventKind::kEnqueue:
      ++sums_.packets_in;
      break;
    case LinkEventKind::kDequeue:
      dequeue(event);
      break;
    case LinkEventKind::kDropQueue:
      ++sums_.packets_in;
      ++sums_.packets_dropped_by_queue;
      break;
    case LinkEventKind::kDropLoss:
      ++sums_.packets_lost;
      break;
  }
}

void LinkMeter::opportunity(const LinkEvent& event) {
  const TimePoint before = tracker_.last_opportunity();
  if (tracker_.opportunity(event.at)) {
    ++sums_.outages;
    sums_.outage_time += event.at - before;
  }
  ++sums_.opportunities;
  sums_.bytes_offered += kOpportunityBytes;
  sums_.bytes_used += event.bytes;
}

void LinkMeter::dequeue(const LinkEvent& event) {
  ++sums_.packets_carried;
  sums_.queue_max = std::max(sums_.queue_max, event.queued);
  if (tracker_.overlapped(event.at - event.queued)) {
    ++sums_.in_outages;
  } else {
    waits_.add(event.queued);
  }
}

LinkSummary LinkMeter::summary() const {
  LinkSummary summary = sums_;
  summary.queue_p50 = waits_.quantile(0.5);
  summary.queue_p95 = waits_.quantile(0.95);
  return summary;
}

}  // namespace skirret::transport
