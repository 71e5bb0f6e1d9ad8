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
  if (!plenty() && now - last_sent_ < kUsualInterval) {
    urgent_.push_back(now);
    if (urgent_.size() > kUrgent) urgent_.pop_front();
  }
  share_ = std::max(0.0, share_ - static_cast<double>(wire_bytes));
  last_sent_ = now;
  due_ = gap_due_ = kNever;
}

// The least time between two acks while the sender does not seem to get them.
Duration AckSchedule::backed_off() const {
  using std::chrono::milliseconds;
  const Duration for_lag =
      lag_ < kLongLag ? Duration::zero() : std::min<Duration>(lag_ / 4, milliseconds(750));
  const Duration without = last_sent_ - progress_;
  if (without < milliseconds(500)) return for_lag;
  return std::max<Duration>(for_lag, milliseconds(without < milliseconds(1000) ? 100 : 200));
}

TimePoint AckSchedule::urgent_allowed() const {
  return urgent_.size() < kUrgent ? TimePoint{Duration::min() / 2}
                                  : urgent_.front() + std::chrono::seconds(1);
}

TimePoint AckSchedule::next() const {
  if (due_ == kNever) return kNever;
  const TimePoint spaced = last_sent_ + backed_off();
  if (plenty()) return std::max(due_, spaced);
  const TimePoint usual = std::max({due_, spaced, last_sent_ + kUsualInterval});
  return gap_due_ == kNever ? usual : std::min(usual, std::max({gap_due_, spaced, urgent_allowed()}));
}

}  // namespace skirret::transport
