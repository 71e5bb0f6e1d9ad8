#pragma once

#include <functional>

#include "codec/encoder/encoder.hh"
#include "codec/encoder/golden_policy.hh"
#include "codec/quality/quality.hh"

namespace skirret::test {

// A call without a network: picture after picture from the state that the last one led to.
class CodedCall {
 public:
  struct Frame {
    codec::Candidate candidate;
    double psnr = 0;  // luma, dB
  };
  // May change the plan that the policy gave.
  using Direct = std::function<void(codec::FramePlan&)>;

  CodedCall(codec::Quantizer quantizer, codec::Effort effort, codec::GoldenPolicy policy = {})
      : quantizer_(quantizer), effort_(effort), policy_(policy) {}

  // `most_bytes` 0: at the call's quantizer; else as much as fits, the next search beginning there.
  Frame next(const codec::Picture& target, const Direct& direct = {}, std::size_t most_bytes = 0) {
    codec::FramePlan plan;
    if (state_.has_pictures()) {
      plan = codec::plan_interframe(policy_, state_, hints_, target);
    } else {
      plan.kind = codec::FrameKind::kKey;
      plan.refresh_golden = plan.refresh_altref = true;
    }
    if (direct) direct(plan);
    const codec::QuantizerRange expected{quantizer_, quantizer_};
    Frame frame;
    const auto analysis = codec::analyse(state_, target, plan, expected, hints_, effort_);
    frame.candidate = most_bytes == 0 ? codec::code(state_, target, analysis, quantizer_)
                                      : codec::code_below(state_, target, analysis, most_bytes, quantizer_);
    if (most_bytes != 0) quantizer_ = frame.candidate.quantizer;
    state_ = codec::finish(state_, frame.candidate);
    codec::QualityMeter meter;
    meter.add(codec::measure_luma(target, state_.last));
    frame.psnr = meter.psnr(codec::PlaneName::kY);
    hints_.previous_vectors = frame.candidate.vectors;
    hints_.previous_source = target;
    hints_.stillness = frame.candidate.stillness;
    hints_.golden_age = plan.refresh_golden ? 0 : hints_.golden_age + 1;
    return frame;
  }

  const codec::State& state() const { return state_; }
  const codec::Hints& hints() const { return hints_; }

 private:
  codec::Quantizer quantizer_;
  codec::Effort effort_;
  codec::GoldenPolicy policy_;
  codec::State state_;
  codec::Hints hints_;
};

}  // namespace skirret::test
