#pragma once

#include <cstddef>

#include "codec/base/time.hh"

namespace skirret::transport {

// When the receiver acks: at once at a frame's last packet or a gap, else `delay` after an arrival; and no
// more than max(5 % of the forward bytes, 20 a second). What is due waits until that allows it.
//
// Acks that the sender does not get queue up on the way back and make later ones late: while its packets show
// no progress, acks come less often, each 100 ms and later 200 ms.
class AckSchedule {
 public:
  explicit AckSchedule(Duration delay = std::chrono::milliseconds(10)) : delay_(delay) {}

  void arrived(std::size_t wire_bytes, TimePoint now);
  void want_now(TimePoint now) { due_ = now < due_ ? now : due_; }
  void sent(std::size_t wire_bytes, TimePoint now);
  void progressed(TimePoint now) { progress_ = now; }  // the sender has heard of something new

  bool due(TimePoint now) const { return now >= next(); }
  TimePoint next() const;  // kNever: nothing to ack

 private:
  static constexpr Duration kFloorInterval = std::chrono::milliseconds(50);
  static constexpr double kShare = 0.05;
  static constexpr double kBurst = 4000;      // bytes of unused share that may be saved up
  static constexpr double kTypicalAck = 160;  // wire bytes; an ack needs this much share

  Duration backed_off() const;

  Duration delay_;
  TimePoint progress_{};
  TimePoint due_ = kNever;
  TimePoint last_sent_{Duration::min() / 2};
  double share_ = kBurst / 4;
};

}  // namespace skirret::transport
