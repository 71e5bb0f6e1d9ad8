#include "transport/wire/message.hh"

namespace skirret::transport {

Result<MessageType> message_type(Bytes payload) {
  if (payload.empty()) return fail(ErrorCode::kTruncated, "message: empty payload");
  const std::uint8_t type = payload.front();
  if (type < static_cast<std::uint8_t>(MessageType::kData) ||
      type > static_cast<std::uint8_t>(MessageType::kPathResponse))
    return fail(ErrorCode::kUnsupported, "message: unknown type " + std::to_string(type));
  return static_cast<MessageType>(type);
}

}  // namespace skirret::transport
