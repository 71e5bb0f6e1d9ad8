#pragma once

#include <cstddef>
#include <deque>

#include "codec/base/time.hh"

namespace skirret::transport {

// When the receiver acks: at a gap that leaves a frame broken (others are made up for by parity), at a
// frame's last packet, when a frame is decoded, else `delay` after an arrival. Limit: max(5 % of the forward
// bytes, 20 in any second), so:
//
//   plenty   while 5 % of what came pays for it, whatever is due is sent at once;
//   scarce   else acks come each kUsualInterval, 16 a second, and a frame's last packet waits (`delay` at
//   most)
//            for its decoding; the ack of a gap goes out at once, kUrgent a second at most.
//
// Acks that the sender does not get in time queue up on the way back and make later ones late: while its
// packets show no progress, acks come less often, each 100 ms and later 200 ms; and where it heard of
// something late, by `lag`, four of them at most are on their way.
class AckSchedule {
 public:
  static constexpr Duration kUsualInterval = std::chrono::microseconds(62'500);
  static constexpr std::size_t kUrgent = 4;
  static constexpr Duration kLongLag = std::chrono::milliseconds(400);  // longer than any usual round trip

  explicit AckSchedule(Duration delay = std::chrono::milliseconds(10)) : delay_(delay) {}

  void arrived(std::size_t wire_bytes, TimePoint now);
  void frame_ended(TimePoint now);                                  // its last packet came
  void want_now(TimePoint now) { due_ = now < due_ ? now : due_; }  // a state was made
  void gap_seen(TimePoint now);                                     // packets are missing
  void sent(std::size_t wire_bytes, TimePoint now);
  // The sender has heard of something new, which had come `lag` ago.
  void progressed(TimePoint now, Duration lag = {}) {
    progress_ = now;
    lag_ = lag;
  }

  bool due(TimePoint now) const { return now >= next(); }
  TimePoint next() const;  // kNever: nothing to ack

 private:
  static constexpr double kShare = 0.05;
  static constexpr double kBurst = 4000;      // bytes of unused share that may be saved up
  static constexpr double kTypicalAck = 160;  // wire bytes; an ack needs this much share

  bool plenty() const { return share_ >= kTypicalAck; }
  TimePoint urgent_allowed() const;
  Duration backed_off() const;

  Duration delay_;
  TimePoint progress_{};
  Duration lag_{};
  TimePoint due_ = kNever;
  TimePoint gap_due_ = kNever;
  TimePoint last_sent_{Duration::min() / 2};
  std::deque<TimePoint> urgent_;  // when the last kUrgent urgent acks were sent
  double share_ = kBurst / 4;
};

}  // namespace skirret::transport
