#pragma once

#include "codec/encoder/encoder.hh"

namespace skirret::codec {

// When golden is refreshed in a call: a second, older reference pays where things come back (a head that
// turns, a hand that leaves), so golden stays for some frames; altref keeps the golden before it.
struct GoldenPolicy {
  int refresh_age = 24;     // frames after which golden is taken anew
  int least_age = 4;        // not more often than this, even on cuts
  int cut_difference = 24;  // mean luma difference per sample that counts as a scene cut
};

// The plan of the next interframe. `golden_age`: frames since golden was refreshed. `previous_source` may
// be empty. Pure.
FramePlan plan_interframe(const GoldenPolicy& policy, int golden_age, const Picture& target,
                          const Picture& previous_source);

// Mean absolute luma difference of two pictures of one size, in whole samples, over every fourth sample
// each way.
int mean_difference(const Picture& a, const Picture& b);

}  // namespace skirret::codec
