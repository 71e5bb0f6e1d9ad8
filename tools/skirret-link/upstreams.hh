#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>

#include "transport/udp/udp_socket.hh"

namespace skirret::link {

// The relay's clients: each address that sends to it has a number and a socket of its own towards the
// far end, as behind a NAT. Knows nothing of what they say: an address is a client. Bounded: a client
// beyond kMost takes the place of the one that has been silent longest, if that is kForgetAfter or more;
// otherwise it is not served.
class Upstreams {
 public:
  static constexpr std::size_t kMost = 64;
  static constexpr Duration kForgetAfter = std::chrono::seconds(30);

  using OnReceive = std::function<void(std::uint64_t client, std::span<transport::ReceivedDatagram>)>;

  Upstreams(transport::EventLoop& loop, const transport::Address& to, const transport::UdpOptions& options,
            OnReceive on_receive);

  // The client at this address, made when it is new and there is room (and a socket to be had).
  std::optional<std::uint64_t> client_of(const transport::Address& address, TimePoint now);
  // nullptr, nullopt: no such client (any more).
  transport::UdpSocket* socket_of(std::uint64_t client);
  std::optional<transport::Address> address_of(std::uint64_t client) const;

  std::size_t size() const { return clients_.size(); }
  std::uint64_t ever() const { return next_; }
  const transport::UdpSocket* any() const {
    return clients_.empty() ? nullptr : clients_.begin()->second.socket.get();
  }

 private:
  struct Client {
    transport::Address address;
    std::unique_ptr<transport::UdpSocket> socket;
    TimePoint heard{};
  };

  bool make_room(TimePoint now);

  transport::EventLoop& loop_;
  transport::Address bind_to_;  // any port of the far end's family
  transport::UdpOptions options_;
  OnReceive on_receive_;
  std::map<std::uint64_t, Client> clients_;
  std::unordered_map<transport::Address, std::uint64_t> numbers_;
  std::uint64_t next_ = 0;
};

}  // namespace skirret::link
