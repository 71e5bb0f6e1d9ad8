#include "tools/bench/codec/budget_accuracy.hh"

#include <algorithm>

#include "tools/bench/codec/coding_run.hh"
#include "tools/bench/codec/cpu_time.hh"
#include "tools/skirret-vp8/stream_encoder.hh"

namespace skirret::bench {

Result<BudgetAccuracy> measure_budget(const Clip& clip, int effort, std::size_t limit) {
  vp8::StreamEncoder encoder(vp8::FrameLimit{limit}, codec::Effort{effort}, clip.info);
  BudgetAccuracy result;
  result.limit = limit;
  std::vector<double> fills;
  for (const codec::Picture& picture : clip.pictures) {
    Result<vp8::StreamEncoder::Coded> coded;
    result.cpu_seconds += timed_on_this_thread([&] { coded = encoder.next(picture); });
    if (!coded) return tl::unexpected(coded.error());
    const codec::Candidate& candidate = coded->candidate;
    ++result.frames;
    result.above += candidate.bytes.size() > limit;
    if (candidate.quantizer > 0)  // a frame that fits at quantizer 0 may leave room
      fills.push_back(static_cast<double>(candidate.bytes.size()) / static_cast<double>(limit));
  }
  result.limited = fills.size();
  if (fills.empty()) return result;
  result.median_fill = median(fills);
  std::ranges::sort(fills);
  result.low_fill = fills[fills.size() / 20];
  return result;
}

}  // namespace skirret::bench
