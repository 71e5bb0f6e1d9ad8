#include "transport/rate/standing_queue.hh"

#include <algorithm>

namespace skirret::transport {
namespace {

using std::chrono::milliseconds;

constexpr Duration kStanding = milliseconds(8);
constexpr Duration kNearlyEmpty = milliseconds(10);
constexpr Duration kWander = milliseconds(8);
constexpr Duration kFloor = milliseconds(500);
constexpr Duration kDoubt = std::chrono::seconds(12);
constexpr Duration kOvershoot = milliseconds(500);

}  // namespace

void StandingQueue::did_not_drain(const Empty& before, Duration least, Duration own, TimePoint now) {
  if (doubtful(now)) {
    doubt_->highest = std::max(doubt_->highest.value_or(least), least);
    doubt_->lowest = std::min(doubt_->lowest, least);
  } else if (least - before.base > kStanding + own) {
    doubt_ = Doubt{before, least, std::nullopt, now + kDoubt};
    restart(now);
  }
}

void StandingQueue::arrived(Duration delay, TimePoint now) {
  if (!doubt_) return;
  if (delay < doubt_->before.base + kNearlyEmpty || now > doubt_->end) return doubt_.reset();
  least_ = std::min(least_.value_or(delay), delay);
  if (now - began_ < kFloor) return;
  doubt_->lowest = std::min(doubt_->lowest, *least_);
  restart(now);
}

void StandingQueue::lost(TimePoint sent) {
  lost_ = std::max(lost_, sent);
}

std::optional<StandingQueue::Rival> StandingQueue::take_rival() {
  if (!doubt_ || !doubt_->highest || lost_ + kOvershoot < doubt_->before.at) return std::nullopt;
  const Duration most = *doubt_->highest - doubt_->before.base;
  if (*doubt_->highest - doubt_->lowest < std::max<Duration>(kWander, most / 5)) return std::nullopt;
  const Rival rival{doubt_->before, doubt_->lowest - doubt_->before.base};
  doubt_.reset();
  return rival;
}

void StandingQueue::restart(TimePoint now) {
  began_ = now;
  least_.reset();
}

}  // namespace skirret::transport
