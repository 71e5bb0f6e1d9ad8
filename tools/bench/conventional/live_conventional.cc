#include "tools/bench/conventional/live_conventional.hh"

#include <utility>

#include "transport/udp/clock.hh"

namespace skirret::bench {

using transport::monotonic_now;

LiveConventional::LiveConventional(transport::EventLoop& loop, transport::UdpSocket& socket,
                                   transport::CallSecret secret, const transport::Address& peer,
                                   std::unique_ptr<codec::VideoSource> source,
                                   const ConventionalConfig& config, const transport::SendConfig& send,
                                   sender::Observer& observer, transport::RandomSource& random,
                                   std::function<void(Result<void>)> on_end)
    : end_(loop, socket, std::move(secret), peer, std::move(source), send, std::nullopt, random, *this,
           std::move(on_end)),
      coder_(end_.session(), config, observer, [this](ConventionalTask task) {
        end_.worker().run(std::move(task.work), [this](std::function<void(TimePoint)> then) {
          then(monotonic_now());
          end_.pump();
        });
      }) {}

void LiveConventional::captured(codec::Picture picture, TimePoint at) {
  coder_.capture(std::move(picture), at, monotonic_now());
}

}  // namespace skirret::bench
