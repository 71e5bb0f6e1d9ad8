#include "receiver/live_receiver.hh"

#include <memory>
#include <utility>

#include "transport/udp/clock.hh"

namespace skirret::receiver {

LiveReceiver::LiveReceiver(transport::EventLoop& loop, transport::UdpSocket& socket,
                           transport::Identity identity, const LiveConfig& config, Observer& observer,
                           transport::RandomSource& random)
    : listener_(std::move(identity), config.receive, random),
      pipeline_(listener_, config.pipeline, observer),
      last_activity_(transport::monotonic_now()),
      worker_(loop),
      driver_(loop, socket, listener_, [this](TimePoint now) { after_round(now); }) {}

void LiveReceiver::after_round(TimePoint now) {
  pipeline_.take_session_events(now);
  if (pipeline_.in_call()) last_activity_ = now;
  start_next_job(now);
}

void LiveReceiver::start_next_job(TimePoint now) {
  auto next = pipeline_.next_job(now);
  if (!next) return;
  auto job = std::make_shared<const DecodeJob>(std::move(*next));
  worker_.run(
      [job, pictures = pictures_] {
        return job->run({&pictures, nullptr});
      },
      [this, job](Result<codec::Decoded> result) {
        pipeline_.decoded(*job, std::move(result), transport::monotonic_now());
        driver_.pump();  // sends what the session has to say of it, and starts the next job
      });
}

void LiveReceiver::close(TimePoint now) {
  listener_.close(transport::CloseReason::kDone, "the receiver ended", now);
  driver_.pump();
}

}  // namespace skirret::receiver
