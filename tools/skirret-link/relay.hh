#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "codec/base/result.hh"
#include "tools/skirret-link/lateness.hh"
#include "tools/skirret-link/stats_file.hh"
#include "tools/skirret-link/upstreams.hh"
#include "transport/link/link.hh"
#include "transport/link/link_meter.hh"
#include "transport/link/named_source.hh"
#include "transport/udp/deadline_timer.hh"
#include "transport/udp/udp_socket.hh"

namespace skirret::link {

// One way through the relay.
struct DirectionConfig {
  transport::NamedSource source;
  transport::LinkConfig link;
};

struct RelayConfig {
  transport::Address listen;
  transport::Address to;
  DirectionConfig forward;  // from clients to `to`
  DirectionConfig reverse;
};

enum class Direction : std::uint8_t { kForward, kReverse };
const char* name_of(Direction direction);  // "forward", "reverse"

// Relays UDP between whoever sends to `listen` and `to`, through one emulated link a direction that all
// clients share. Both links' time starts with the relay. Datagrams enter with the kernel's arrival time
// and leave by a precise timer; how late they really left is counted.
class Relay {
 public:
  // Errors: what UdpSocket::bind says.
  static Result<std::unique_ptr<Relay>> start(transport::EventLoop& loop, const RelayConfig& config);
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  // Each event of both links from now on; the file outlives the relay.
  void log_to(StatsFile* stats) { stats_ = stats; }

  // Where clients send to, with the real port.
  const transport::Address& listening() const { return listen_socket_->local(); }
  TimePoint started() const { return start_; }

  // Runs the links up to now, so that a summary or a log is complete.
  void catch_up() { service(); }

  struct Summary {
    transport::LinkSummary link;
    std::uint64_t datagrams_in = 0;
    std::uint64_t datagrams_out = 0;
    std::uint64_t no_way = 0;  // of a client beyond the table, or that was forgotten meanwhile
  };
  Summary summary(Direction direction) const;
  const Lateness& lateness() const { return lateness_; }
  const Upstreams& clients() const { return upstreams_; }

 private:
  struct Way {
    Way(const DirectionConfig& config, TimePoint start);

    transport::Link link;
    transport::LinkMeter meter;
    std::uint64_t in = 0;
    std::uint64_t out = 0;
    std::uint64_t no_way = 0;
  };

  Relay(transport::EventLoop& loop, const RelayConfig& config,
        std::unique_ptr<transport::UdpSocket> listen_socket);

  void from_clients(std::span<transport::ReceivedDatagram> datagrams);
  void from_upstream(std::uint64_t client, std::span<transport::ReceivedDatagram> datagrams);
  void service();
  void deliver(Direction direction, std::vector<transport::Delivered> packets);
  Way& way(Direction direction) { return ways_[static_cast<std::size_t>(direction)]; }

  StatsFile* stats_ = nullptr;
  TimePoint start_;
  transport::Address to_;
  std::array<Way, 2> ways_;
  Lateness lateness_;
  std::unique_ptr<transport::UdpSocket> listen_socket_;
  Upstreams upstreams_;
  transport::DeadlineTimer timer_;
};

}  // namespace skirret::link
