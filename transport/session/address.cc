#include "transport/session/address.hh"

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>

namespace skirret::transport {

namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

Result<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) {
    return fail(ErrorCode::kInvalid, "'" + std::string(text) + "' is no port (0 to 65535)");
  }
  return port;
}

}  // namespace

Address Address::ipv4(const std::array<std::uint8_t, 4>& octets, std::uint16_t port) {
  Address address;
  std::copy(octets.begin(), octets.end(), address.octets_.begin());
  address.port_ = port;
  return address;
}

Address Address::ipv6(const std::array<std::uint8_t, 16>& octets, std::uint16_t port, std::uint32_t scope) {
  if (std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), octets.begin())) {
    return ipv4({octets[12], octets[13], octets[14], octets[15]}, port);
  }
  Address address;
  address.octets_ = octets;
  address.scope_ = scope;
  address.port_ = port;
  address.is_ipv6_ = true;
  return address;
}

Result<Address> Address::parse(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return fail(ErrorCode::kInvalid, "'" + std::string(text) + "' has no port: write HOST:PORT");
  }
  const std::string_view host = text.substr(0, colon);
  if (host.find(':') != std::string_view::npos && (host.front() != '[' || host.back() != ']')) {
    return fail(ErrorCode::kInvalid, "'" + std::string(text) + "': write an IPv6 address as [ADDRESS]:PORT");
  }
  return parse_port(text.substr(colon + 1)).and_then([&](std::uint16_t port) {
    return parse_host(host, port);
  });
}

Result<Address> Address::parse_host(std::string_view host, std::uint16_t port) {
  std::string plain(host);
  if (plain.size() >= 2 && plain.front() == '[' && plain.back() == ']')
    plain = plain.substr(1, plain.size() - 2);
  // inet_pton reads C strings: a NUL inside would hide what follows it.
  if (plain.find('\0') == std::string::npos) {
    std::array<std::uint8_t, 4> v4{};
    if (plain.size() == host.size() && inet_pton(AF_INET, plain.c_str(), v4.data()) == 1)
      return ipv4(v4, port);
    std::array<std::uint8_t, 16> v6{};
    if (inet_pton(AF_INET6, plain.c_str(), v6.data()) == 1) return ipv6(v6, port);
  }
  return fail(ErrorCode::kInvalid, "'" + std::string(host) + "' is neither an IPv4 nor an IPv6 address");
}

Address Address::with_port(std::uint16_t port) const {
  Address other = *this;
  other.port_ = port;
  return other;
}

bool Address::is_unspecified() const {
  return std::all_of(octets_.begin(), octets_.end(), [](std::uint8_t octet) { return octet == 0; });
}

bool Address::is_loopback() const {
  if (!is_ipv6_) return octets_[0] == 127;
  return octets_[15] == 1 &&
         std::all_of(octets_.begin(), octets_.end() - 1, [](auto octet) { return octet == 0; });
}

bool Address::is_link_local() const {
  if (!is_ipv6_) return octets_[0] == 169 && octets_[1] == 254;
  return octets_[0] == 0xfe && (octets_[1] & 0xc0) == 0x80;
}

std::string Address::host_text() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(is_ipv6_ ? AF_INET6 : AF_INET, octets_.data(), text.data(), text.size());
  return is_ipv6_ ? "[" + std::string(text.data()) + "]" : std::string(text.data());
}

std::string Address::to_string() const {
  return host_text() + ":" + std::to_string(port_);
}

}  // namespace skirret::transport

std::size_t std::hash<skirret::transport::Address>::operator()(
    const skirret::transport::Address& address) const noexcept {
  std::size_t value = address.port() * std::size_t{0x9e3779b97f4a7c15u} + address.scope();
  for (const std::uint8_t octet : address.octets()) value = (value ^ octet) * std::size_t{0x100000001b3u};
  return value;
}
