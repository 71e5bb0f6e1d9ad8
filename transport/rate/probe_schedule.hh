#pragma once

#include <algorithm>
#include <cstddef>

#include "codec/base/time.hh"

namespace skirret::transport {

// When a probe is due while the budget is 0, and how large one may be. What goes unanswered waits in front of
// the link, or has arrived and the acks are late: nobody can tell. So the first probes come each max(50 ms,
// RTT/2) and fill a packet, which shows a fair picture if they arrive; the more is unanswered, the farther
// apart they are, by what the link carried in 100 ms, and the smaller, so that a link that comes back is not
// busy with old ones. But where two thirds of a millisecond of the link carry a picture, they stay as large:
// it may be the acks alone that are out.
//
// With kMaxOutstanding of them unanswered the oldest is given up for each new one: a long outage's end is
// still seen soon.
class ProbeSchedule {
 public:
  static constexpr std::size_t kMaxOutstanding = 40;
  static constexpr std::size_t kSmall = 400;     // coded bytes; of less an old source makes no picture
  static constexpr std::size_t kSmallest = 150;  // tells that the link is back, no more

  struct Load {
    std::size_t in_flight = 0;     // wire bytes unanswered
    double carried_in_100_ms = 0;  // wire bytes, before
    bool full = false;             // no more than one each 250 ms
  };

  void sent(TimePoint now) { last_ = now; }
  // Any packet that goes out is as good as a probe.
  TimePoint due(Duration round_trip, const Load& load) const { return last_ + interval(round_trip, load); }

  static Duration interval(Duration round_trip, const Load& load) {
    const Duration least = std::max<Duration>(std::chrono::milliseconds(50), round_trip / 2);
    const Duration graded(static_cast<Duration::rep>(static_cast<double>(least.count()) * (1 + fill(load))));
    const Duration spaced = std::min(graded, std::max<Duration>(std::chrono::milliseconds(333), round_trip));
    return load.full ? std::max({spaced, Duration(std::chrono::milliseconds(250)), round_trip}) : spaced;
  }
  // Coded bytes, given those that fit one packet.
  static std::size_t size(std::size_t capacity, const Load& load) {
    const auto unanswered = static_cast<double>(load.in_flight);
    if (unanswered < std::max(kWholePackets, load.carried_in_100_ms / 8)) return capacity;
    // Perhaps only the acks are out: what takes next to nothing of the link may show a fair picture.
    const auto slight = std::min(kPicture, static_cast<std::size_t>(load.carried_in_100_ms / kSlight));
    const bool few = unanswered < std::max(kReadable, load.carried_in_100_ms / 4);
    return std::min(capacity, few || slight >= kSmall ? std::max(kSmall, slight) : kSmallest);
  }

 private:
  static constexpr std::size_t kPicture = 800;  // coded bytes that show a fair picture at 720p
  static constexpr double kLeastStep = 3000;
  static constexpr double kWholePackets = 3000;  // up to so many bytes unanswered
  static constexpr double kReadable = 10000;     // likewise
  static constexpr double kSlight = 150;         // 2/3 ms of the link

  static double fill(const Load& load) {
    return static_cast<double>(load.in_flight) / std::max(kLeastStep, load.carried_in_100_ms);
  }

  TimePoint last_{};
};

}  // namespace skirret::transport
