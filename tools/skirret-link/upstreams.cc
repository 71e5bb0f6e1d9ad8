#include "tools/skirret-link/upstreams.hh"

#include <algorithm>
#include <array>
#include <utility>

namespace skirret::link {

using transport::Address;

namespace {

Address any_port_for(const Address& far_end) {
  if (far_end.is_ipv6()) return Address::ipv6(std::array<std::uint8_t, 16>{}, 0);
  return Address::ipv4({0, 0, 0, 0}, 0);
}

}  // namespace

Upstreams::Upstreams(transport::EventLoop& loop, const Address& to, const transport::UdpOptions& options,
                     OnReceive on_receive)
    : loop_(loop), bind_to_(any_port_for(to)), options_(options), on_receive_(std::move(on_receive)) {}

std::optional<std::uint64_t> Upstreams::client_of(const Address& address, TimePoint now) {
  const auto known = numbers_.find(address);
  if (known != numbers_.end()) {
    clients_.at(known->second).heard = now;
    return known->second;
  }
  if (clients_.size() >= kMost && !make_room(now)) return std::nullopt;
  auto socket = transport::UdpSocket::bind(loop_, bind_to_, options_);
  if (!socket) return std::nullopt;  // out of descriptors: like a full table
  const std::uint64_t number = next_++;
  (*socket)->on_receive(
      [this, number](std::span<transport::ReceivedDatagram> datagrams) { on_receive_(number, datagrams); });
  clients_.emplace(number, Client{address, std::move(*socket), now});
  numbers_.emplace(address, number);
  return number;
}

bool Upstreams::make_room(TimePoint now) {
  const auto silent = std::min_element(clients_.begin(), clients_.end(), [](const auto& a, const auto& b) {
    return a.second.heard < b.second.heard;
  });
  if (now - silent->second.heard < kForgetAfter) return false;
  numbers_.erase(silent->second.address);
  clients_.erase(silent);
  return true;
}

transport::UdpSocket* Upstreams::socket_of(std::uint64_t client) {
  const auto found = clients_.find(client);
  return found == clients_.end() ? nullptr : found->second.socket.get();
}

std::optional<Address> Upstreams::address_of(std::uint64_t client) const {
  const auto found = clients_.find(client);
  if (found == clients_.end()) return std::nullopt;
  return found->second.address;
}

}  // namespace skirret::link
