#include "transport/udp/interface_addresses.hh"

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "transport/udp/descriptor.hh"
#include "transport/udp/socket_address.hh"

namespace skirret::transport {

namespace {

// Set aside for documentation (RFC 5737, RFC 3849): routed like any address, owned by nobody.
Address somewhere_ipv4() {
  return Address::ipv4({192, 0, 2, 1}, 9);
}
Address somewhere_ipv6() {
  return Address::ipv6({0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 9);
}

// Connecting a UDP socket sends nothing, but makes the system choose a route and with it our address.
std::optional<Address> routed_from(const Address& somewhere, int family) {
  const Descriptor socket(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const SocketAddress remote = to_socket_address(somewhere, family);
  if (!socket.valid() || ::connect(socket.get(), remote.get(), remote.size) != 0) return std::nullopt;
  SocketAddress own;
  own.size = sizeof own.storage;
  if (::getsockname(socket.get(), own.get(), &own.size) != 0) return std::nullopt;
  return from_socket_address(own).with_port(0);
}

std::optional<Address> address_of(const ifaddrs& entry) {
  if (entry.ifa_addr == nullptr || (entry.ifa_flags & IFF_UP) == 0) return std::nullopt;
  SocketAddress address;
  switch (entry.ifa_addr->sa_family) {
    case AF_INET:
      address.size = sizeof(sockaddr_in);
      break;
    case AF_INET6:
      address.size = sizeof(sockaddr_in6);
      break;
    default:
      return std::nullopt;
  }
  std::memcpy(&address.storage, entry.ifa_addr, address.size);
  return from_socket_address(address).with_port(0);
}

void add_once(std::vector<Address>& addresses, const std::optional<Address>& address) {
  if (address && std::find(addresses.begin(), addresses.end(), *address) == addresses.end()) {
    addresses.push_back(*address);
  }
}

}  // namespace

std::vector<Address> interface_addresses() {
  std::vector<Address> addresses;
  add_once(addresses, routed_from(somewhere_ipv4(), AF_INET));
  add_once(addresses, routed_from(somewhere_ipv6(), AF_INET6));
  ifaddrs* head = nullptr;
  if (::getifaddrs(&head) != 0) return addresses;
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> list(head, &::freeifaddrs);
  for (const ifaddrs* entry = list.get(); entry != nullptr; entry = entry->ifa_next) {
    add_once(addresses, address_of(*entry));
  }
  return addresses;
}

}  // namespace skirret::transport
