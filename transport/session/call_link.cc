#include "transport/session/call_link.hh"

#include <algorithm>
#include <charconv>

#include "transport/crypto/secret_text.hh"

namespace skirret::transport {

namespace {

constexpr std::string_view kScheme = "skirret://";
constexpr std::size_t kLongestName = 253;  // RFC 1035

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_';
}

Result<void> check_host(std::string_view host) {
  if (host.empty())
    return fail(ErrorCode::kMalformed, "the call link names no host: skirret://HOST:PORT#SECRET");
  if (host.front() == '[') {
    if (Address::parse_host(host, 0)) return {};
    return fail(ErrorCode::kMalformed, "the call link's host in brackets is no IPv6 address");
  }
  if (host.size() > kLongestName || !std::all_of(host.begin(), host.end(), is_name_character)) {
    return fail(ErrorCode::kMalformed,
                "the call link's host is neither a name nor an address (IPv6: in brackets)");
  }
  return {};
}

Result<std::uint16_t> read_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) {
    return fail(ErrorCode::kMalformed, "the call link's port is not a number from 1 to 65535");
  }
  return port;
}

Result<CallSecret> read_secret(std::string_view text) {
  if (text.empty()) {
    return fail(ErrorCode::kTruncated, "the call link has no secret after '#': it was not copied whole");
  }
  const auto content = decode_secret(SecretKind::kCallLink, text);
  if (!content) return fail(content.error().code, "call link: " + content.error().message);
  CallSecret secret{{}, SecretBytes<32>(content->view().last(32))};
  std::ranges::copy(content->view().first(32), secret.listener.begin());
  if (!is_usable(secret.listener))
    return fail(ErrorCode::kInvalid, "the call link's key is not one a listener has");
  return secret;
}

}  // namespace

std::string CallLink::peer_name() const {
  return host + ":" + std::to_string(port);
}

std::string CallLink::with_secret() const {
  SecretBytes<64> content;
  std::ranges::copy(secret.listener, content.data());
  std::ranges::copy(secret.shared.view(), content.data() + 32);
  return std::string(kScheme) + peer_name() + "#" + encode_secret(SecretKind::kCallLink, content);
}

Result<CallLink> parse_call_link(std::string_view text) {
  std::string_view rest = trimmed(text);
  if (rest.empty()) return fail(ErrorCode::kTruncated, "the call link is empty");
  if (!rest.starts_with(kScheme)) {
    return fail(ErrorCode::kMalformed,
                "a call link looks like skirret://HOST:PORT#SECRET; this does not start so");
  }
  rest.remove_prefix(kScheme.size());
  const std::size_t hash = rest.find('#');
  if (hash == std::string_view::npos) {
    return fail(ErrorCode::kTruncated, "the call link has no '#' and no secret: it was not copied whole");
  }
  const std::string_view where = rest.substr(0, hash);
  const std::size_t colon = where.rfind(':');
  if (colon == std::string_view::npos || where.ends_with(']')) {
    return fail(ErrorCode::kMalformed, "the call link names no port: skirret://HOST:PORT#SECRET");
  }
  CallLink link;
  link.host = where.substr(0, colon);
  if (auto host = check_host(link.host); !host) return tl::unexpected(host.error());
  const auto port = read_port(where.substr(colon + 1));
  if (!port) return tl::unexpected(port.error());
  link.port = *port;
  auto secret = read_secret(rest.substr(hash + 1));
  if (!secret) return tl::unexpected(secret.error());
  link.secret = std::move(*secret);
  return link;
}

Address reachable_address(const Address& bound, const std::vector<Address>& machine) {
  if (!bound.is_unspecified()) return bound;
  const auto first_of = [&](bool ipv6) {
    return std::find_if(machine.begin(), machine.end(), [&](const Address& address) {
      return address.is_ipv6() == ipv6 && !address.is_unspecified() && !address.is_loopback() &&
             !address.is_link_local();
    });
  };
  auto found = first_of(bound.is_ipv6());
  if (found == machine.end() && bound.is_ipv6()) found = first_of(false);
  if (found != machine.end()) return found->with_port(bound.port());
  if (!bound.is_ipv6()) return Address::ipv4({127, 0, 0, 1}, bound.port());
  return Address::ipv6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, bound.port());
}

}  // namespace skirret::transport
