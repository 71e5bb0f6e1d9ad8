#include "tools/bench/virtual/simulated_call.hh"

#include <utility>

namespace skirret::bench {

struct SimulatedCall::ReceiverProcess : receiver::Observer {
  explicit ReceiverProcess(SimulatedCall& of)
      : call(of),
        listener(of.identity_, of.setup_.receive, of.random_),
        pipeline(listener, of.setup_.receiver, *this) {}

  void on_display(const receiver::DisplayEvent& event) override {
    const TimePoint now = call.network_->now();
    if (call.setup_.on_shown) call.setup_.on_shown(now, event.frame, event.picture);
    call.shown_.push_back({now, event.frame, pipeline.sessions(), event.state,
                           call.setup_.keep_pictures ? event.picture : codec::Picture()});
  }
  void on_loss(const receiver::LossEvent&) override { ++call.losses_; }

  SimulatedCall& call;
  transport::ReceiveListener listener;
  receiver::Pipeline pipeline;
};

SimulatedCall::SimulatedCall(CallSetup setup)
    : setup_(std::move(setup)),
      random_(setup_.seed),
      identity_(transport::Identity::generate(random_)),
      sender_clock_(setup_.sender_clock),
      receiver_clock_(setup_.receiver_clock) {
  transport::Link forward(std::move(setup_.forward), setup_.forward_config);
  transport::Link reverse(std::move(setup_.reverse), setup_.reverse_config);
  network_ = std::make_unique<transport::VirtualNetwork>(std::move(forward), std::move(reverse));
  setup_.send.frame_interval = setup_.frame_interval;
  start_receiver();
  start_sender();
  network_->every(setup_.first_capture, setup_.frame_interval, [this](TimePoint now) {
    capture(now);
    return true;
  });
}

SimulatedCall::~SimulatedCall() = default;

void SimulatedCall::run_until(TimePoint end) {
  network_->run_until(end);
}

void SimulatedCall::start_sender() {
  ++sender_run_;
  SenderSeams seams;
  seams.later = [this, run = sender_run_](Duration wait, std::function<void(TimePoint)> then) {
    network_->at(network_->now() + wait, [this, run, then = std::move(then)](TimePoint now) {
      if (run == sender_run_) then(sender_clock_.local(now));
    });
  };
  seams.coding_time = setup_.coding_cost;
  if (!seams.coding_time) seams.coding_time = [fixed = setup_.coding_time](const auto&) { return fixed; };
  seams.effort = setup_.effort;
  seams.finish_time = setup_.finish_cost;
  if (!seams.finish_time) seams.finish_time = [fixed = setup_.finish_time](auto) { return fixed; };
  seams.on_capture = [this](const sender::CaptureEvent& event) {
    captures_.push_back({network_->now(), event.frame});
  };
  seams.on_frame = [this](const sender::FrameEvent& event) { frames_.push_back(event); };
  transport::SendSession session(identity_.call_secret(), network_->address(transport::Side::kRight),
                                 setup_.send, random_, sender_clock_.local(network_->now()));
  sender_ = setup_.make_sender ? setup_.make_sender(std::move(session), std::move(seams))
                               : skirret_sender(std::move(session), setup_.sender, std::move(seams));
  attach_sender();
}

void SimulatedCall::start_receiver() {
  receiver_ = std::make_shared<ReceiverProcess>(*this);
  attach_receiver();
}

void SimulatedCall::restart_sender(TimePoint when) {
  network_->at(when, [this](TimePoint) { start_sender(); });
}

void SimulatedCall::restart_receiver(TimePoint when) {
  network_->at(when, [this](TimePoint) { start_receiver(); });
}

void SimulatedCall::attach_sender() {
  network_->attach(transport::Side::kLeft,
                   {[this](ByteVector datagram, const transport::Address& from, TimePoint now) {
                      sender_->session().receive(datagram, from, sender_clock_.local(now));
                      sender_->after_round(sender_clock_.local(now));
                    },
                    [this](TimePoint now) {
                      sender_->session().tick(sender_clock_.local(now));
                      sender_->after_round(sender_clock_.local(now));
                    },
                    [this](TimePoint now) { return sender_->session().poll(sender_clock_.local(now)); },
                    [this] { return sender_clock_.network(sender_->session().next_deadline()); }});
}

void SimulatedCall::attach_receiver() {
  auto process = receiver_;
  network_->attach(
      transport::Side::kRight,
      {[this, process](ByteVector datagram, const transport::Address& from, TimePoint now) {
         process->listener.receive(datagram, from, receiver_clock_.local(now));
         pump_receiver(now);
       },
       [this, process](TimePoint now) {
         process->listener.tick(receiver_clock_.local(now));
         pump_receiver(now);
       },
       [this, process](TimePoint now) { return process->listener.poll(receiver_clock_.local(now)); },
       [this, process] { return receiver_clock_.network(process->listener.next_deadline()); }});
}

void SimulatedCall::capture(TimePoint now) {
  if (setup_.on_capture) setup_.on_capture(now, capture_index_);
  sender_->capture(setup_.source(capture_index_++), sender_clock_.local(now));
}

void SimulatedCall::pump_receiver(TimePoint now) {
  auto process = receiver_;
  const TimePoint local = receiver_clock_.local(now);
  process->pipeline.take_session_events(local);
  const auto job = process->pipeline.next_job(local);
  if (!job) return;
  const Duration cost = setup_.decode_cost ? setup_.decode_cost(job->number) : setup_.decode_time;
  network_->at(now + cost, [this, process, made = *job, result = job->run()](TimePoint then) {
    if (process != receiver_) return;
    process->pipeline.decoded(made, result, receiver_clock_.local(then));
    pump_receiver(then);
  });
}

transport::SendStats SimulatedCall::send_stats() const {
  return sender_->session().stats();
}
const transport::SendSession& SimulatedCall::send_session() const {
  return sender_->session();
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
