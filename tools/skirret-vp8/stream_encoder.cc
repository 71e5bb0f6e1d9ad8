#include "tools/skirret-vp8/stream_encoder.hh"

#include <algorithm>
#include <string>
#include <utility>

#include "codec/encoder/size_model.hh"

namespace skirret::vp8 {
namespace {

constexpr std::size_t kFirstFrameShare = 8;  // a cut may take this many frames' share
constexpr int kRefinements = 3;
constexpr int kExpectedChange = 8;  // of the quantizer from frame to frame

// A scene cut may take as much as a key frame while nothing is owed; deep in debt, twice the target.
std::size_t interframe_limit(std::size_t target, std::size_t share) {
  return std::max(target * 2, std::min(target * target * kFirstFrameShare / share, share * kFirstFrameShare));
}

}  // namespace

StreamEncoder::StreamEncoder(const SizePolicy& policy, codec::Effort effort, const codec::SourceInfo& source,
                             codec::Regions regions)
    : policy_(policy), effort_(effort), regions_(regions) {
  if (const auto* rate = std::get_if<TargetRate>(&policy_)) {
    rate_control_.emplace(rate->kbps, source.rate.numerator, source.rate.denominator, source.dimensions);
    const std::int64_t share =
        std::int64_t{rate->kbps} * 125 * source.rate.denominator / source.rate.numerator;
    frame_share_ = static_cast<std::size_t>(std::max<std::int64_t>(1, share));
  }
}

codec::FramePlan StreamEncoder::plan(const codec::Picture& picture) const {
  codec::FramePlan plan;
  if (state_.has_pictures()) {
    plan = codec::plan_interframe(golden_policy_, state_, hints_, picture);
  } else {
    plan.kind = codec::FrameKind::kKey;
    plan.refresh_golden = plan.refresh_altref = true;
  }
  plan.regions = regions_;
  return plan;
}

codec::Candidate StreamEncoder::at_quantizer(const codec::Picture& picture, const codec::FramePlan& plan,
                                             codec::Quantizer quantizer) {
  const auto analysis = codec::analyse(state_, picture, plan, {quantizer, quantizer}, hints_, effort_);
  return codec::code(state_, picture, analysis, quantizer);
}

// The quantizer that the rate control names is a forecast: what comes out above the frame's limit is coded
// again, and what is too large even at the coarsest is pressed.
codec::Candidate StreamEncoder::at_rate(const codec::Picture& picture, const codec::FramePlan& plan) {
  const bool key = plan.kind == codec::FrameKind::kKey;
  const std::size_t target = rate_control_->target_bytes(key);
  const std::size_t limit = key ? target * 3 / 2 : interframe_limit(target, frame_share_);
  codec::Quantizer quantizer = rate_control_->quantizer(key);
  const auto analysis = codec::analyse(state_, picture, plan, {quantizer, quantizer}, hints_, effort_);
  codec::Candidate coded = codec::code(state_, picture, analysis, quantizer);
  codec::SizeModel model(quantizer, coded.bytes.size());
  for (int i = 0; i < kRefinements; ++i) {
    const bool too_large = coded.bytes.size() > limit;
    const bool too_small = key && coded.bytes.size() < target / 2;
    if (!too_large && !too_small) break;
    const codec::Quantizer better = model.quantizer_for(key ? target : limit - limit / 8);
    quantizer = too_large ? std::clamp(better, std::min(quantizer + 1, 127), 127)
                          : std::clamp(better, 4, std::max(quantizer - 1, 4));
    if (quantizer == coded.quantizer) break;
    coded = codec::code(state_, picture, analysis, quantizer);
    model.add(quantizer, coded.bytes.size());
  }
  if (coded.bytes.size() > limit) coded = codec::code_within(state_, picture, analysis, limit);
  rate_control_->coded(coded.quantizer, coded.bytes.size(), key);
  return coded;
}

Result<codec::Candidate> StreamEncoder::below(const codec::Picture& picture, const codec::FramePlan& plan,
                                              std::size_t limit) {
  const codec::Quantizer start = last_quantizer_;
  const codec::QuantizerRange expected = {std::max(start - kExpectedChange, 0),
                                          std::min(start + kExpectedChange, 127)};
  const auto analysis = codec::analyse(state_, picture, plan, expected, hints_, effort_);
  codec::Candidate best = codec::code_below(state_, picture, analysis, limit, start);
  // The first frame may be as small as it gets where that is still too large.
  if (best.bytes.size() > limit && plan.kind != codec::FrameKind::kKey)
    return fail(ErrorCode::kLimit, "a frame of this size takes at least " +
                                       std::to_string(best.bytes.size()) + " bytes, above --frame-bytes " +
                                       std::to_string(limit) + ": allow more, or scale the video down");
  return best;
}

Result<StreamEncoder::Coded> StreamEncoder::next(const codec::Picture& picture) {
  const codec::FramePlan plan = this->plan(picture);
  Coded coded;
  if (const auto* fixed = std::get_if<FixedQuantizer>(&policy_)) {
    coded.candidate = at_quantizer(picture, plan, fixed->quantizer);
  } else if (rate_control_) {
    coded.candidate = at_rate(picture, plan);
  } else {
    auto fitting = below(picture, plan, std::get<FrameLimit>(policy_).bytes);
    if (!fitting) return tl::unexpected(fitting.error());
    coded.candidate = std::move(*fitting);
  }
  coded.state = codec::finish(state_, coded.candidate);
  state_ = coded.state;
  hints_.previous_vectors = coded.candidate.vectors;
  hints_.previous_source = picture;
  hints_.stillness = coded.candidate.stillness;
  hints_.golden_age = plan.refresh_golden ? 0 : hints_.golden_age + 1;
  last_quantizer_ = coded.candidate.quantizer;
  return coded;
}

}  // namespace skirret::vp8
