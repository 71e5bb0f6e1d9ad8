#include "tools/bench/virtual/simulated_call.hh"

#include <utility>

namespace skirret::bench {

struct SimulatedCall::SenderProcess : sender::Observer {
  SenderProcess(SimulatedCall& of, TimePoint now)
      : call(of),
        session(of.identity_.call_secret(), of.network_->address(transport::Side::kRight), of.setup_.send,
                of.random_, now),
        pipeline(session, of.setup_.sender, *this) {}

  void on_capture(const sender::CaptureEvent& event) override { call.captures_.push_back(event); }
  void on_frame(const sender::FrameEvent& event) override { call.frames_.push_back(event); }

  SimulatedCall& call;
  transport::SendSession session;
  sender::Pipeline pipeline;
};

struct SimulatedCall::ReceiverProcess : receiver::Observer {
  explicit ReceiverProcess(SimulatedCall& of)
      : call(of),
        listener(of.identity_, of.setup_.receive, of.random_),
        pipeline(listener, of.setup_.receiver, *this) {}

  void on_display(const receiver::DisplayEvent& event) override {
    call.shown_.push_back({event.at, event.frame, pipeline.sessions(), event.state, event.picture});
  }
  void on_loss(const receiver::LossEvent&) override { ++call.losses_; }

  SimulatedCall& call;
  transport::ReceiveListener listener;
  receiver::Pipeline pipeline;
};

SimulatedCall::SimulatedCall(CallSetup setup)
    : setup_(std::move(setup)), random_(setup_.seed), identity_(transport::Identity::generate(random_)) {
  transport::Link forward(std::move(setup_.forward), setup_.forward_config);
  transport::Link reverse(std::move(setup_.reverse), setup_.reverse_config);
  network_ = std::make_unique<transport::VirtualNetwork>(std::move(forward), std::move(reverse));
  setup_.send.frame_interval = setup_.frame_interval;
  start_receiver();
  start_sender(TimePoint{});
  network_->every(TimePoint{}, setup_.frame_interval, [this](TimePoint now) {
    capture(now);
    return true;
  });
}

SimulatedCall::~SimulatedCall() = default;

void SimulatedCall::run_until(TimePoint end) {
  network_->run_until(end);
}

void SimulatedCall::start_sender(TimePoint now) {
  sender_ = std::make_shared<SenderProcess>(*this, now);
  attach_sender();
}

void SimulatedCall::start_receiver() {
  receiver_ = std::make_shared<ReceiverProcess>(*this);
  attach_receiver();
}

void SimulatedCall::restart_sender(TimePoint when) {
  network_->at(when, [this](TimePoint now) { start_sender(now); });
}

void SimulatedCall::restart_receiver(TimePoint when) {
  network_->at(when, [this](TimePoint) { start_receiver(); });
}

void SimulatedCall::attach_sender() {
  auto process = sender_;
  network_->attach(transport::Side::kLeft,
                   {[this, process](ByteVector datagram, const transport::Address& from, TimePoint now) {
                      process->session.receive(datagram, from, now);
                      tick_pipeline(now);
                      process->pipeline.take_session_events(now);
                    },
                    [this, process](TimePoint now) {
                      process->session.tick(now);
                      tick_pipeline(now);
                      process->pipeline.take_session_events(now);
                    },
                    [process](TimePoint now) { return process->session.poll(now); },
                    [process] { return process->session.next_deadline(); }});
}

void SimulatedCall::attach_receiver() {
  auto process = receiver_;
  network_->attach(transport::Side::kRight,
                   {[this, process](ByteVector datagram, const transport::Address& from, TimePoint now) {
                      process->listener.receive(datagram, from, now);
                      pump_receiver(now);
                    },
                    [this, process](TimePoint now) {
                      process->listener.tick(now);
                      pump_receiver(now);
                    },
                    [process](TimePoint now) { return process->listener.poll(now); },
                    [process] { return process->listener.next_deadline(); }});
}

// A held frame goes out, or is coded again from a better source.
void SimulatedCall::tick_pipeline(TimePoint now) {
  if (const auto finish = sender_->pipeline.tick(now))
    finish_frame(*finish, now);
  else
    begin_coding(sender_->pipeline.resume(now), now);
}

void SimulatedCall::capture(TimePoint now) {
  begin_coding(sender_->pipeline.capture(setup_.source(capture_index_++), now, now), now);
}

void SimulatedCall::begin_coding(std::optional<sender::CodeJob> job, TimePoint now) {
  if (!job) return;
  auto process = sender_;
  codec::InlineExecutor executor;
  codec::Exploration exploration = job->run(executor, {});
  network_->at(now + setup_.coding_time, [this, process, made = std::move(exploration)](TimePoint then) {
    if (process != sender_) return;  // that process is gone
    const auto finish = process->pipeline.coded(made, then);
    if (!finish) {
      begin_coding(process->pipeline.resume(then), then);
      return;
    }
    finish_frame(*finish, then);
  });
}

void SimulatedCall::finish_frame(const sender::FinishJob& job, TimePoint now) {
  network_->at(now + setup_.finish_time, [this, process = sender_, next = job.run()](TimePoint then) {
    if (process != sender_) return;
    process->pipeline.finished(next, then);
    begin_coding(process->pipeline.resume(then), then);
  });
}

void SimulatedCall::pump_receiver(TimePoint now) {
  auto process = receiver_;
  process->pipeline.take_session_events(now);
  const auto job = process->pipeline.next_job(now);
  if (!job) return;
  network_->at(now + setup_.decode_time, [this, process, made = *job, result = job->run()](TimePoint then) {
    if (process != receiver_) return;
    process->pipeline.decoded(made, result, then);
    pump_receiver(then);
  });
}

transport::SendStats SimulatedCall::send_stats() const {
  return sender_->session.stats();
}
const transport::SendSession& SimulatedCall::send_session() const {
  return sender_->session;
}
const receiver::Pipeline& SimulatedCall::receiver() const {
  return receiver_->pipeline;
}

std::vector<Duration> SimulatedCall::delays(TimePoint begin, TimePoint end) const {
  std::vector<Duration> found;
  std::size_t next = 0;
  for (const auto& captured : captures_) {
    while (next < shown_.size() && shown_[next].frame < captured.frame) ++next;
    if (next == shown_.size()) break;
    if (captured.at >= begin && captured.at < end) found.push_back(shown_[next].at - captured.at);
  }
  return found;
}

std::size_t SimulatedCall::key_frames_sent() const {
  std::size_t count = 0;
  for (const auto& frame : frames_) count += frame.sent && frame.key_frame ? 1 : 0;
  return count;
}

std::size_t SimulatedCall::over_budget() const {
  std::size_t count = 0;
  for (const auto& frame : frames_)
    count += frame.sent && frame.bytes > (frame.budget > 0 ? frame.budget : transport::kMaxDatagram) ? 1 : 0;
  return count;
}

}  // namespace skirret::bench
