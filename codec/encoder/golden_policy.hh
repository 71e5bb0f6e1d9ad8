#pragma once

#include "codec/encoder/encoder.hh"

namespace skirret::codec {

// When the older references are taken anew in a call. They pay where things come back: a head that turns, a
// hand that leaves, a scene that is cut back to.
//
//   golden  is refreshed every `refresh_age` frames, and at a scene cut
//   altref  takes the golden that goes; at a scene cut, the last picture of the scene before. It stays as it
//   is
//           while it shows more that golden does not than golden shows that it does not (background that
//           somebody has covered for longer than golden remembers), and while most of it is still true
//
// Vectors to either point the same way, for both lie in the past: no sign biases.
struct GoldenPolicy {
  int refresh_age = 24;      // frames after which golden is taken anew
  int least_age = 4;         // not more often than this, even on cuts
  bool keep_covered = true;  // altref remembers what is covered
};

// The plan of the next interframe, from the state that it is coded from, what is known beside it, and the
// source. Pure.
FramePlan plan_interframe(const GoldenPolicy& policy, const State& from, const Hints& hints,
                          const Picture& target);

}  // namespace skirret::codec
