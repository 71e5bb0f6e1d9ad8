#pragma once

#include <gtest/gtest.h>

#include "transport/udp/clock.hh"
#include "transport/udp/deadline_timer.hh"
#include "transport/udp/event_loop.hh"
#include "transport/udp/udp_socket.hh"

namespace skirret::transport {

// Ends a loop that a fault would let run for ever, and fails the test.
class Watchdog {
 public:
  explicit Watchdog(EventLoop& loop)
      : timer_(loop, [&loop](TimePoint) {
          ADD_FAILURE() << "the loop did not end by itself";
          loop.stop();
        }) {
    timer_.set(monotonic_now() + std::chrono::seconds(20));
  }

 private:
  DeadlineTimer timer_;
};

inline std::unique_ptr<UdpSocket> loopback_socket(EventLoop& loop, const UdpOptions& options = {}) {
  auto socket = UdpSocket::bind(loop, Address::ipv4({127, 0, 0, 1}, 0), options);
  if (!socket) throw std::runtime_error(socket.error().message);
  return std::move(*socket);
}

}  // namespace skirret::transport
