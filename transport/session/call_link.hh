#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "codec/base/result.hh"
#include "transport/crypto/identity.hh"
#include "transport/session/address.hh"

namespace skirret::transport {

// What a listener hands to whoever may call it:
//
//   skirret://HOST:PORT#SECRET
//
// HOST is a name, an IPv4 address or an IPv6 address in brackets; SECRET is the secret text of
// crypto/secret_text.hh over the listener's public key and the 256-bit shared secret. Its checksum leaves
// HOST and PORT out: they may be edited by hand, to call through another address of the same machine.
// Deliberately not printable: with_secret() is the one way to get the text, for the program that shows it.
struct CallLink {
  std::string host;  // as in the text, with an IPv6 address's brackets
  std::uint16_t port = 0;
  CallSecret secret;

  std::string peer_name() const;    // "HOST:PORT", for messages
  std::string with_secret() const;  // the whole link

  bool operator==(const CallLink&) const = default;
};

// Reads a link; white space around it is dropped. Messages say what is wrong and never repeat the secret:
// kTruncated for one that was not copied whole, kMalformed, kInvalid and kUnsupported otherwise.
Result<CallLink> parse_call_link(std::string_view text);

// The address to print for a listener bound to `bound`: itself, or where that is 0.0.0.0 or [::], the first
// of `machine` (best first, see udp/interface_addresses.hh) of the same family that another machine can
// reach (for [::], which hears IPv4 too, else an IPv4 one); without one, that family's loopback address.
Address reachable_address(const Address& bound, const std::vector<Address>& machine);

}  // namespace skirret::transport
