#include "transport/recovery/ack_schedule.hh"

#include <algorithm>

namespace skirret::transport {

void AckSchedule::arrived(std::size_t wire_bytes, TimePoint now) {
  share_ = std::min(share_ + kShare * static_cast<double>(wire_bytes), kBurst);
  due_ = std::min(due_, now + delay_);
}

void AckSchedule::sent(std::size_t wire_bytes, TimePoint now) {
  // Acks on the floor's account cost no share, or they would use up what later ones need.
  if (now - last_sent_ < kFloorInterval) share_ -= static_cast<double>(wire_bytes);
  last_sent_ = now;
  due_ = kNever;
}

TimePoint AckSchedule::next() const {
  if (due_ == kNever || share_ >= kTypicalAck) return due_;
  return std::max(due_, last_sent_ + kFloorInterval);
}

}  // namespace skirret::transport
