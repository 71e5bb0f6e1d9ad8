#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "codec/base/time.hh"
#include "receiver/pipeline.hh"
#include "transport/session/receive_listener.hh"
#include "transport/udp/deadline_timer.hh"
#include "transport/udp/event_loop.hh"
#include "transport/udp/machine_driver.hh"
#include "transport/udp/udp_socket.hh"
#include "transport/udp/worker.hh"

namespace skirret::receiver {

struct LiveConfig {
  PipelineConfig pipeline;
  transport::ReceiveConfig receive;
};

// A receiver on a real socket: the listener driven by the loop, decoding on a thread beside it.
// Everything is used on the loop's thread.
class LiveReceiver {
 public:
  LiveReceiver(transport::EventLoop& loop, transport::UdpSocket& socket, transport::Identity identity,
               const LiveConfig& config, Observer& observer, transport::RandomSource& random);

  // Tells the caller that we go; what is on its way to the socket leaves at once.
  void close(TimePoint now);

  const Pipeline& pipeline() const { return pipeline_; }
  const transport::ReceiveListener& listener() const { return listener_; }
  TimePoint last_activity() const { return last_activity_; }  // a session was there, or started

 private:
  void after_round(TimePoint now);
  void start_next_job(TimePoint now);

  transport::ReceiveListener listener_;
  Pipeline pipeline_;
  codec::PicturePool pictures_;
  TimePoint last_activity_;
  transport::Worker worker_;
  transport::MachineDriver<transport::ReceiveListener> driver_;
};

}  // namespace skirret::receiver
