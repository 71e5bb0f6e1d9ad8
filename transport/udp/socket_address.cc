#include "transport/udp/socket_address.hh"

#include <algorithm>
#include <array>
#include <cstring>

#include <netinet/in.h>

namespace skirret::transport {

SocketAddress to_socket_address(const Address& address, int family) {
  SocketAddress result;
  const Bytes octets = address.octets();
  if (family == AF_INET) {
    if (address.is_ipv6()) return result;
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(address.port());
    std::memcpy(&v4.sin_addr, octets.data(), octets.size());
    std::memcpy(&result.storage, &v4, sizeof v4);
    result.size = sizeof v4;
    return result;
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(address.port());
  v6.sin6_scope_id = address.scope();
  if (address.is_ipv6()) {
    std::memcpy(&v6.sin6_addr, octets.data(), octets.size());
  } else {
    v6.sin6_addr.s6_addr[10] = 0xff;
    v6.sin6_addr.s6_addr[11] = 0xff;
    std::copy(octets.begin(), octets.end(), v6.sin6_addr.s6_addr + 12);
  }
  std::memcpy(&result.storage, &v6, sizeof v6);
  result.size = sizeof v6;
  return result;
}

Address from_socket_address(const SocketAddress& address) {
  if (address.storage.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address.storage, sizeof v4);
    std::array<std::uint8_t, 4> octets{};
    std::memcpy(octets.data(), &v4.sin_addr, octets.size());
    return Address::ipv4(octets, ntohs(v4.sin_port));
  }
  if (address.storage.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address.storage, sizeof v6);
    std::array<std::uint8_t, 16> octets{};
    std::memcpy(octets.data(), &v6.sin6_addr, octets.size());
    return Address::ipv6(octets, ntohs(v6.sin6_port), v6.sin6_scope_id);
  }
  return {};
}

}  // namespace skirret::transport
