#include "tools/bench/codec/budget_accuracy.hh"

#include <algorithm>

#include "tools/bench/codec/call_steps.hh"
#include "tools/bench/codec/coding_run.hh"
#include "tools/bench/codec/cpu_time.hh"
#include "tools/skirret-vp8/stream_encoder.hh"

namespace skirret::bench {
namespace {

// Bytes of the smallest form of the next frame of a call.
std::size_t smallest_form(const CallSteps& call, const codec::Picture& picture) {
  const codec::FramePlan plan = call.plan(picture);
  const auto analysis = codec::analyse(call.state, picture, plan, {127, 127}, call.hints, {0});
  return codec::code_within(call.state, picture, analysis, 0).bytes.size();
}

}  // namespace

Result<BudgetAccuracy> measure_budget(const Clip& clip, int effort, std::size_t limit) {
  vp8::StreamEncoder encoder(vp8::FrameLimit{limit}, codec::Effort{effort}, clip.info);
  BudgetAccuracy result;
  result.limit = limit;
  std::vector<double> fills;
  CallSteps call;  // as the encoder goes
  for (const codec::Picture& picture : clip.pictures) {
    Result<vp8::StreamEncoder::Coded> coded;
    result.cpu_seconds += timed_on_this_thread([&] { coded = encoder.next(picture); });
    if (!coded) return tl::unexpected(coded.error());
    const codec::Candidate& candidate = coded->candidate;
    ++result.frames;
    const bool above = candidate.bytes.size() > limit;
    result.above += above;
    result.broken += above && smallest_form(call, picture) <= limit;
    // A frame that fits at quantizer 0 may leave room.
    if (!above && (candidate.quantizer > 0 || candidate.shrink_level > 0))
      fills.push_back(static_cast<double>(candidate.bytes.size()) / static_cast<double>(limit));
    call.go_on(call.plan(picture), candidate, coded->state, picture);
  }
  result.limited = fills.size();
  if (fills.empty()) return result;
  result.median_fill = median(fills);
  std::ranges::sort(fills);
  result.low_fill = fills[fills.size() / 20];
  return result;
}

}  // namespace skirret::bench
