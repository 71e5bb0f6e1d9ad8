#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>

#include "codec/base/time.hh"

namespace skirret::transport {

// A policer drops what exceeds its rate and queues nothing, so delays tell nothing of it: what gets through
// looks like a fast idle link (where packets wait, a full queue has dropped them). Where two windows of 500
// ms in a row lose more than three packets in ten, the rate is capped at little more than what arrived; the
// cap rises by a twentieth each window that loses less than one in ten, and is gone when it is twice what the
// delays allow. Random loss below that stays a matter of parity.
class PolicedRate {
 public:
  void lost(std::size_t packets) { lost_ += packets; }
  // `capacity`: bytes a second that the delays allow. `queue`: how long it waited.
  void arrived(std::size_t bytes, Duration queue, double capacity, TimePoint now) {
    if (!begin_) begin_ = now;
    ++arrived_;
    waited_ += to_seconds(queue);
    bytes_ += static_cast<double>(bytes);
    if (now - *begin_ < kWindow || lost_ + arrived_ < kLeastPackets) return;
    close(bytes_ / to_seconds(now - *begin_), capacity);
    begin_ = now;
    bytes_ = 0;
    lost_ = arrived_ = 0;
    waited_ = 0;
  }

  // Nothing is dropped but by a queue that others fill, too.
  void forget() { *this = PolicedRate(); }

  double cap() const { return cap_.value_or(1e12); }  // bytes a second

 private:
  static constexpr Duration kWindow = std::chrono::milliseconds(500);
  static constexpr std::size_t kLeastPackets = 20;
  static constexpr double kQueue = 0.02;  // seconds: a longer wait, in the mean, is a queue

  void close(double received, double capacity) {
    const double loss = static_cast<double>(lost_) / static_cast<double>(lost_ + arrived_);
    const bool heavy = loss > 0.3 && waited_ < kQueue * static_cast<double>(arrived_);
    if (heavy && (heavy_before_ || cap_)) cap_ = 1.05 * received;
    if (cap_ && loss < 0.1) cap_ = 1.05 * *cap_;
    if (cap_ && *cap_ > 2 * capacity) cap_.reset();
    heavy_before_ = heavy;
  }

  std::optional<TimePoint> begin_;
  double bytes_ = 0;
  std::size_t arrived_ = 0;
  double waited_ = 0;  // seconds, of all that arrived
  std::size_t lost_ = 0;
  bool heavy_before_ = false;
  std::optional<double> cap_;
};

}  // namespace skirret::transport
