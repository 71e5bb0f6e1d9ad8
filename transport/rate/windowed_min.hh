#pragma once

#include <algorithm>
#include <array>
#include <optional>

#include "codec/base/time.hh"

namespace skirret::transport {

// The smallest of the durations seen within about the last `window`, kept in eight slices of it; a slice is
// forgotten whole, so values live for 7/8 … 8/8 of the window. A silence makes them at most a quarter of it
// older: what comes first after an outage has waited in it, and shall not be all that is known.
class WindowedMin {
 public:
  explicit WindowedMin(Duration window) : slice_(window / 8) {}

  void add(Duration value, TimePoint now) {
    advance(now);
    auto& current = slices_[at_];
    current = current ? std::min(*current, value) : value;
    refresh();
  }
  std::optional<Duration> value() const { return min_; }

  void reset() { *this = WindowedMin(slice_ * 8); }

 private:
  void advance(TimePoint now) {
    if (!started_) slice_end_ = now + slice_;
    started_ = true;
    for (int i = 0; now >= slice_end_ && i < 2; ++i) {
      at_ = (at_ + 1) % slices_.size();
      slices_[at_].reset();
      slice_end_ += slice_;
    }
    if (now >= slice_end_) slice_end_ = now + slice_;
  }
  void refresh() {
    std::optional<Duration> least;
    for (const auto& slice : slices_)
      if (slice && (!least || *slice < *least)) least = slice;
    min_ = least;
  }

  Duration slice_;
  std::array<std::optional<Duration>, 8> slices_{};
  std::size_t at_ = 0;
  TimePoint slice_end_{};
  bool started_ = false;
  std::optional<Duration> min_;
};

}  // namespace skirret::transport
