#include "sender/live_end.hh"

#include <utility>

#include "transport/udp/clock.hh"

namespace skirret::sender {
namespace {

using transport::monotonic_now;

// How long the last frames get to arrive before the call is closed.
constexpr Duration kDrain = std::chrono::milliseconds(1000);

}  // namespace

LiveEnd::LiveEnd(transport::EventLoop& loop, transport::UdpSocket& socket, transport::CallSecret secret,
                 const transport::Address& peer, std::unique_ptr<codec::VideoSource> source,
                 const transport::SendConfig& send, std::optional<Duration> duration,
                 transport::RandomSource& random, PictureCoder& coder,
                 std::function<void(Result<void>)> on_end)
    : session_(std::move(secret), peer, send, random, monotonic_now()),
      coder_(coder),
      length_(duration),
      on_end_(std::move(on_end)),
      drain_(loop, [this](TimePoint) { end(outcome_); }),
      duration_(loop, [this](TimePoint) { finish(); }),
      worker_(loop),
      source_(
          loop, std::move(source),
          [this](codec::Picture picture, TimePoint at) { coder_.captured(std::move(picture), at); },
          [this](Result<void> how) { source_ended(std::move(how)); }),
      driver_(loop, socket, machine_, [this](TimePoint now) { after_round(now); }) {}

void LiveEnd::after_round(TimePoint now) {
  coder_.after_round(now);
  if (ended_) return;
  if (session_.phase() == transport::SendPhase::kClosed) {
    end(fail(ErrorCode::kNotFound, session_.closed_because()));
    return;
  }
  if (session_.phase() == transport::SendPhase::kOpen && !source_.started()) {
    source_.start(now);
    if (length_) duration_.set(now + *length_);
  }
  if (draining_ && coder_.idle() && session_.stats().bytes_in_flight == 0) end(outcome_);
}

void LiveEnd::source_ended(Result<void> how) {
  outcome_ = std::move(how);
  finish();
}

void LiveEnd::finish() {
  if (draining_ || ended_) return;
  draining_ = true;
  source_.stop();
  duration_.set(kNever);
  drain_.set(monotonic_now() + (session_.phase() == transport::SendPhase::kOpen ? kDrain : Duration{}));
}

void LiveEnd::end(Result<void> how) {
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
