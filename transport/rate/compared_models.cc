#include "transport/rate/compared_models.hh"

#include <algorithm>
#include <cmath>

namespace skirret::transport {
namespace {

constexpr Duration kPause = std::chrono::milliseconds(5);  // between packets that left one after the other
constexpr Duration kGroup = std::chrono::milliseconds(5);
constexpr double kLeastRate = 50'000.0 / 8;

std::size_t above(double bytes, std::size_t in_flight) {
  const double room = bytes - static_cast<double>(in_flight);
  return room <= 0 ? 0 : static_cast<std::size_t>(room);
}

}  // namespace

void GapAverage::arrived(TimePoint sent, Duration arrival, std::size_t bytes) {
  packet_ += (static_cast<double>(bytes) - packet_) / 16;
  if (newest_ && arrival >= newest_->arrival) {
    // What the sender waited longer than usual is taken off.
    const Duration paused = std::max(sent - newest_->sent - kPause, Duration::zero());
    const double gap = to_seconds(std::max(arrival - newest_->arrival - paused, Duration::zero()));
    gap_ = gap_ == 0 ? std::max(gap, 1e-4) : std::max(0.9 * gap_ + 0.1 * gap, 1e-4);
  }
  newest_ = Seen{sent, arrival};
}

std::size_t GapAverage::budget(std::size_t in_flight) const {
  if (gap_ == 0) return above(10 * packet_, in_flight);
  return above(0.1 / gap_ * packet_, in_flight);
}

void DelayGradient::arrived(TimePoint sent, Duration arrival, std::size_t bytes) {
  const double at = to_seconds(arrival);
  arrivals_.emplace_back(at, bytes);
  while (arrivals_.front().first < at - 0.5) arrivals_.pop_front();
  if (current_ && sent - current_->first_sent < kGroup) {
    current_->sent = sent;
    current_->arrival = arrival;
    return;
  }
  if (current_) close_group(*current_);
  current_ = Group{sent, sent, arrival};
}

void DelayGradient::close_group(const Group& group) {
  if (before_) {
    const double change = to_ms(group.arrival - before_->arrival) - to_ms(group.sent - before_->sent);
    delay_ += change;
    smoothed_ = 0.9 * smoothed_ + 0.1 * delay_;
    const double at = to_seconds(group.arrival);
    const double step = points_.empty() ? 0 : std::clamp(at - points_.back().at, 0.0, 0.1);
    points_.push_back({at, smoothed_});
    if (points_.size() > 20) points_.pop_front();
    if (points_.size() == 20) control(slope() * 4 * 20, at, step);
  }
  before_ = group;
}

double DelayGradient::slope() const {
  double at = 0, delay = 0;
  for (const Point& point : points_) {
    at += point.at / 20;
    delay += point.delay / 20;
  }
  double above_line = 0, below_line = 0;
  for (const Point& point : points_) {
    above_line += (point.at - at) * (point.delay - delay);
    below_line += (point.at - at) * (point.at - at);
  }
  return below_line == 0 ? 0 : above_line / below_line / 1000;  // ms a second to 1
}

double DelayGradient::received() const {
  double bytes = 0;
  for (const auto& [at, size] : arrivals_) bytes += static_cast<double>(size);
  return bytes / 0.5;
}

void DelayGradient::control(double trend, double at, double step) {
  const double gain = std::abs(trend) < threshold_ ? 0.039 : 0.0087;
  threshold_ = std::clamp(threshold_ + gain * (std::abs(trend) - threshold_) * step * 1000, 6.0, 600.0);
  if (trend > threshold_) {
    if (over_since_ < 0) over_since_ = at;
    if (at - over_since_ >= 0.01) {
      rate_ = std::min(rate_, 0.85 * received());
      probing_ = false;
      over_since_ = at;
    }
  } else {
    over_since_ = -1;
    if (trend >= -threshold_) {
      const double grown = rate_ * std::pow(probing_ ? 4 : 1.08, step) + 1000 * step;
      rate_ = std::max(rate_, std::min(grown, 1.5 * received() + 1250));
    }
  }
  rate_ = std::max(rate_, kLeastRate);
}

std::size_t DelayGradient::budget(std::size_t in_flight, Duration round_trip, Duration frame_interval) const {
  return above(rate_ * to_seconds(round_trip + frame_interval), in_flight);
}

}  // namespace skirret::transport
