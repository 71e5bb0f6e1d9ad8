#include "transport/recovery/ack_schedule.hh"

#include <algorithm>

namespace skirret::transport {

void AckSchedule::arrived(std::size_t wire_bytes, TimePoint now) {
  share_ = std::min(share_ + kShare * static_cast<double>(wire_bytes), kBurst);
  due_ = std::min(due_, now + delay_);
}

void AckSchedule::frame_ended(TimePoint now) {
  if (plenty()) want_now(now);
}

void AckSchedule::gap_seen(TimePoint now) {
  want_now(now);
  gap_due_ = std::min(gap_due_, now);
}

// Every ack uses up share, also one that the twenty a second allow: the limit is the larger of the two, not
// their sum.
void AckSchedule::sent(std::size_t wire_bytes, TimePoint now) {
  share_ = std::max(0.0, share_ - static_cast<double>(wire_bytes));
  last_sent_ = now;
  recent_.push_back(now);
  if (recent_.size() > kPerSecond) recent_.pop_front();
  due_ = gap_due_ = kNever;
}

// The least time between two acks while the sender does not seem to get them.
Duration AckSchedule::backed_off() const {
  const Duration without = last_sent_ - progress_;
  if (without < std::chrono::milliseconds(500)) return Duration::zero();
  return std::chrono::milliseconds(without < std::chrono::seconds(1) ? 100 : 200);
}

TimePoint AckSchedule::by_count() const {
  return recent_.size() < kPerSecond ? TimePoint{Duration::min() / 2}
                                     : recent_.front() + std::chrono::seconds(1);
}

TimePoint AckSchedule::next() const {
  if (due_ == kNever) return kNever;
  const TimePoint spaced = last_sent_ + backed_off();
  if (plenty()) return std::max(due_, spaced);
  const TimePoint usual = std::max({due_, spaced, last_sent_ + kUsualInterval, by_count()});
  return gap_due_ == kNever ? usual : std::min(usual, std::max({gap_due_, spaced, by_count()}));
}

}  // namespace skirret::transport
