#include "tools/skirret-link/relay.hh"

#include <algorithm>
#include <utility>

#include "transport/udp/clock.hh"

namespace skirret::link {

using transport::Datagram;
using transport::Delivered;
using transport::LinkEvent;
using transport::ReceivedDatagram;

namespace {

constexpr transport::UdpOptions kSocketOptions{.max_datagram = 65535, .buffer_bytes = 4 << 20};

}  // namespace

const char* name_of(Direction direction) {
  return direction == Direction::kForward ? "forward" : "reverse";
}

Relay::Way::Way(const DirectionConfig& config, TimePoint start)
    : link(config.source.make(), config.link, start), meter(start) {}

Result<std::unique_ptr<Relay>> Relay::start(transport::EventLoop& loop, const RelayConfig& config) {
  auto socket = transport::UdpSocket::bind(loop, config.listen, kSocketOptions);
  if (!socket) return tl::unexpected(socket.error());
  return std::unique_ptr<Relay>(new Relay(loop, config, std::move(*socket)));
}

Relay::Relay(transport::EventLoop& loop, const RelayConfig& config,
             std::unique_ptr<transport::UdpSocket> listen_socket)
    : start_(transport::monotonic_now()),
      to_(config.to),
      ways_{Way(config.forward, start_), Way(config.reverse, start_)},
      listen_socket_(std::move(listen_socket)),
      upstreams_(loop, config.to, kSocketOptions,
                 [this](std::uint64_t client, std::span<ReceivedDatagram> datagrams) {
                   from_upstream(client, datagrams);
                 }),
      timer_(loop, [this](TimePoint) { service(); }) {
  for (const Direction direction : {Direction::kForward, Direction::kReverse}) {
    way(direction).link.observe([this, direction](const LinkEvent& event) {
      way(direction).meter.record(event);
      if (stats_ != nullptr) stats_->write(name_of(direction), event);
    });
  }
  listen_socket_->on_receive([this](std::span<ReceivedDatagram> datagrams) { from_clients(datagrams); });
}

void Relay::from_clients(std::span<ReceivedDatagram> datagrams) {
  Way& forward = way(Direction::kForward);
  for (ReceivedDatagram& datagram : datagrams) {
    ++forward.in;
    const std::optional<std::uint64_t> client = upstreams_.client_of(datagram.from, datagram.arrival);
    if (client) {
      forward.link.send(std::move(datagram.bytes), datagram.arrival, *client);
    } else {
      ++forward.no_way;
    }
  }
  service();
}

void Relay::from_upstream(std::uint64_t client, std::span<ReceivedDatagram> datagrams) {
  Way& reverse = way(Direction::kReverse);
  for (ReceivedDatagram& datagram : datagrams) {
    // The upstream sockets are open to the world; only the far end speaks to clients.
    ++reverse.in;
    if (datagram.from == to_) {
      reverse.link.send(std::move(datagram.bytes), datagram.arrival, client);
    } else {
      ++reverse.no_way;
    }
  }
  service();
}

void Relay::service() {
  const TimePoint now = transport::monotonic_now();
  for (const Direction direction : {Direction::kForward, Direction::kReverse}) {
    deliver(direction, way(direction).link.advance(now));
  }
  timer_.set(
      std::min(way(Direction::kForward).link.next_event(), way(Direction::kReverse).link.next_event()));
}

void Relay::deliver(Direction direction, std::vector<Delivered> packets) {
  Way& through = way(direction);
  for (Delivered& packet : packets) {
    transport::UdpSocket* socket = nullptr;
    std::optional<transport::Address> to;
    if (direction == Direction::kForward) {
      socket = upstreams_.socket_of(packet.tag);
      to = to_;
    } else {
      socket = listen_socket_.get();
      to = upstreams_.address_of(packet.tag);
    }
    if (socket == nullptr || !to) {
      ++through.no_way;
      continue;
    }
    socket->send({*to, std::move(packet.bytes)});
    ++through.out;
    const TimePoint sent = transport::monotonic_now();
    lateness_.add(sent - packet.at);
    if (stats_ != nullptr) stats_->write_sent(name_of(direction), packet.id, sent, sent - packet.at);
  }
}

Relay::Summary Relay::summary(Direction direction) const {
  const Way& through = ways_[static_cast<std::size_t>(direction)];
  return {through.meter.summary(), through.in, through.out, through.no_way};
}

}  // namespace skirret::link
