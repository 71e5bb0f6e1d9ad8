#include "sender/pipeline.hh"

#include <algorithm>
#include <utility>

#include "sender/chooser.hh"

namespace skirret::sender {

codec::Exploration CodeJob::run(codec::Executor& executor, std::stop_token stop) const {
  return codec::explore(from, target, plan, hints, effort, aim, options, executor, std::move(stop));
}

Pipeline::Pipeline(transport::SendSession& session, const PipelineConfig& config, Observer& observer)
    : session_(session), config_(config), observer_(observer), effort_(config.effort) {}

std::optional<CodeJob> Pipeline::capture(codec::Picture picture, TimePoint at, TimePoint now) {
  Captured captured{next_number_++, std::move(picture), at};
  observer_.on_capture({at, captured.number - 1});
  if (job_) {
    if (waiting_) ++superseded_;
    waiting_ = std::move(captured);
    return std::nullopt;
  }
  return start(std::move(captured), now);
}

std::optional<CodeJob> Pipeline::resume(TimePoint now) {
  if (job_ || !waiting_) return std::nullopt;
  return start(*std::exchange(waiting_, std::nullopt), now);
}

std::optional<CodeJob> Pipeline::start(Captured captured, TimePoint now) {
  if (session_.phase() != transport::SendPhase::kOpen) return std::nullopt;
  const codec::Dimensions size = captured.picture.dimensions();
  if (coded_size_ != codec::Dimensions{} && coded_size_ != size) session_.want_key_frame();
  coded_size_ = size;

  CodeJob job;
  job.number = captured.number;
  job.captured = captured.at;
  job.started = now;
  job.source = session_.source(now);
  if (!job.source.key_frame()) {
    const auto held = states_.find(job.source.frame);
    if (held == states_.end()) return std::nullopt;
    job.from = held->second;
  }
  job.target = std::move(captured.picture);
  job.plan = plan_for(job.source, job.from);
  job.effort = effort_.effort();
  const transport::SizeForecast forecast = session_.forecast(now);
  job.aim = {forecast.low, forecast.middle, forecast.high};
  job.options.candidates = config_.candidates;
  if (last_) {
    job.options.previous_quantizer = last_->quantizer;
    if (last_->number == job.source.frame) {
      job.hints.previous_vectors = last_->vectors;
      job.hints.previous_source = last_->source;
    }
  }
  job.hints.golden_age = golden_age_;
  job_ = job;
  return job;
}

codec::FramePlan Pipeline::plan_for(const transport::SourceChoice& source, const codec::State& from) {
  codec::FramePlan plan;
  if (source.key_frame() || !from.has_pictures()) {
    plan.kind = codec::FrameKind::kKey;
    plan.refresh_golden = plan.refresh_altref = true;
  }
  return plan;
}

std::optional<FinishJob> Pipeline::coded(codec::Exploration exploration, TimePoint now) {
  const CodeJob job = *job_;
  effort_.coded(now - job.started);
  FrameEvent event;
  event.at = now;
  event.frame = job.number - 1;
  event.effort = job.effort.level;
  event.coding = now - job.started;
  event.recovery = job.source.after_loss;
  if (!job.source.key_frame()) event.source_state = job.from.id();
  for (const codec::Candidate& candidate : exploration.candidates)
    event.candidates.push_back({candidate.quantizer, candidate.bytes.size()});

  event.budget = session_.budget(now);
  const auto picked = pick(exploration.candidates, event.budget, now);
  if (picked) {
    const codec::Candidate& candidate = exploration.candidates[*picked];
    const auto largest =
        std::max_element(exploration.candidates.begin(), exploration.candidates.end(),
                         [](const auto& a, const auto& b) { return a.bytes.size() < b.bytes.size(); });
    transport::FrameToSend frame;
    frame.number = job.number;
    frame.source = job.source.frame;
    frame.bytes = candidate.bytes;
    frame.captured = job.captured;
    frame.app_limited =
        candidate.bytes.size() == largest->bytes.size() && candidate.bytes.size() < event.budget;
    event.bytes = candidate.bytes.size();
    event.quantizer = candidate.quantizer;
    event.key_frame = candidate.key_frame;
    event.sent = session_.send_frame(frame, now).has_value();
  }
  if (!event.sent) {
    event.bytes = 0;
    ++skipped_;
    job_.reset();
    observer_.on_frame(event);
    return std::nullopt;
  }
  ++sent_;
  note_sent(job, exploration.candidates[*picked]);
  sending_ = event;
  return FinishJob{job.from, exploration.candidates[*picked]};
}

// Nothing above the budget is sent. While the budget is 0 the link's return is watched for with frames of one
// packet, when the transport asks for one.
std::optional<std::size_t> Pipeline::pick(const std::vector<codec::Candidate>& candidates, std::size_t budget,
                                          TimePoint now) const {
  if (const auto fits = choose(candidates, budget)) return fits;
  if (budget > 0 || !session_.probe_wanted(now)) return std::nullopt;
  const auto least = smallest(candidates);
  if (!least || candidates[*least].bytes.size() > session_.probe_capacity()) return std::nullopt;
  return least;
}

void Pipeline::note_sent(const CodeJob& job, const codec::Candidate& candidate) {
  last_ = LastSent{job.number, job.target, candidate.vectors, candidate.quantizer};
  golden_age_ = job.plan.refresh_golden ? 0 : golden_age_ + 1;
}

void Pipeline::finished(codec::State next, TimePoint now) {
  const StateId id = next.id();
  session_.set_state(job_->number, id, now);
  states_.insert_or_assign(job_->number, std::move(next));
  job_.reset();
  FrameEvent event = *std::exchange(sending_, std::nullopt);
  event.target_state = id;
  observer_.on_frame(event);
  forget_states();
}

void Pipeline::take_session_events(TimePoint now) {
  using Kind = transport::SendEvent::Kind;
  for (const transport::SendEvent& event : session_.take_events()) {
    if (event.kind == Kind::kDelivered) {
      const transport::SendStats stats = session_.stats();
      observer_.on_ack({now, event.frame - 1, stats.rtt, stats.capacity_bps});
    } else if (event.kind == Kind::kPeerRestarted) {
      last_.reset();
    }
  }
  forget_states();
}

void Pipeline::forget_states() {
  std::erase_if(states_, [this](const auto& held) { return !session_.needs_state(held.first); });
}

}  // namespace skirret::sender
