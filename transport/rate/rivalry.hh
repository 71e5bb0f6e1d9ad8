#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>

#include "codec/base/time.hh"

namespace skirret::transport {

// Whether somebody else fills the bottleneck's queue, and how much may be in flight then.
//
//   dispersion  packets of one train leave the bottleneck at its whole rate (as far as the train was sent
//               faster than the rival sends): bytes over the gaps between their arrivals.
//   explained   a packet's own bytes in flight over that rate: as long as our packets alone may make it wait.
//   evidence    seconds of arrivals whose queueing delay is long and not explained; explained ones take it
//               back. Packets sent apart that arrive together came through a link that stalled, which is no
//               rival. `kEnter` seconds of it begin the competitive mode, none left ends it.
//   standing    a queue too short for that, but which wanders and would not drain (standing_queue.hh), begins
//               it as well; then queueing delays above half of the least that stood there are long ones.
//   window      bytes in flight while competing, by cubic (RFC 9438), as the usual rival does: grows with the
//               time since the last loss, shrinks to 0.8 with a loss, at most once in a round trip; in front
//               of a short queue once in `kPatience`: a flow that is driven by its acks takes each place that
//               a full queue gets free, and what comes in between is dropped, however little it is.
//               What was lost is made up for only when something sent since a reduction has arrived: before,
//               the queue may still be full.
class Rivalry {
 public:
  explicit Rivalry(std::size_t packet_bytes);

  // Packets in order of arrival, with the bytes in flight when each was sent (its own counted in) and its
  // queueing delay.
  void arrived(TimePoint sent, Duration arrival, std::size_t bytes, std::size_t in_flight, Duration queue,
               Duration base_round_trip, TimePoint now);
  void lost(TimePoint sent, TimePoint now);
  // A rival was found otherwise: `queue` at least has stood since an empty one was seen, when the link
  // carried `capacity` bytes a second.
  void found(Duration queue, double capacity, Duration base_round_trip, TimePoint now);

  bool competing() const { return competing_; }
  // Bytes, while competing.
  std::size_t window() const { return static_cast<std::size_t>(std::max(0.0, window_ - gone_) * packet_); }
  double evidence() const { return evidence_; }  // seconds

 private:
  struct Seen {
    TimePoint sent;
    Duration arrival{};
  };
  bool unexplained(std::size_t in_flight, Duration queue, Duration base_round_trip) const;
  void disperse(const Seen& seen, std::size_t bytes);
  void begin(Duration queue, Duration base_round_trip, TimePoint now);
  void grow(std::size_t bytes, Duration round_trip, TimePoint now);

  double packet_;
  std::optional<Seen> newest_;
  double train_bytes_ = 0;  // dispersion
  double train_seconds_ = 0;
  double evidence_ = 0;
  bool competing_ = false;
  Duration long_queue_;  // shorter ones are no evidence
  double window_ = 0;    // packets
  double most_ = 0;      // before the last reduction
  double gone_ = 0;      // packets lost since
  TimePoint epoch_{};
  TimePoint reduced_{};
};

}  // namespace skirret::transport
