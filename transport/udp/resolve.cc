#include "transport/udp/resolve.hh"

#include <cstring>
#include <memory>

#include <netdb.h>

#include "transport/udp/socket_address.hh"

namespace skirret::transport {
namespace {

Result<Address> look_up(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  const int status = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (status != 0) {
    return fail(ErrorCode::kNotFound,
                "cannot find the host '" + host + "': " + ::gai_strerror(status) + "; is the name right?");
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, &::freeaddrinfo);
  const addrinfo* chosen = found;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    if (one->ai_family == AF_INET) {
      chosen = one;
      break;
    }
  }
  SocketAddress address;
  std::memcpy(&address.storage, chosen->ai_addr, chosen->ai_addrlen);
  address.size = chosen->ai_addrlen;
  return from_socket_address(address).with_port(port);
}

}  // namespace

Result<Address> resolve(std::string_view host_and_port) {
  const Result<Address> numeric = Address::parse(host_and_port);
  if (numeric) return numeric;
  const std::size_t colon = host_and_port.rfind(':');
  const std::string_view host = host_and_port.substr(0, std::min(colon, host_and_port.size()));
  // A form that is wrong whatever the host: no port, no number for it, an IPv6 address without brackets.
  const std::string port_only = "0.0.0.0" + std::string(host_and_port.substr(host.size()));
  const Result<Address> any = Address::parse(port_only);
  const bool name =
      host.find_first_of(":[]") == std::string_view::npos && host.find('\0') == std::string_view::npos;
  if (!any || !name) return numeric;
  if (host.empty()) return any;
  return look_up(std::string(host), any->port());
}

}  // namespace skirret::transport
