#include "transport/wire/control.hh"

#include <algorithm>

#include "codec/base/check.hh"

namespace skirret::transport {
namespace {

char printable(std::uint8_t byte) {
  return byte >= 0x20 && byte < 0x7f ? static_cast<char>(byte) : '?';
}

std::string printable_text(Bytes bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) text.push_back(printable(byte));
  return text;
}

Result<SenderNotes> notes_of(ByteReader& from, MessageType type, const char* name) {
  if (from.u8() != static_cast<std::uint8_t>(type))
    return fail(ErrorCode::kMalformed, std::string(name) + ": wrong type");
  return read_notes(from);
}

}  // namespace

ByteVector write_probe(const Probe& probe) {
  ByteWriter to;
  to.u8(static_cast<std::uint8_t>(MessageType::kProbe));
  write_notes(to, probe.notes);
  SKIRRET_CHECK(probe.size <= kMaxProbeBytes);
  while (to.size() < probe.size) to.u8(0);
  return std::move(to).take();
}

Result<Probe> parse_probe(Bytes payload) {
  if (payload.size() > kMaxProbeBytes) return fail(ErrorCode::kLimit, "probe: too long");
  ByteReader from(payload);
  auto notes = notes_of(from, MessageType::kProbe, "probe");
  if (!notes) return tl::unexpected(notes.error());
  if (std::ranges::any_of(from.rest(), [](std::uint8_t byte) { return byte != 0; }))
    return fail(ErrorCode::kMalformed, "probe: padding is not zero");
  return Probe{*notes, payload.size()};
}

ByteVector write_ping(const Ping& ping) {
  ByteWriter to;
  to.u8(static_cast<std::uint8_t>(MessageType::kPing));
  write_notes(to, ping.notes);
  return std::move(to).take();
}

Result<Ping> parse_ping(Bytes payload) {
  ByteReader from(payload);
  auto notes = notes_of(from, MessageType::kPing, "ping");
  if (!notes) return tl::unexpected(notes.error());
  if (!from.at_end()) return fail(ErrorCode::kMalformed, "ping: bytes after the end");
  return Ping{*notes};
}

ByteVector write_close(const Close& close) {
  ByteWriter to;
  to.u8(static_cast<std::uint8_t>(MessageType::kClose));
  to.u8(static_cast<std::uint8_t>(close.reason));
  const std::size_t length = std::min(close.text.size(), kMaxCloseText);
  to.varint(length);
  for (std::size_t i = 0; i < length; ++i)
    to.u8(static_cast<std::uint8_t>(printable(static_cast<std::uint8_t>(close.text[i]))));
  return std::move(to).take();
}

Result<Close> parse_close(Bytes payload) {
  ByteReader from(payload);
  if (from.u8() != static_cast<std::uint8_t>(MessageType::kClose))
    return fail(ErrorCode::kMalformed, "close: wrong type");
  const std::uint8_t reason = from.u8();
  const std::uint64_t length = from.varint();
  if (!from.ok()) return fail(ErrorCode::kTruncated, "close: short");
  if (reason > static_cast<std::uint8_t>(CloseReason::kFault))
    return fail(ErrorCode::kMalformed, "close: unknown reason");
  if (length > kMaxCloseText) return fail(ErrorCode::kLimit, "close: text too long");
  const Bytes text = from.take(length);
  if (!from.ok()) return fail(ErrorCode::kTruncated, "close: short text");
  if (!from.at_end()) return fail(ErrorCode::kMalformed, "close: bytes after the end");
  return Close{static_cast<CloseReason>(reason), printable_text(text)};
}

}  // namespace skirret::transport
