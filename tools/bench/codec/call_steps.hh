#pragma once

#include "codec/encoder/encoder.hh"
#include "codec/encoder/golden_policy.hh"

namespace skirret::bench {

// What a sender carries from frame to frame, to drive analyse, code and finish one by one.
struct CallSteps {
  codec::GoldenPolicy policy;
  codec::State state;
  codec::Hints hints;

  codec::FramePlan plan(const codec::Picture& picture) const {
    if (state.has_pictures()) return codec::plan_interframe(policy, state, hints, picture);
    codec::FramePlan key;
    key.kind = codec::FrameKind::kKey;
    key.refresh_golden = key.refresh_altref = true;
    return key;
  }

  void go_on(const codec::FramePlan& plan, const codec::Candidate& chosen, codec::State next,
             const codec::Picture& picture) {
    state = std::move(next);
    hints.previous_vectors = chosen.vectors;
    hints.previous_source = picture;
    hints.stillness = chosen.stillness;
    hints.golden_age = plan.refresh_golden ? 0 : hints.golden_age + 1;
  }
};

}  // namespace skirret::bench
