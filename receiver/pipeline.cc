#include "receiver/pipeline.hh"

#include <algorithm>
#include <utility>
#include <variant>

namespace skirret::receiver {
namespace {

// Frames that are complete and wait for the decoder. More come only from a sender that does not wait for
// acks.
constexpr std::size_t kMaxReady = 128;

// What holding one more state takes: the one picture that decoding a frame makes, and its segment map.
std::size_t held_bytes(const codec::State& state) {
  const codec::Dimensions d = state.dimensions;
  return static_cast<std::size_t>(d.aligned_width()) * static_cast<std::size_t>(d.aligned_height()) * 3 / 2 +
         static_cast<std::size_t>(d.mb_count()) + sizeof(codec::State);
}

template <class... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
template <class... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

}  // namespace

Pipeline::Pipeline(transport::ReceiveListener& listener, const PipelineConfig& config, Observer& observer)
    : listener_(listener), config_(config), observer_(observer) {}

void Pipeline::take_session_events(TimePoint now) {
  for (transport::ListenerEvent& event : listener_.take_events()) {
    std::visit(Overloaded{
                   [&](transport::SessionStarted&) {
                     ++session_;
                     in_call_ = true;
                     ready_.clear();
                     states_.clear();
                     newest_shown_ = 0;
                     lost_since_.reset();
                   },
                   [&](transport::FrameReady& frame) {
                     const auto newer =
                         std::ranges::upper_bound(ready_, frame.number, {}, &transport::FrameReady::number);
                     ready_.insert(newer, std::move(frame));
                     if (ready_.size() <= kMaxReady) return;
                     listener_.frame_failed(ready_.front().number, now);
                     ready_.pop_front();
                   },
                   [&](transport::StateDropped& dropped) { states_.erase(dropped.number); },
                   [&](transport::LossSeen&) {
                     if (!lost_since_) lost_since_ = now;
                     observer_.on_loss({now, newest_shown_ == 0 ? 0 : newest_shown_ - 1});
                   },
                   [&](transport::SessionClosed& closed) {
                     in_call_ = false;
                     closed_because_ = closed.text;
                   },
               },
               event);
  }
}

std::optional<DecodeJob> Pipeline::next_job(TimePoint now) {
  while (!busy_ && !ready_.empty()) {
    transport::FrameReady frame = std::move(ready_.back());
    ready_.pop_back();
    DecodeJob job{session_, frame.number, {}, std::move(frame.bytes), config_.limits, frame.arrival, now};
    if (frame.source != 0) {
      const auto source = states_.find(frame.source);
      if (source == states_.end()) {  // dropped while the frame waited its turn
        listener_.frame_failed(frame.number, now);
        continue;
      }
      job.from = source->second;
    }
    busy_ = true;
    return job;
  }
  return std::nullopt;
}

void Pipeline::decoded(const DecodeJob& job, Result<codec::Decoded> result, TimePoint now) {
  busy_ = false;
  if (job.session != session_) return;
  // A frame that ends early would show a broken picture, and its sender never made one.
  if (!result || result->truncated) {
    ++refused_;
    last_refusal_ = result ? "frame ends early" : result.error().message;
    listener_.frame_failed(job.number, now);
    return;
  }
  const StateId id = result->next.id();
  states_.insert_or_assign(job.number, result->next);
  listener_.frame_decoded(job.number, id, held_bytes(result->next), now);
  if (result->show) show(job, *result, id, now);
}

void Pipeline::show(const DecodeJob& job, const codec::Decoded& decoded, StateId id, TimePoint now) {
  if (job.number < newest_shown_) {
    ++late_;
    return;
  }
  if (lost_since_) {
    observer_.on_recovered({now, job.number - 1, shown_ == 0 ? Duration{} : now - shown_at_});
    lost_since_.reset();
  }
  newest_shown_ = job.number;
  shown_at_ = now;
  ++shown_;
  observer_.on_display({now, job.number - 1, job.frame.size(), id, now - job.started, decoded.shown});
}

}  // namespace skirret::receiver
