#include "sender/pipeline.hh"

#include <algorithm>
#include <utility>

#include "codec/encoder/golden_policy.hh"
#include "sender/chooser.hh"

namespace skirret::sender {

Explored CodeJob::run(codec::Executor& executor, std::stop_token stop) const {
  Explored explored;
  if (second) explored.second.emplace();
  executor.run(second ? 2 : 1, [&](std::size_t k) {
    if (k == 0)
      explored.first = codec::explore(from, target, plan, hints, effort, aim, options, executor, stop);
    else
      *explored.second = codec::explore(second->from, target, second->plan, second->hints, effort, aim,
                                        options, executor, stop);
  });
  return explored;
}

Pipeline::Pipeline(transport::SendSession& session, const PipelineConfig& config, Observer& observer)
    : session_(session),
      config_(config),
      observer_(observer),
      effort_(config.effort),
      finest_(config.finest) {}

std::optional<CodeJob> Pipeline::capture(codec::Picture picture, TimePoint at, TimePoint now) {
  Captured captured{next_number_++, std::move(picture), at};
  observer_.on_capture({at, captured.number - 1});
  if (busy()) {
    if (waiting_) ++superseded_;
    waiting_ = std::move(captured);
    return std::nullopt;
  }
  return start(std::move(captured), now);
}

std::optional<CodeJob> Pipeline::resume(TimePoint now) {
  if (busy() || !waiting_) return std::nullopt;
  return start(*std::exchange(waiting_, std::nullopt), now);
}

std::optional<CodeJob> Pipeline::start(Captured captured, TimePoint now) {
  if (session_.phase() != transport::SendPhase::kOpen) {
    skip_held();
    return std::nullopt;
  }
  const codec::Dimensions size = captured.picture.dimensions();
  if (coded_size_ != codec::Dimensions{} && coded_size_ != size) session_.want_key_frame();
  coded_size_ = size;

  CodeJob job;
  job.number = captured.number;
  job.captured = captured.at;
  job.started = now;
  job.source = session_.source(now);
  auto first = source_of(job.source, captured.picture);
  if (!first) return std::nullopt;
  job.from = std::move(first->from);
  job.plan = first->plan;
  job.hints = std::move(first->hints);
  if (config_.two_sources)
    if (const auto second = session_.second_source(now)) job.second = source_of(*second, captured.picture);
  if (job.second) ++in_doubt_;
  job.target = std::move(captured.picture);
  job.effort = effort_.effort();
  const transport::SizeForecast forecast = session_.forecast(now);
  if (job.source.after_loss || session_.budget(now) == 0) finest_.begin_anew();
  job.aim = {forecast.low, forecast.middle, forecast.high};
  job.options.candidates = config_.candidates;
  job.options.finest = finest_.limit();
  if (last_) job.options.previous_quantizer = last_->quantizer;
  coding_ = job;
  return job;
}

// Nothing: the state is not there any more.
std::optional<CodeJob::Source> Pipeline::source_of(const transport::SourceChoice& choice,
                                                   const codec::Picture& target) const {
  CodeJob::Source source;
  source.choice = choice;
  if (!choice.key_frame()) {
    const auto held = states_.find(choice.frame);
    if (held == states_.end()) return std::nullopt;
    source.from = held->second;
  }
  if (last_ && last_->number == choice.frame) {
    source.hints.previous_vectors = last_->vectors;
    source.hints.previous_source = last_->source;
    source.hints.stillness = last_->stillness;
  }
  source.hints.golden_age = golden_age_;
  source.plan = plan_for(choice, source.from, source.hints, target);
  return source;
}

codec::FramePlan Pipeline::plan_for(const transport::SourceChoice& choice, const codec::State& from,
                                    const codec::Hints& hints, const codec::Picture& target) const {
  codec::FramePlan plan;
  if (choice.key_frame()) {
    plan.kind = codec::FrameKind::kKey;
    plan.refresh_golden = plan.refresh_altref = true;
  } else {
    plan = codec::plan_interframe({}, from, hints, target);
  }
  plan.regions = config_.regions;
  return plan;
}

std::optional<FinishJob> Pipeline::coded(Explored explored, TimePoint now) {
  skip_held();  // a newer picture is there
  Held coded{*std::exchange(coding_, std::nullopt), std::move(explored), {}};
  // Key frames, and what an outage lets nobody send, say little of what ordinary frames take.
  if (!coded.job.source.key_frame() && session_.budget(now) > 0) effort_.coded(now - coded.job.started);
  FrameEvent& event = coded.event;
  event.frame = coded.job.number - 1;
  event.effort = coded.job.effort.level;
  event.coding = now - coded.job.started;
  for (const auto* exploration :
       {&coded.explored.first, coded.explored.second ? &*coded.explored.second : nullptr})
    if (exploration != nullptr)
      for (const codec::Candidate& candidate : exploration->candidates)
        event.candidates.push_back({candidate.quantizer, candidate.bytes.size()});
  if (auto finish = try_send(coded, now)) return finish;
  held_ = std::move(coded);
  mind_source(now);
  return std::nullopt;
}

// A held frame whose source is no longer the best (a loss became known, or an outage ended) is coded again.
void Pipeline::mind_source(TimePoint now) {
  if (!held_) return;
  const transport::SourceChoice best = session_.source(now);
  const auto& second = held_->job.second;
  if (best == held_->job.source || (second && best.frame == second->choice.frame)) return;
  if (!waiting_ && !coding_) waiting_ = Captured{held_->job.number, held_->job.target, held_->job.captured};
  ++recoded_;
  held_.reset();
}

std::optional<FinishJob> Pipeline::tick(TimePoint now) {
  if (!held_ || session_.phase() != transport::SendPhase::kOpen) return std::nullopt;
  mind_source(now);
  if (!held_) return std::nullopt;
  // While a newer picture is being coded, the budget is that one's; but a probe will not wait for it.
  const bool newer = coding_ || waiting_;
  if (newer && (session_.budget(now) > 0 || held_->job.source.key_frame())) return std::nullopt;
  auto finish = try_send(*held_, now);
  if (finish) held_.reset();
  return finish;
}

void Pipeline::skip_held() {
  if (!held_) return;
  ++skipped_;
  effort_.ended(false);
  observer_.on_frame(held_->event);
  held_.reset();
}

std::optional<FinishJob> Pipeline::try_send(Held& coded, TimePoint now) {
  FrameEvent& event = coded.event;
  event.at = now;
  event.budget = session_.budget(now);
  const bool second = second_is_better(coded, now);
  const auto& candidates = second ? coded.explored.second->candidates : coded.explored.first.candidates;
  const transport::SourceChoice source = second ? coded.job.second->choice : coded.job.source;
  const codec::State& from = second ? coded.job.second->from : coded.job.from;
  const auto picked = pick(candidates, event.budget, now);
  if (!picked) return std::nullopt;
  const codec::Candidate& candidate = candidates[*picked];
  if (event.budget > 0 && !source.after_loss && config_.spaced && last_ &&
      coded.job.number - last_->number < spacing(candidate))
    return std::nullopt;  // what a later picture may have then is more
  const auto largest =
      std::ranges::max_element(candidates, {}, [](const codec::Candidate& one) { return one.bytes.size(); });
  transport::FrameToSend frame;
  frame.number = coded.job.number;
  frame.source = source.frame;
  frame.in_doubt = coded.job.second.has_value();
  frame.bytes = candidate.bytes;
  frame.captured = coded.job.captured;
  frame.app_limited =
      candidate.bytes.size() == largest->bytes.size() && candidate.bytes.size() < event.budget;
  if (!session_.send_frame(frame, now)) return std::nullopt;
  ++sent_;
  if (second) ++sent_from_second_;
  effort_.ended(candidate.quantizer <= coded.job.options.finest);
  finest_.sent(candidate.quantizer, candidate.bytes.size(), coded.job.aim.low);
  event.sent = true;
  event.recovery = source.after_loss;
  if (!source.key_frame()) event.source_state = from.id();
  event.bytes = candidate.bytes.size();
  event.quantizer = candidate.quantizer;
  event.key_frame = candidate.key_frame;
  finishing_.push_back({coded.job.number, event});
  last_ = LastSent{coded.job.number, coded.job.target, candidate.vectors, candidate.stillness,
                   candidate.quantizer};
  const codec::FramePlan& plan = second ? coded.job.second->plan : coded.job.plan;
  golden_age_ = plan.refresh_golden ? 0 : golden_age_ + 1;
  return FinishJob{coded.job.number, from, candidate};
}

// By what either source makes to be expected on the screen, at this moment and within this budget.
bool Pipeline::second_is_better(const Held& coded, TimePoint now) const {
  if (!coded.explored.second || !coded.job.second) return false;
  const auto& second = *coded.job.second;
  if (!session_.may_code_in_doubt(second.choice.frame)) return false;
  if (!session_.may_code_in_doubt(coded.job.source.frame)) return true;
  const double standstill = last_ ? standstill_distortion(coded.job.target, last_->source) : 0;
  const auto expected = [&](const codec::Exploration& exploration,
                            transport::FrameNumber source) -> std::optional<double> {
    const auto best = choose(exploration.candidates, coded.event.budget);
    if (!best) return std::nullopt;
    return expected_distortion(static_cast<double>(exploration.candidates[*best].distortion),
                               session_.odds(source, now), standstill, config_.frame_interval);
  };
  const auto other = expected(*coded.explored.second, second.choice.frame);
  const auto usual = expected(coded.explored.first, coded.job.source.frame);
  return other && (!usual || *other < *usual);
}

// Nothing above the budget is sent. While the budget is 0 the link's return is watched for with frames of one
// packet, when the transport asks for one.
std::optional<std::size_t> Pipeline::pick(const std::vector<codec::Candidate>& candidates, std::size_t budget,
                                          TimePoint now) const {
  if (const auto fits = choose(candidates, budget)) return fits;
  if (budget > 0 || !session_.probe_wanted(now)) return std::nullopt;
  if (const auto fits = choose(candidates, session_.probe_size())) return fits;
  const auto least = smallest(candidates);
  if (!least || candidates[*least].bytes.size() > session_.probe_capacity()) return std::nullopt;
  return least;
}

void Pipeline::finished(codec::State next, TimePoint now) {
  const StateId id = next.id();
  auto [number, event] = std::move(finishing_.front());
  finishing_.pop_front();
  session_.set_state(number, id, now);
  states_.insert_or_assign(number, std::move(next));
  event.target_state = id;
  event.finishing = now - event.at;
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
