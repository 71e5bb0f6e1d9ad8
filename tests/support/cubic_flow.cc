#include "tests/support/cubic_flow.hh"

#include <algorithm>
#include <cmath>

namespace skirret::test {
namespace {

using transport::LinkEvent;
using transport::LinkEventKind;
using transport::Side;

constexpr double kC = 0.4;
constexpr double kBeta = 0.7;
constexpr Duration kMostProcessing = std::chrono::milliseconds(1);
constexpr std::size_t kPayload = 1500 - 28;

}  // namespace

CubicFlow::CubicFlow(transport::VirtualNetwork& network, Duration round_trip, TimePoint begin, TimePoint end)
    : network_(network), round_trip_(round_trip), end_(end), smoothed_(round_trip) {
  network_.link(Side::kLeft).observe([this, alive = alive_](const LinkEvent& event) {
    if (!*alive) return;
    if (entering_ && event.kind == LinkEventKind::kEnqueue) {
      in_link_[event.packet] = {next_, network_.now()};
      entering_ = false;
    } else if (entering_ && event.kind == LinkEventKind::kDropQueue) {
      entering_ = false;
    } else if (event.kind == LinkEventKind::kDequeue) {
      const auto it = in_link_.find(event.packet);
      if (it == in_link_.end()) return;
      const Flying flying = it->second;
      in_link_.erase(it);
      // Never earlier than the ack before it.
      acks_at_ = std::max(acks_at_,
                          event.at + round_trip_ +
                              Duration(static_cast<Duration::rep>(random_.below(kMostProcessing.count()))));
      network_.at(acks_at_, [this, alive, flying](TimePoint now) {
        if (*alive) acked(flying.number, flying.sent, now);
      });
    }
  });
  network_.at(begin, [this, alive = alive_](TimePoint now) {
    if (*alive) send(now);
  });
}

void CubicFlow::send(TimePoint now) {
  while (now < end_ && static_cast<double>(unanswered_.size()) < window_) {
    entering_ = true;
    unanswered_[next_] = now;
    network_.inject(Side::kLeft, ByteVector(kPayload, 0xee), transport::Address::ipv4({10, 0, 0, 9}, 9));
    ++next_;
  }
}

void CubicFlow::acked(std::uint64_t number, TimePoint sent, TimePoint now) {
  unanswered_.erase(number);
  ++delivered_;
  smoothed_ += (now - sent - smoothed_) / 8;
  bool lost = false;
  while (!unanswered_.empty() && unanswered_.begin()->first + 3 <= number) {
    lost = lost || unanswered_.begin()->second >= recovered_;
    unanswered_.erase(unanswered_.begin());
  }
  lost ? reduce(now) : grow(now);
  send(now);
}

void CubicFlow::grow(TimePoint now) {
  if (window_ < threshold_) {
    window_ += 1;
    return;
  }
  const double t = to_seconds(now - epoch_ + smoothed_);
  const double k = std::cbrt(most_ * (1 - kBeta) / kC);
  const double cubic = kC * std::pow(t - k, 3) + most_;
  const double as_reno = most_ * kBeta + 3 * (1 - kBeta) / (1 + kBeta) * t / to_seconds(smoothed_);
  const double target = std::clamp(std::max(cubic, as_reno), window_, 1.5 * window_);
  window_ += (target - window_) / window_;
}

void CubicFlow::reduce(TimePoint now) {
  most_ = window_ < most_ ? window_ * (1 + kBeta) / 2 : window_;
  window_ = std::max(2.0, window_ * kBeta);
  threshold_ = window_;
  epoch_ = now;
  recovered_ = now;
}

}  // namespace skirret::test
