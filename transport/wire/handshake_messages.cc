#include "transport/wire/handshake_messages.hh"

#include <algorithm>

#include "codec/base/byte_reader.hh"
#include "codec/base/byte_writer.hh"
#include "codec/base/check.hh"

namespace skirret::transport {

namespace {

// Kind first, then the one right size: a datagram of another kind is not "too long".
Result<void> check_shape(Bytes datagram, DatagramKind kind, std::size_t size, const char* name) {
  if (datagram.empty()) return fail(ErrorCode::kTruncated, "empty datagram");
  if (kind_of(datagram) != kind) return fail(ErrorCode::kMalformed, std::string("no ") + name);
  if (datagram.size() < size) return fail(ErrorCode::kTruncated, std::string(name) + " cut short");
  if (datagram.size() > size) return fail(ErrorCode::kLimit, std::string(name) + " too long");
  return {};
}

}  // namespace

ByteVector Hello::without_mac(Bytes noise) {
  SKIRRET_CHECK(noise.size() == kNoiseSize || noise.size() == kShortNoiseSize);
  ByteWriter writer;
  writer.u8(first_byte(noise.size() == kNoiseSize ? DatagramKind::kHello : DatagramKind::kShortHello));
  writer.bytes(noise);
  return std::move(writer).take();
}

Result<Hello> Hello::parse(Bytes datagram) {
  const bool is_short = kind_of(datagram) == DatagramKind::kShortHello;
  const std::size_t size = is_short ? kShortSize : kSize;
  return check_shape(datagram, is_short ? DatagramKind::kShortHello : DatagramKind::kHello, size, "hello")
      .map([&] {
        return Hello{datagram.subspan(1, size - 1 - kMacSize), datagram.last(kMacSize),
                     datagram.first(size - kMacSize)};
      });
}

static_assert(HelloPayload::kShortSize == 1 + HelloPayload::kTokenSize);

ByteVector HelloPayload::serialise(std::size_t size) const {
  SKIRRET_CHECK(size == kSize || size == kShortSize);
  ByteWriter writer;
  writer.u8(held ? 1 : 0);
  if (held) writer.bytes(*held);
  ByteVector payload = std::move(writer).take();
  payload.resize(size);
  return payload;
}

Result<HelloPayload> HelloPayload::parse(Bytes bytes) {
  if (bytes.size() < kSize && bytes.size() != kShortSize)
    return fail(ErrorCode::kTruncated, "hello payload cut short");
  ByteReader reader(bytes);
  const std::uint8_t flags = reader.u8();
  if (flags > 1) return fail(ErrorCode::kMalformed, "hello payload: unknown flags");
  const Bytes token = reader.take(kTokenSize);
  HelloPayload payload;
  if (flags == 1) std::copy(token.begin(), token.end(), payload.held.emplace().begin());
  return payload;
}

ByteVector Reply::serialise() const {
  SKIRRET_CHECK(noise.size() == kNoiseSize);
  ByteWriter writer;
  writer.u8(first_byte(DatagramKind::kReply));
  writer.u32be(answers);
  writer.bytes(noise);
  return std::move(writer).take();
}

Result<Reply> Reply::parse(Bytes datagram) {
  return check_shape(datagram, DatagramKind::kReply, kSize, "reply").map([&] {
    ByteReader reader(datagram.subspan(1));
    const std::uint32_t asked = reader.u32be();
    return Reply{asked, reader.rest()};
  });
}

ByteVector ReplyPayload::serialise() const {
  SKIRRET_CHECK(retry_after.count() >= 0 && retry_after.count() <= 0xffff);
  ByteWriter writer;
  writer.u8(static_cast<std::uint8_t>(status));
  writer.u16be(static_cast<std::uint16_t>(retry_after.count()));
  return std::move(writer).take();
}

Result<ReplyPayload> ReplyPayload::parse(Bytes bytes) {
  ByteReader reader(bytes);
  const std::uint8_t status = reader.u8();
  const std::uint16_t retry_after = reader.u16be();
  if (!reader.ok()) return fail(ErrorCode::kTruncated, "reply payload cut short");
  if (!reader.at_end()) return fail(ErrorCode::kMalformed, "reply payload too long");
  if (status > static_cast<std::uint8_t>(Status::kHeld)) {
    return fail(ErrorCode::kMalformed, "reply payload: unknown status");
  }
  return ReplyPayload{static_cast<Status>(status), std::chrono::milliseconds(retry_after)};
}

}  // namespace skirret::transport
