#include "transport/wire/path.hh"

#include <utility>

#include "codec/base/byte_reader.hh"
#include "codec/base/byte_writer.hh"

namespace skirret::transport {
namespace {

ByteVector write(MessageType type, std::uint64_t value) {
  ByteWriter to;
  to.u8(static_cast<std::uint8_t>(type));
  to.u64be(value);
  return std::move(to).take();
}

Result<std::uint64_t> read(Bytes payload, MessageType type) {
  ByteReader from(payload);
  const std::uint8_t first = from.u8();
  const std::uint64_t value = from.u64be();
  if (!from.ok()) return fail(ErrorCode::kTruncated, "path message: short");
  if (first != static_cast<std::uint8_t>(type))
    return fail(ErrorCode::kMalformed, "path message: wrong type");
  if (!from.at_end()) return fail(ErrorCode::kMalformed, "path message: bytes after the end");
  return value;
}

}  // namespace

ByteVector write_path_challenge(const PathChallenge& challenge) {
  return write(MessageType::kPathChallenge, challenge.value);
}

Result<PathChallenge> parse_path_challenge(Bytes payload) {
  return read(payload, MessageType::kPathChallenge).map([](std::uint64_t value) {
    return PathChallenge{value};
  });
}

ByteVector write_path_response(const PathResponse& response) {
  return write(MessageType::kPathResponse, response.value);
}

Result<PathResponse> parse_path_response(Bytes payload) {
  return read(payload, MessageType::kPathResponse).map([](std::uint64_t value) {
    return PathResponse{value};
  });
}

}  // namespace skirret::transport
