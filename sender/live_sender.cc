#include "sender/live_sender.hh"

#include <utility>

#include "transport/udp/clock.hh"

namespace skirret::sender {
namespace {

using transport::monotonic_now;

// How long the last frames get to arrive before the call is closed.
constexpr Duration kDrain = std::chrono::milliseconds(1000);

}  // namespace

LiveSender::LiveSender(transport::EventLoop& loop, transport::UdpSocket& socket, transport::CallSecret secret,
                       const transport::Address& peer, std::unique_ptr<codec::VideoSource> source,
                       const LiveConfig& config, Observer& observer, transport::RandomSource& random,
                       std::function<void(Result<void>)> on_end)
    : config_(config),
      session_(std::move(secret), peer, config.send, random, monotonic_now()),
      pipeline_(session_, config.pipeline, observer),
      on_end_(std::move(on_end)),
      drain_(loop, [this](TimePoint) { end(outcome_); }),
      duration_(loop, [this](TimePoint) { finish(); }),
      pool_(config.threads),
      worker_(loop),
      source_(
          loop, std::move(source),
          [this](codec::Picture picture, TimePoint at) { captured(std::move(picture), at); },
          [this](Result<void> how) { source_ended(std::move(how)); }),
      driver_(loop, socket, machine_, [this](TimePoint now) { after_round(now); }) {}

void LiveSender::after_round(TimePoint now) {
  pipeline_.take_session_events(now);
  if (ended_) return;
  if (session_.phase() == transport::SendPhase::kClosed) {
    end(fail(ErrorCode::kNotFound, session_.closed_because()));
    return;
  }
  if (session_.phase() == transport::SendPhase::kOpen && !source_.started()) {
    source_.start(now);
    if (config_.duration) duration_.set(now + *config_.duration);
  }
  if (draining_ && pipeline_.idle() && session_.stats().bytes_in_flight == 0) end(outcome_);
}

void LiveSender::Machine::tick(TimePoint now) {
  owner.session_.tick(now);
  if (auto finish = owner.pipeline_.tick(now))
    owner.finish_frame(std::move(*finish));
  else
    owner.begin(owner.pipeline_.resume(now));
}

void LiveSender::captured(codec::Picture picture, TimePoint at) {
  begin(pipeline_.capture(std::move(picture), at, monotonic_now()));
}

void LiveSender::begin(std::optional<CodeJob> job) {
  if (!job) return;
  worker_.run([this, job = std::make_shared<const CodeJob>(std::move(*job))] { return job->run(pool_, {}); },
              [this](codec::Exploration exploration) { coded(std::move(exploration)); });
}

void LiveSender::coded(codec::Exploration exploration) {
  auto finish = pipeline_.coded(std::move(exploration), monotonic_now());
  driver_.pump();
  if (finish)
    finish_frame(std::move(*finish));
  else
    begin(pipeline_.resume(monotonic_now()));
}

void LiveSender::finish_frame(FinishJob job) {
  worker_.run([this, made = std::make_shared<const FinishJob>(std::move(job)),
               pictures = pictures_] { return made->run(&pictures, &pool_); },
              [this](codec::State next) {
                pipeline_.finished(std::move(next), monotonic_now());
                driver_.pump();
                begin(pipeline_.resume(monotonic_now()));
              });
}

void LiveSender::source_ended(Result<void> how) {
  outcome_ = std::move(how);
  finish();
}

void LiveSender::finish() {
  if (draining_ || ended_) return;
  draining_ = true;
  source_.stop();
  duration_.set(kNever);
  drain_.set(monotonic_now() + (session_.phase() == transport::SendPhase::kOpen ? kDrain : Duration{}));
}

void LiveSender::end(Result<void> how) {
  if (std::exchange(ended_, true)) return;
  drain_.set(kNever);
  source_.stop();
  if (session_.phase() != transport::SendPhase::kClosed) {
    session_.close(transport::CloseReason::kDone, "the call ended", monotonic_now());
    driver_.pump();
  }
  on_end_(std::move(how));
}

}  // namespace skirret::sender
