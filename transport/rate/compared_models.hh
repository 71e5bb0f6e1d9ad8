#pragma once

#include <cstddef>
#include <deque>
#include <optional>

#include "codec/base/time.hh"

namespace skirret::transport {

// Two models that ours is measured against (RateConfig::model), reduced to what they make of arrivals;
// pacing, probes in outages and recovery are the same for all.

// The average of the gaps between arrivals, as Salsify's receiver keeps it (Fouladi et al., NSDI 2018,
// section 3.2): each new gap counts for a tenth; gaps in which the sender paused are left out. The budget is
// what arrives in 100 ms at that pace, less what is in flight.
class GapAverage {
 public:
  void arrived(TimePoint sent, Duration arrival, std::size_t bytes);
  std::size_t budget(std::size_t in_flight) const;  // wire bytes

 private:
  struct Seen {
    TimePoint sent;
    Duration arrival{};
  };
  std::optional<Seen> newest_;
  double gap_ = 0;  // seconds; 0: not known
  double packet_ = 1200;
};

// The slope of the one-way delay, after Google Congestion Control (Carlucci et al., MMSys 2016): packets in
// groups of 5 ms by when they were sent; a line through the smoothed delays of the last 20 groups; a slope
// above an adaptive threshold for 10 ms is overuse, and the rate falls to 0.85 of what was received in the
// last half second; below it the rate stays, else it grows by 8 % a second (until the first overuse fourfold,
// which stands for the probes of its start), to 1.5 times of what was received at most.
class DelayGradient {
 public:
  void arrived(TimePoint sent, Duration arrival, std::size_t bytes);
  // Wire bytes: the rate's worth of a round trip and a frame interval, less what is in flight.
  std::size_t budget(std::size_t in_flight, Duration round_trip, Duration frame_interval) const;
  double rate() const { return rate_; }  // bytes a second

 private:
  struct Group {
    TimePoint first_sent;
    TimePoint sent;      // of its last packet
    Duration arrival{};  // of its last packet
  };
  struct Point {
    double at = 0;     // seconds
    double delay = 0;  // ms, smoothed
  };
  void close_group(const Group& group);
  double slope() const;
  double received() const;  // bytes a second over the last half second
  void control(double trend, double at, double step);

  std::optional<Group> current_;
  std::optional<Group> before_;
  std::deque<Point> points_;
  std::deque<std::pair<double, std::size_t>> arrivals_;
  double delay_ = 0;
  double smoothed_ = 0;
  double threshold_ = 12.5;
  double over_since_ = -1;
  bool probing_ = true;
  double rate_ = 300'000.0 / 8;
};

}  // namespace skirret::transport
