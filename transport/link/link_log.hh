#pragma once

#include <cstdint>
#include <vector>

#include "codec/base/time.hh"

namespace skirret::transport {

enum class LinkEventKind : std::uint8_t {
  kOpportunity,  // bytes: charged bytes that it carried, 0 … 1504; the rest of it is lost
  kEnqueue,      // the packet entered the queue
  kDequeue,      // its last byte was carried; queued: since its kEnqueue
  kDropQueue,    // the queue was full
  kDropLoss,     // carried, then lost in the air (or its sender was in a blackout window)
};

// One line of a link's own diary. `packet` numbers the packets in the order in which they were sent;
// `bytes` are charged bytes (payload + 32), for kOpportunity those used.
struct LinkEvent {
  LinkEventKind kind = LinkEventKind::kOpportunity;
  TimePoint at{};
  std::uint64_t packet = 0;
  std::uint32_t bytes = 0;
  Duration queued{};

  bool operator==(const LinkEvent&) const = default;
};

// An outage is a time of at least this length between two successive opportunities (or from the
// link's start to the first). Half a second is several round trips: no sender can carry on as before.
inline constexpr Duration kOutageGap = std::chrono::milliseconds(500);

// Follows a link's opportunities and tells which stays in its queue an outage overlapped.
class OutageTracker {
 public:
  OutageTracker(TimePoint start, Duration gap) : gap_(gap), last_opportunity_(start) {}

  // True when this opportunity ended an outage, which began at the one before it.
  bool opportunity(TimePoint at) {
    const bool ended = at - last_opportunity_ >= gap_;
    if (ended) last_end_ = at;
    last_opportunity_ = at;
    return ended;
  }
  // Of a packet that leaves with the newest opportunity.
  bool overlapped(TimePoint enqueued) const { return enqueued < last_end_; }
  TimePoint last_opportunity() const { return last_opportunity_; }

 private:
  Duration gap_;
  TimePoint last_opportunity_;
  TimePoint last_end_ = TimePoint::min();
};

// The q-quantile (0 … 1) of unsorted samples by the nearest-rank rule; 0 for none.
Duration quantile(std::vector<Duration> samples, double q);

// Every event of a link, for simulations and reports. 40 bytes an event: a live relay that may run
// for days uses LinkMeter alone.
class LinkLog {
 public:
  explicit LinkLog(TimePoint link_start = {}) : start_(link_start) {}

  void record(const LinkEvent& event) { events_.push_back(event); }
  const std::vector<LinkEvent>& events() const { return events_; }

  // Waits in the queue of the packets that left it. kOutside: without those whose stay overlapped an
  // outage. Packets that come after an outage and wait behind what it left are counted: that backlog
  // is their sender's own.
  enum class Outages { kIncluded, kOutside };
  std::vector<Duration> queueing_delays(Outages, Duration outage_gap = kOutageGap) const;
  Duration queueing_delay_p95_outside_outages(Duration outage_gap = kOutageGap) const;

  // Begin and end of each outage, from the link's start to the last opportunity logged.
  struct Outage {
    TimePoint begin;
    TimePoint end;
    bool operator==(const Outage&) const = default;
  };
  std::vector<Outage> outages(Duration outage_gap = kOutageGap) const;

  // Sums over [begin, end): 1504 bytes an opportunity offered, charged bytes carried in them.
  std::uint64_t bytes_offered(TimePoint begin, TimePoint end) const;
  std::uint64_t bytes_used(TimePoint begin, TimePoint end) const;

 private:
  TimePoint start_;
  std::vector<LinkEvent> events_;
};

}  // namespace skirret::transport
