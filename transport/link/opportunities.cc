#include "transport/link/opportunities.hh"

#include <algorithm>
#include <utility>

#include "codec/base/check.hh"

namespace skirret::transport {

TraceOpportunities::TraceOpportunities(std::shared_ptr<const Trace> trace) : trace_(std::move(trace)) {
  SKIRRET_CHECK(trace_ != nullptr && !trace_->opportunities_ms.empty() && trace_->period_ms() > 0);
}

Duration TraceOpportunities::next() {
  const Duration at = round_start_ + std::chrono::milliseconds(trace_->opportunities_ms[line_]);
  if (++line_ == trace_->opportunities_ms.size()) {
    line_ = 0;
    round_start_ += std::chrono::milliseconds(trace_->period_ms());
  }
  return at;
}

ConstantOpportunities::ConstantOpportunities(std::uint64_t bits_per_second) : rate_(bits_per_second) {
  SKIRRET_CHECK(rate_ >= 1 && rate_ <= 100'000'000'000u);
}

Duration ConstantOpportunities::next() {
  constexpr std::uint64_t kScaled = kOpportunityCapacityBits * 1'000'000'000u;
  at_ += Duration(static_cast<std::int64_t>(kScaled / rate_));
  remainder_ += kScaled % rate_;
  if (remainder_ >= rate_) {
    remainder_ -= rate_;
    at_ += Duration(1);
  }
  return at_;
}

OutageOpportunities::OutageOpportunities(std::unique_ptr<OpportunitySource> inner,
                                         std::vector<TimeWindow> outages)
    : inner_(std::move(inner)), outages_(std::move(outages)) {
  SKIRRET_CHECK(inner_ != nullptr);
}

Duration OutageOpportunities::next() {
  for (;;) {
    const Duration at = inner_->next();
    const bool out =
        std::any_of(outages_.begin(), outages_.end(), [at](const TimeWindow& w) { return w.holds(at); });
    if (!out) return at;
  }
}

LaterOpportunities::LaterOpportunities(std::unique_ptr<OpportunitySource> inner, Duration begin)
    : inner_(std::move(inner)), begin_(begin) {
  SKIRRET_CHECK(inner_ != nullptr);
}

Duration LaterOpportunities::next() {
  for (;;) {
    const Duration at = inner_->next();
    if (at >= begin_) return at - begin_;
  }
}

}  // namespace skirret::transport
