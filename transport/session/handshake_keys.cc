#include "transport/session/handshake_keys.hh"

#include <string_view>

#include <sodium.h>

#include "codec/base/byte_reader.hh"
#include "transport/crypto/blake2b.hh"
#include "transport/wire/handshake_messages.hh"

namespace skirret::transport {

namespace {

// Labels keep hashes for different purposes apart.
template <std::size_t N>
Bytes label(const char (&text)[N]) {
  return {reinterpret_cast<const std::uint8_t*>(text), N - 1};
}

}  // namespace

Bytes handshake_prologue() {
  static_assert(kProtocolVersion == 1);
  return label("skirret call, version 1");
}

HelloMac::HelloMac(const CallSecret& secret)
    : key_(keyed_blake2b<32>(secret.shared.view(), {label("skirret hello mac"), secret.listener})) {}

ByteVector HelloMac::over(Bytes covered) const {
  const auto mac = keyed_blake2b<Hello::kMacSize>(key_.view(), {covered});
  return {mac.view().begin(), mac.view().end()};
}

bool HelloMac::fits(Bytes covered, Bytes mac) const {
  const ByteVector right = over(covered);
  return mac.size() == right.size() && sodium_memcmp(right.data(), mac.data(), right.size()) == 0;
}

SessionKeys session_keys(const NoiseTransport& transport, HandshakeRole role) {
  const bool initiator = role == HandshakeRole::kInitiator;
  const auto id = keyed_blake2b<16>(transport.handshake_hash, {label("skirret session id")});
  SessionKeys keys;
  keys.send = initiator ? transport.initiator_key : transport.responder_key;
  keys.receive = initiator ? transport.responder_key : transport.initiator_key;
  keys.token =
      keyed_blake2b<SessionToken::kSize>(transport.initiator_key.view(), {label("skirret session token")});
  keys.session_id = ByteReader(id.view()).u32be();
  return keys;
}

}  // namespace skirret::transport
