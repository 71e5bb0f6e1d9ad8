#pragma once

#include <sys/socket.h>

#include "transport/session/address.hh"

namespace skirret::transport {

// The kernel's form of an address.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

// For a socket of `family`: an IPv4 address becomes its mapped form on an IPv6 socket. An IPv6 address
// has no form on an IPv4 socket: size is 0 then.
SocketAddress to_socket_address(const Address& address, int family);

// Of AF_INET or AF_INET6; anything else gives the default Address.
Address from_socket_address(const SocketAddress& address);

}  // namespace skirret::transport
