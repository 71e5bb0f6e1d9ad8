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

// The least time between two acks while the sender does not seem to get them.
Duration AckSchedule::backed_off() const {
  const Duration without = last_sent_ - progress_;
  if (without < std::chrono::milliseconds(500)) return Duration::zero();
  return std::chrono::milliseconds(without < std::chrono::seconds(1) ? 100 : 200);
}

TimePoint AckSchedule::next() const {
  if (due_ == kNever) return kNever;
  const Duration least = share_ >= kTypicalAck ? Duration::zero() : kFloorInterval;
  return std::max(due_, last_sent_ + std::max(least, backed_off()));
}

}  // namespace skirret::transport
