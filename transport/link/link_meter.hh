#pragma once

#include <cstdint>

#include "transport/link/duration_histogram.hh"
#include "transport/link/link_log.hh"

namespace skirret::transport {

// What a link did, in figures. Bytes are charged bytes (payload + 32).
struct LinkSummary {
  std::uint64_t opportunities = 0;
  std::uint64_t bytes_offered = 0;  // 1504 for each opportunity
  std::uint64_t bytes_used = 0;
  std::uint64_t packets_in = 0;  // that came to the queue
  std::uint64_t packets_carried = 0;
  std::uint64_t packets_dropped_by_queue = 0;
  std::uint64_t packets_lost = 0;  // of those carried, and in blackouts
  Duration queue_p50{};            // waits of packets carried, those of outages left out (LinkLog's rule)
  Duration queue_p95{};
  Duration queue_max{};          // the longest wait of all, outages included
  std::uint64_t in_outages = 0;  // packets whose wait an outage overlapped
  std::uint64_t outages = 0;
  Duration outage_time{};
};

// LinkLog's figures from a stream of events in bounded memory: waits are counted to 0.1 ms, up to 60 s.
class LinkMeter {
 public:
  explicit LinkMeter(TimePoint link_start, Duration outage_gap = kOutageGap);

  void record(const LinkEvent& event);
  LinkSummary summary() const;

 private:
  void opportunity(const LinkEvent& event);
  void dequeue(const LinkEvent& event);

  OutageTracker tracker_;
  DurationHistogram waits_;
  LinkSummary sums_;
};

}  // namespace skirret::transport
