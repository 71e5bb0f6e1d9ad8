#pragma once

#include <cstdint>

#include "transport/session/sealed_channel.hh"

namespace skirret::test {

// Of one end of a session; the other end has them the other way round.
inline transport::SessionKeys channel_keys(std::uint8_t send, std::uint8_t receive) {
  transport::SessionKeys keys;
  keys.send = transport::SecretBytes<32>(ByteVector(32, send));
  keys.receive = transport::SecretBytes<32>(ByteVector(32, receive));
  return keys;
}

}  // namespace skirret::test
