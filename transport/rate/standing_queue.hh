#pragma once

#include <optional>

#include "codec/base/time.hh"

namespace skirret::transport {

// A queue that did not drain although we sent next to nothing for a while: the path has become longer, or
// somebody else keeps the queue full. The rate controller believes the first, and what was least becomes its
// base; this remembers what was before, and knows the second by what a path does not do:
//
//   wander  the least delays of later drains, and of half seconds between, go up and down by a fifth of what
//           stands there at most, and never come near the base before. A longer path stays where it is. (The
//           first drain may have left something of ours: it is no upper end.)
//   loss    packets sent since the queue was last seen empty were lost, or in the half second before: who
//           probes by losing, as TCP does, fills it to its end, at first beyond, and it empties once more.
//           Two calls on one link also keep a queue standing, but a shorter one.
//
// Both within `kDoubt`, in which the caller looks for an empty queue more often.
class StandingQueue {
 public:
  // When the queue was last seen empty.
  struct Empty {
    Duration base{};  // one way, on the receiver's clock, as all delays here
    Duration round_trip{};
    double capacity = 0;  // bytes a second
    TimePoint at{};
  };
  struct Rival {
    Empty before;
    Duration queue{};  // has stood since, at least
  };

  // A drain has ended, in which `least` was the least delay, and `own` may be the wait for our own packets.
  void did_not_drain(const Empty& before, Duration least, Duration own, TimePoint now);
  void arrived(Duration delay, TimePoint now);
  void lost(TimePoint sent);

  bool doubtful(TimePoint now) const { return doubt_ && now <= doubt_->end; }
  // Told once: the doubt is over then.
  std::optional<Rival> take_rival();

 private:
  struct Doubt {
    Empty before;
    Duration lowest{};
    std::optional<Duration> highest;
    TimePoint end{};
  };
  void restart(TimePoint now);

  std::optional<Doubt> doubt_;
  TimePoint began_{};              // of this half second …
  std::optional<Duration> least_;  // … and the least delay in it
  TimePoint lost_{};               // when the newest lost packet was sent
};

}  // namespace skirret::transport
