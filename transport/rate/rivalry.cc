#include "transport/rate/rivalry.hh"

#include <algorithm>
#include <cmath>

namespace skirret::transport {
namespace {

using std::chrono::milliseconds;

constexpr double kEnter = 1.5;  // seconds of evidence
constexpr double kMost = 2.5;
constexpr double kClear = 2.0;                     // queueing delay over what explains it …
constexpr double kStay = 1.08;                     // … with the round trip …
constexpr double kStayShort = 1.3;                 // … in front of a short queue
constexpr Duration kLongQueue = milliseconds(80);  // our own target is well below
constexpr Duration kShortQueue = milliseconds(10);
constexpr Duration kPatience = milliseconds(2000);  // between reductions in front of a short queue
constexpr Duration kTrainGap = milliseconds(15);    // packets sent at this distance or less are one train
constexpr Duration kApart = milliseconds(20);       // packets sent at this distance may show a stall
constexpr Duration kLongestStep = milliseconds(150);
constexpr Duration kOutage = milliseconds(150);
constexpr double kMemory = 1.0;  // seconds, of the dispersion
constexpr double kCubic = 1.0;
constexpr double kShrink = 0.8;

}  // namespace

Rivalry::Rivalry(std::size_t packet_bytes)
    : packet_(static_cast<double>(packet_bytes)), long_queue_(kLongQueue) {}

void Rivalry::arrived(TimePoint sent, Duration arrival, std::size_t bytes, std::size_t in_flight,
                      Duration queue, Duration base_round_trip, TimePoint now) {
  const Seen seen{sent, arrival};
  if (!newest_) {
    newest_ = seen;
    return;
  }
  disperse(seen, bytes);
  if (sent >= reduced_) gone_ = 0;
  const Duration apart = sent - newest_->sent;
  const Duration step = std::clamp<Duration>(arrival - newest_->arrival, Duration::zero(), kLongestStep);
  const bool stalled = apart >= kApart && arrival - newest_->arrival < apart / 3;
  const bool outage = arrival - newest_->arrival > kOutage && sent - newest_->sent < kOutage / 2;
  newest_ = seen;
  if (outage) evidence_ = 0;
  if (stalled && !competing_)
    evidence_ = 0;
  else if (unexplained(in_flight, queue, base_round_trip))
    evidence_ = std::min(kMost, evidence_ + to_seconds(step));
  else
    evidence_ = std::max(0.0, evidence_ - to_seconds(step));
  if (!competing_ && evidence_ >= kEnter) {
    begin(queue, base_round_trip, now);
  } else if (competing_) {
    competing_ = evidence_ > 0;
    if (!competing_) long_queue_ = kLongQueue;
    grow(bytes, base_round_trip + queue, now);
  }
}

// Entering takes a clearer case than staying, where our own share of the queue is large.
bool Rivalry::unexplained(std::size_t in_flight, Duration queue, Duration base_round_trip) const {
  if (train_seconds_ <= 0 || queue < long_queue_) return false;
  const double drain = static_cast<double>(in_flight) * train_seconds_ / train_bytes_;
  // Packets delivered but not yet acknowledged are in flight, too: hence the round trip.
  if (competing_)
    return to_seconds(queue + base_round_trip) > (long_queue_ < kLongQueue ? kStayShort : kStay) * drain;
  return to_seconds(queue) > kClear * drain;
}

void Rivalry::disperse(const Seen& seen, std::size_t bytes) {
  const Duration gap = seen.arrival - newest_->arrival;
  if (seen.sent - newest_->sent > kTrainGap || gap < Duration::zero()) return;
  const double keep = std::exp(-to_seconds(gap) / kMemory);
  train_bytes_ = train_bytes_ * keep + static_cast<double>(bytes);
  train_seconds_ = train_seconds_ * keep + std::max(to_seconds(gap), 1e-6);
}

// With a third of what is in flight at the bottleneck now; from there it grows.
void Rivalry::begin(Duration queue, Duration base_round_trip, TimePoint now) {
  competing_ = true;
  evidence_ = kMost;
  const double rate = train_seconds_ > 0 ? train_bytes_ / train_seconds_ : 0;
  const double path = rate * to_seconds(queue + base_round_trip) / packet_;
  window_ = std::max({window_ * kShrink, path / 2, 8.0});
  most_ = window_;
  epoch_ = reduced_ = now;
}

// Beginning with a third of what was carried when the queue was empty.
void Rivalry::found(Duration queue, double capacity, Duration base_round_trip, TimePoint now) {
  if (competing_) return;
  long_queue_ = std::clamp<Duration>(queue / 2, kShortQueue, kLongQueue);
  begin(queue, base_round_trip, now);
  most_ = window_ = std::max(window_, capacity / 3 * to_seconds(queue + base_round_trip) / packet_);
}

void Rivalry::grow(std::size_t bytes, Duration round_trip, TimePoint now) {
  const double t = to_seconds(now - epoch_ + round_trip);
  const double k = std::cbrt(most_ * (1 - kShrink) / kCubic);
  const double cubic = kCubic * std::pow(t - k, 3) + most_;
  const double as_reno = most_ * kShrink + 3 * (1 - kShrink) / (1 + kShrink) * t / to_seconds(round_trip);
  const double target = std::clamp(std::max(cubic, as_reno), window_, 1.5 * window_);
  window_ += (target - window_) / window_ * static_cast<double>(bytes) / packet_;
}

void Rivalry::lost(TimePoint sent, TimePoint now) {
  if (!competing_) return;
  ++gone_;
  if (sent < reduced_) return;
  if (long_queue_ < kLongQueue && sent - reduced_ < kPatience) return;
  most_ = window_ < most_ ? window_ * (1 + kShrink) / 2 : window_;
  window_ = std::max(4.0, window_ * kShrink);
  epoch_ = reduced_ = now;
}

}  // namespace skirret::transport
