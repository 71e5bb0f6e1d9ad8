#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "codec/base/time.hh"
#include "transport/rate/capacity_estimator.hh"
#include "transport/rate/compared_models.hh"
#include "transport/rate/policed_rate.hh"
#include "transport/rate/rate_config.hh"
#include "transport/rate/rivalry.hh"
#include "transport/rate/standing_queue.hh"
#include "transport/rate/windowed_min.hh"

namespace skirret::transport {

// One packet that arrived. `arrival` counts on the receiver's clock, whose offset to ours is unknown; only
// differences of arrival - sent between packets are used.
struct Arrival {
  TimePoint sent{};
  Duration arrival{};
  std::size_t wire_bytes = 0;
  std::size_t in_flight = 0;  // wire bytes when it was sent, its own among them; 0: not known
};

// Turns acks into a byte budget. The model is one bottleneck with a drop-tail queue whose rate wanders and
// sometimes stops; all of it is seen through one-way delays:
//
//   base      the smallest delay within `base_window`: the way through empty queues. Since a sender that
//             always uses its budget may never see one, the budgets shrink for a moment when no empty queue
//             was seen for `drain_after`; what is least then is the new base (also after the path became
//             longer).
//   queue     delay - base. A packet left the bottleneck at sent + queue, by our clock.
//   capacity  CapacityEstimator: bytes over busy time, with a posterior that is broad when little is known.
//   caution   the rate that budgets are made from: `deviations` below the mean, times a margin that is
//             learnt so that `over_limit_share` of the packets wait longer than `queue_limit`. Stalls
//             (`stall_gap`) teach it nothing; outages (`outage_gap`) do not lower the capacity either.
//   silence   while packets are in flight and no ack comes when one should, the time counts as busy without a
//             delivery: the rate falls at once, and what is in flight stays in flight.
//   backlog   bytes in flight less those that the bottleneck has carried since the newest packet
//             known to have left it (at the cautious rate, no longer than acks normally take).
//   budget    cautious rate * `queue_target` + a packet or two - backlog, and no more than
//             `frame_burst` frame intervals' worth at once. Late binding: it is computed when it is asked
//             for.
//
// Flying blind: the forecast holds as long as acks normally take, then silence lowers it with every moment,
// and after 150 ms of it (or two round trips) there is an outage, in which only probes go out. Whose fault it
// was is known when it ends: late acks of packets that had all left the bottleneck in time (`held_queue`)
// mean that the way back was out. The next silence is then no outage for as long as that one was (`trust`):
// the forecast holds, and fades out, so that `blind_fade` seconds' worth of it at most is sent unheard. One
// packet that waited in front of the bottleneck ends the trust. The first ack after an outage is old news:
// for one round trip `resume_packets` at once, and as long as no ack tells of a packet that left within the
// last round trip, one more in each: the link may be out although the way back is not.
//
// Rivals: where the queue is not of our making (rivalry.hh), the target is given up and what may be in flight
// is a window as the rival's; the base delay is kept and nothing is learnt from delays meanwhile. A queue
// within our own target that a drain does not empty may be a rival's, too (standing_queue.hh): in doubt the
// drains come more often.
//
// Policers: policed_rate.hh.
//
// An application that sends little teaches little: packets alone that are smaller than half a full one are no
// samples of the capacity (below). After `padding_after` without one, frames are padded within the queue
// target (padding_wanted), so that a link that grows is found out.
//
// In an outage the backlog soon is all that may wait, so the budget is 0 and only probes go out; lost packets
// leave the backlog when a later packet is acknowledged. The mean may at most double in a round trip.
class RateController {
 public:
  RateController(const RateConfig& config, std::size_t packet_bytes);

  // The session opened; `round_trip` of the handshake. Forgets all about an earlier path.
  void opened(Duration round_trip, TimePoint now);
  // `arrivals` in order of arrival; `round_trip` without hold time.
  void acked(std::span<const Arrival> arrivals, std::optional<Duration> round_trip, TimePoint now);

  // A packet sent then was lost.
  void lost(TimePoint sent, TimePoint now) {
    rivalry_.lost(sent, now);
    standing_.lost(sent);
    policed_.lost(1);
  }
  // A router marked packets instead of dropping them (ECN): caution, once in a round trip.
  void marked(TimePoint now);

  // Wire bytes that may be handed to the pacer now, given those in flight (sent or waiting in the pacer,
  // neither delivered nor lost). 0: wait.
  std::size_t budget(std::size_t in_flight, TimePoint now) const;
  // What the budget will be at `when` if nothing is sent before and the link goes on at `rate_share` of the
  // mean.
  std::size_t forecast(std::size_t in_flight, TimePoint now, Duration ahead, double rate_share) const;
  double pace_bytes_per_second() const;
  // The caller has so little to send that nothing is learnt of the link: what else the queue target allows
  // may be padding, as many wire bytes as make what leaves now a sample. 0: no need.
  std::size_t padding_wanted(std::size_t wire_bytes, std::size_t in_flight, TimePoint now) const;

  // A packet leaves, with so many bytes in flight before it: nothing was to be heard while there were none.
  void sent(std::size_t in_flight_before, TimePoint now);

  double capacity_bps(std::size_t in_flight, TimePoint now) const { return 8 * mean(in_flight, now); }
  double cautious_bps(std::size_t in_flight, TimePoint now) const { return 8 * cautious(in_flight, now); }
  Duration round_trip() const { return round_trip_; }  // newest
  Duration base_round_trip() const {
    return kept_round_trip_.value_or(base_round_trip_.value().value_or(round_trip_));
  }
  Duration queue_delay() const { return queue_delay_; }  // newest
  // Beyond what is normal; none while nothing is in flight.
  Duration silence(std::size_t in_flight, TimePoint now) const;
  bool outage(std::size_t in_flight, TimePoint now) const;
  bool competing() const { return rivalry_.competing(); }
  // The newest packet known to have arrived had been held back: more probes would only wait behind those
  // that are on their way.
  bool holding() const { return holding_; }

 private:
  void take(const Arrival& arrival, TimePoint now);
  void measure(const Arrival& arrival, Duration busy, bool alone);
  void mind_base(Duration delay, TimePoint now);
  void mind_standing_queue(Duration delay, TimePoint now);
  void mind_trust(Duration late, Duration longest, TimePoint now);
  Duration unheard(std::size_t in_flight, TimePoint now) const;
  Duration base_of(Duration delay, TimePoint now);
  double window_rate() const;
  std::size_t resume_packets(TimePoint now) const;
  std::size_t compared_budget(std::size_t in_flight, TimePoint now) const;
  double target_bytes(double rate) const;
  double burst_bytes(double rate, TimePoint now) const;
  double mean(std::size_t in_flight, TimePoint now) const;
  double cautious(std::size_t in_flight, TimePoint now) const;
  double backlog(std::size_t in_flight, double rate, TimePoint now) const;

  RateConfig config_;
  std::size_t packet_bytes_;
  CapacityEstimator capacity_;
  Rivalry rivalry_;
  StandingQueue standing_;
  PolicedRate policed_;
  GapAverage gaps_;
  DelayGradient gradient_;
  WindowedMin base_delay_;
  std::optional<Duration> kept_base_;  // while competing: no empty queue is to be seen
  std::optional<Duration> kept_round_trip_;
  WindowedMin base_round_trip_;
  bool draining_ = false;
  TimePoint drain_started_{};
  std::optional<Duration> drain_least_;  // the least delay seen in this drain
  TimePoint empty_seen_{};
  double emptied_at_ = 0;  // the capacity then, bytes a second: beside a rival the estimate dwindles
  Duration round_trip_ = std::chrono::milliseconds(100);
  Duration queue_delay_{};
  double margin_ = 1;    // learnt caution: lowered by delays over the limit, raised by those below
  bool steady_ = false;  // the start's packets, sent before anything was known, teach the margin nothing
  double ceiling_ = 0;   // bytes a second that the mean may not exceed yet
  std::optional<Duration> last_arrival_;
  std::size_t small_bytes_ = 0;  // of a train that began with a small packet, and is none yet …
  Duration small_busy_{};        // … and the bottleneck's time with it
  TimePoint departed_{};         // when the newest delivered packet left the bottleneck, by our clock
  TimePoint stall_end_{};  // when the first packet after the last stall left the bottleneck, by our clock
  TimePoint last_ack_{};
  bool holding_ = false;
  Duration trust_{};                  // so long a silence is the ack path's fault, as it was before
  std::size_t resumed_sent_ = 0;      // packets since
  std::optional<TimePoint> resumed_;  // when the newest outage's first ack came …
  bool doubtful_ = false;             // … and all acks since were of packets that had left long before
  TimePoint flight_began_{};          // when the first packet left after a time with none in flight
  TimePoint opened_{};
  TimePoint newest_sent_{};
  TimePoint heeded_{};    // when a mark was last heeded
  TimePoint measured_{};  // when the newest packet that is a sample of the capacity was sent
};

}  // namespace skirret::transport
