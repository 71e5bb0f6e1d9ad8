#pragma once

#include <cstdint>

#include "codec/base/bytes.hh"
#include "codec/base/result.hh"

namespace skirret::transport {

// What a sealed payload holds: its first byte. Everything after it is described beside each message.
// Sender to receiver: data, probe, ping, close, path challenge and response. Receiver to sender: ack, ping,
// close, path challenge and response.
enum class MessageType : std::uint8_t {
  kData = 1,
  kAck = 2,
  kProbe = 3,
  kPing = 4,
  kClose = 5,
  kPathChallenge = 6,
  kPathResponse = 7,
};

// kTruncated for an empty payload, kUnsupported for a type that this version does not know.
Result<MessageType> message_type(Bytes payload);

}  // namespace skirret::transport
