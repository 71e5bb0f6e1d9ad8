#include "sender/live_sender.hh"

#include <utility>

#include "transport/udp/clock.hh"

namespace skirret::sender {

using transport::monotonic_now;

LiveSender::LiveSender(transport::EventLoop& loop, transport::UdpSocket& socket, transport::CallSecret secret,
                       const transport::Address& peer, std::unique_ptr<codec::VideoSource> source,
                       const LiveConfig& config, Observer& observer, transport::RandomSource& random,
                       std::function<void(Result<void>)> on_end)
    : pool_(config.threads),
      end_(loop, socket, std::move(secret), peer, std::move(source), config.send, config.duration, random,
           *this, std::move(on_end)),
      pipeline_(end_.session(), config.pipeline, observer) {}

void LiveSender::ticked(TimePoint now) {
  // A held frame goes out as soon as one of its candidates fits.
  if (auto finish = pipeline_.tick(now))
    finish_frame(std::move(*finish));
  else
    begin(pipeline_.resume(now));
}

void LiveSender::captured(codec::Picture picture, TimePoint at) {
  begin(pipeline_.capture(std::move(picture), at, monotonic_now()));
}

void LiveSender::begin(std::optional<CodeJob> job) {
  if (!job) return;
  end_.worker().run(
      [this, job = std::make_shared<const CodeJob>(std::move(*job))] { return job->run(pool_, {}); },
      [this](Explored explored) { coded(std::move(explored)); });
}

void LiveSender::coded(Explored explored) {
  auto finish = pipeline_.coded(std::move(explored), monotonic_now());
  end_.pump();
  if (finish)
    finish_frame(std::move(*finish));
  else
    begin(pipeline_.resume(monotonic_now()));
}

void LiveSender::finish_frame(FinishJob job) {
  end_.worker().run([this, made = std::make_shared<const FinishJob>(std::move(job)),
                     pictures = pictures_] { return made->run(&pictures, &pool_); },
                    [this](codec::State next) {
                      pipeline_.finished(std::move(next), monotonic_now());
                      end_.pump();
                      begin(pipeline_.resume(monotonic_now()));
                    });
}

}  // namespace skirret::sender
