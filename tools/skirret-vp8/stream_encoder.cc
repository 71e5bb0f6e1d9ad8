#include "tools/skirret-vp8/stream_encoder.hh"

#include <algorithm>
#include <string>
#include <utility>

namespace skirret::vp8 {
namespace {

constexpr std::size_t kFirstFrameShare = 8;  // the first frame may take this many frames' limit
constexpr int kRefinements = 3;

const codec::Candidate* largest_within(const std::vector<codec::Candidate>& candidates, std::size_t limit) {
  const codec::Candidate* best = nullptr;
  for (const codec::Candidate& candidate : candidates)
    if (candidate.bytes.size() <= limit && (best == nullptr || candidate.distortion < best->distortion))
      best = &candidate;
  return best;
}

}  // namespace

StreamEncoder::StreamEncoder(const SizePolicy& policy, codec::Effort effort, const codec::SourceInfo& source,
                             codec::Executor& executor)
    : policy_(policy), effort_(effort), executor_(executor) {
  if (const auto* rate = std::get_if<TargetRate>(&policy_))
    rate_control_.emplace(rate->kbps, source.rate.numerator, source.rate.denominator, source.dimensions);
}

codec::FramePlan StreamEncoder::plan(const codec::Picture& picture) const {
  if (state_.has_pictures())
    return codec::plan_interframe(golden_policy_, hints_.golden_age, picture, hints_.previous_source);
  codec::FramePlan plan;
  plan.kind = codec::FrameKind::kKey;
  plan.refresh_golden = plan.refresh_altref = true;
  return plan;
}

codec::Candidate StreamEncoder::at_quantizer(const codec::Picture& picture, const codec::FramePlan& plan,
                                             codec::Quantizer quantizer) {
  const auto analysis = codec::analyse(state_, picture, plan, {quantizer, quantizer}, hints_, effort_);
  return codec::code(state_, picture, analysis, quantizer);
}

// Explores below the limit, then closes in on it from the best that fits: between its quantizer and the
// next finer one that did not fit.
Result<codec::Candidate> StreamEncoder::below(const codec::Picture& picture, const codec::FramePlan& plan,
                                              std::size_t limit) {
  const codec::Aim aim{limit * 5 / 8, limit * 7 / 8, limit};
  auto explored =
      codec::explore(state_, picture, plan, hints_, effort_, aim, {3, last_quantizer_}, executor_, {});
  const codec::Candidate* found = largest_within(explored.candidates, limit);
  // One that was pressed was pressed to the lowest aim; there may be room up to the limit.
  const bool pressed = found == nullptr || found->shrink_level > 0;
  codec::Candidate best = pressed ? codec::code_within(state_, picture, explored.analysis, limit) : *found;
  if (found != nullptr && pressed && (best.bytes.size() > limit || found->distortion < best.distortion))
    best = *found;
  if (best.bytes.size() > limit)
    return fail(ErrorCode::kLimit, "a frame of this size takes at least " +
                                       std::to_string(best.bytes.size()) + " bytes, above --frame-bytes " +
                                       std::to_string(limit) + ": allow more, or scale the video down");
  codec::Quantizer too_fine = -1;
  for (const codec::Candidate& candidate : explored.candidates)
    if (candidate.bytes.size() > limit && candidate.quantizer < best.quantizer)
      too_fine = std::max(too_fine, candidate.quantizer);
  for (int i = 0; i < kRefinements && best.quantizer - too_fine > 1; ++i) {
    const codec::Quantizer middle = (best.quantizer + too_fine + 1) / 2;
    codec::Candidate tried = codec::code(state_, picture, explored.analysis, middle);
    if (tried.bytes.size() <= limit)
      best = std::move(tried);
    else
      too_fine = middle;
  }
  return best;
}

Result<StreamEncoder::Coded> StreamEncoder::next(const codec::Picture& picture) {
  const codec::FramePlan plan = this->plan(picture);
  const bool key = plan.kind == codec::FrameKind::kKey;
  Coded coded;
  if (const auto* fixed = std::get_if<FixedQuantizer>(&policy_)) {
    coded.candidate = at_quantizer(picture, plan, fixed->quantizer);
  } else if (rate_control_) {
    coded.candidate = at_quantizer(picture, plan, rate_control_->quantizer(key));
    rate_control_->coded(coded.candidate.quantizer, coded.candidate.bytes.size(), key);
  } else {
    const std::size_t limit = std::get<FrameLimit>(policy_).bytes * (key ? kFirstFrameShare : 1);
    auto fitting = below(picture, plan, limit);
    // The first frame has no limit of its own: the smallest will do.
    if (!fitting && key) fitting = at_quantizer(picture, plan, 127);
    if (!fitting) return tl::unexpected(fitting.error());
    coded.candidate = std::move(*fitting);
  }
  coded.state = codec::finish(state_, coded.candidate);
  state_ = coded.state;
  hints_.previous_vectors = coded.candidate.vectors;
  hints_.previous_source = picture;
  hints_.golden_age = plan.refresh_golden ? 0 : hints_.golden_age + 1;
  last_quantizer_ = coded.candidate.quantizer;
  return coded;
}

}  // namespace skirret::vp8
