#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "codec/base/bytes.hh"
#include "codec/base/result.hh"

namespace skirret::transport {

// Where a datagram comes from or goes to: an IPv4 or IPv6 address and a UDP port, as a plain value.
// An IPv4 address mapped into IPv6 (::ffff:a.b.c.d) becomes the IPv4 address, so that equal peers compare
// equal.
class Address {
 public:
  Address() = default;  // 0.0.0.0:0
  static Address ipv4(const std::array<std::uint8_t, 4>& octets, std::uint16_t port);
  static Address ipv6(const std::array<std::uint8_t, 16>& octets, std::uint16_t port,
                      std::uint32_t scope = 0);

  // "192.0.2.1:4000" or "[2001:db8::1]:4000"; numbers only, names are resolved elsewhere.
  static Result<Address> parse(std::string_view text);
  // The same without a port: "192.0.2.1", "2001:db8::1", "[2001:db8::1]".
  static Result<Address> parse_host(std::string_view host, std::uint16_t port);

  bool is_ipv6() const { return is_ipv6_; }
  Bytes octets() const { return Bytes(octets_).first(is_ipv6_ ? 16 : 4); }  // network order
  std::uint16_t port() const { return port_; }                              // host order
  std::uint32_t scope() const { return scope_; }  // IPv6 link-local interface, else 0
  Address with_port(std::uint16_t port) const;

  bool is_unspecified() const;  // 0.0.0.0 or ::
  bool is_loopback() const;     // 127.0.0.0/8 or ::1
  bool is_link_local() const;   // 169.254.0.0/16 or fe80::/10

  std::string host_text() const;  // "192.0.2.1", "[2001:db8::1]"
  std::string to_string() const;  // host_text() and the port; parse() reads it (without a scope)

  auto operator<=>(const Address&) const = default;

 private:
  std::array<std::uint8_t, 16> octets_{};
  std::uint32_t scope_ = 0;
  std::uint16_t port_ = 0;
  bool is_ipv6_ = false;
};

// The two bits of an IP header that say whether a router may mark the packet instead of dropping it, and
// whether one did (RFC 3168).
enum class Ecn : std::uint8_t {
  kNotCapable = 0,
  kCapable1 = 1,
  kCapable0 = 2,  // what we send
  kMarked = 3,    // congestion experienced
};

// One UDP payload on its way out.
struct Datagram {
  Address to;
  ByteVector bytes;

  bool operator==(const Datagram&) const = default;
};

// Largest UDP payload that is sent unasked. With 48 bytes of IPv6 and UDP it stays under 1280,
// the size that every IPv6 path carries unfragmented.
inline constexpr std::size_t kMaxDatagram = 1200;
// The same where the path was seen to carry more (PathMtu): Ethernet's 1500 bytes less IPv4 and UDP.
inline constexpr std::size_t kLongestDatagram = 1472;

}  // namespace skirret::transport

template <>
struct std::hash<skirret::transport::Address> {
  std::size_t operator()(const skirret::transport::Address& address) const noexcept;
};
