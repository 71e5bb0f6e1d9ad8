#include "transport/link/link.hh"

#include <algorithm>
#include <utility>

#include "codec/base/check.hh"

namespace skirret::transport {

Link::Link(std::unique_ptr<OpportunitySource> source, const LinkConfig& config, TimePoint start)
    : source_(std::move(source)),
      config_(config),
      start_(start),
      now_(start),
      loss_(config.loss, config.burst, config.seed),
      order_draws_(LinkRandom::stream(config.seed, 2)),
      log_(start) {
  SKIRRET_CHECK(source_ != nullptr);
  SKIRRET_CHECK(config.delay >= Duration::zero() && config.reorder_delay >= Duration::zero());
  next_opportunity_ = start_ + source_->next();
}

void Link::send(ByteVector bytes, TimePoint now, std::uint64_t tag) {
  run_to(now);
  Waiting waiting;
  waiting.charged = static_cast<std::uint32_t>(bytes.size()) + config_.overhead_bytes;
  waiting.packet = {now_, next_id_++, tag, std::move(bytes)};
  const Duration since_start = now_ - start_;
  const bool blackout = std::any_of(config_.blackouts.begin(), config_.blackouts.end(),
                                    [since_start](const TimeWindow& w) { return w.holds(since_start); });
  if (blackout) {
    note(LinkEventKind::kDropLoss, now_, waiting);
  } else if (config_.delay_place == DelayPlace::kBeforeQueue && config_.delay > Duration::zero()) {
    waiting.packet.at = now_ + config_.delay;
    entering_.push_back(std::move(waiting));
  } else {
    enqueue(std::move(waiting), now_);
  }
}

TimePoint Link::next_event() const {
  TimePoint next = kNever;
  if (!entering_.empty()) next = std::min(next, entering_.front().packet.at);
  if (!queue_.empty() || in_transit_) next = std::min(next, next_opportunity_);
  if (!leaving_.empty()) next = std::min(next, leaving_.begin()->first);
  return next;
}

std::vector<Delivered> Link::advance(TimePoint now) {
  run_to(now);
  std::vector<Delivered> arrived;
  while (!leaving_.empty() && leaving_.begin()->first <= now_) {
    arrived.push_back(std::move(leaving_.begin()->second));
    leaving_.erase(leaving_.begin());
  }
  return arrived;
}

// Opportunities and entries up to `now` in order of time; at one instant the opportunity comes first.
void Link::run_to(TimePoint now) {
  now_ = std::max(now_, now);
  for (;;) {
    const TimePoint entry = entering_.empty() ? kNever : entering_.front().packet.at;
    if (std::min(entry, next_opportunity_) > now_) return;
    if (next_opportunity_ <= entry) {
      const TimePoint at = next_opportunity_;
      next_opportunity_ = start_ + source_->next();
      use_opportunity(at);
    } else {
      Waiting waiting = std::move(entering_.front());
      entering_.pop_front();
      enqueue(std::move(waiting), entry);
    }
  }
}

void Link::enqueue(Waiting waiting, TimePoint at) {
  const bool full = (config_.queue_packets != 0 && queue_.size() + 1 > config_.queue_packets) ||
                    (config_.queue_bytes != 0 && queue_bytes_ + waiting.charged > config_.queue_bytes);
  if (full) {
    note(LinkEventKind::kDropQueue, at, waiting);
    return;
  }
  note(LinkEventKind::kEnqueue, at, waiting);
  waiting.enqueued = at;
  queue_bytes_ += waiting.charged;
  queue_.push_back(std::move(waiting));
}

void Link::use_opportunity(TimePoint at) {
  std::vector<Waiting> carried;
  std::uint32_t left = kOpportunityBytes;
  while (left > 0) {
    if (!in_transit_) {
      if (queue_.empty()) break;
      in_transit_ = std::move(queue_.front());
      queue_.pop_front();
      queue_bytes_ -= in_transit_->charged;
      in_transit_left_ = in_transit_->charged;
    }
    const std::uint32_t part = std::min(left, in_transit_left_);
    left -= part;
    in_transit_left_ -= part;
    if (in_transit_left_ == 0) {
      carried.push_back(std::move(*in_transit_));
      in_transit_.reset();
    }
  }
  note({LinkEventKind::kOpportunity, at, 0, kOpportunityBytes - left, Duration::zero()});
  for (Waiting& waiting : carried) depart(std::move(waiting), at);
}

void Link::depart(Waiting waiting, TimePoint at) {
  note(LinkEventKind::kDequeue, at, waiting, at - waiting.enqueued);
  // All draws for each packet, so that one option changed leaves the others' fates as they were.
  const bool lost = loss_.lose_next();
  const bool late = order_draws_.chance(config_.reorder);
  const bool twice = order_draws_.chance(config_.duplicate);
  if (lost) {
    note(LinkEventKind::kDropLoss, at, waiting);
    return;
  }
  Delivered packet = std::move(waiting.packet);
  packet.at = at;
  if (config_.delay_place == DelayPlace::kAfterQueue) packet.at += config_.delay;
  if (late) packet.at += config_.reorder_delay;
  if (twice) leaving_.emplace(packet.at, packet);
  const TimePoint arrival = packet.at;
  leaving_.emplace(arrival, std::move(packet));
}

void Link::note(LinkEventKind kind, TimePoint at, const Waiting& waiting, Duration queued) {
  note({kind, at, waiting.packet.id, waiting.charged, queued});
}

void Link::note(const LinkEvent& event) {
  if (config_.keep_log) log_.record(event);
  if (observer_) observer_(event);
}

}  // namespace skirret::transport
