#include "transport/wire/sender_notes.hh"

namespace skirret::transport {
namespace {

constexpr std::uint8_t kTrainFirst = 1;
constexpr std::uint8_t kTrainLast = 2;
constexpr std::uint8_t kPausedBefore = 4;
constexpr std::uint8_t kAppLimited = 8;
constexpr std::uint8_t kAllFlags = 15;

std::uint8_t flags_of(const SenderNotes& notes) {
  return static_cast<std::uint8_t>(
      (notes.train_first ? kTrainFirst : 0) | (notes.train_last ? kTrainLast : 0) |
      (notes.paused_before ? kPausedBefore : 0) | (notes.app_limited ? kAppLimited : 0));
}

}  // namespace

void write_notes(ByteWriter& to, const SenderNotes& notes) {
  to.u32be(notes.sent.ticks);
  to.u8(flags_of(notes));
  to.varint(notes.oldest_needed);
  to.varint(notes.oldest_unsettled);
}

Result<SenderNotes> read_notes(ByteReader& from) {
  SenderNotes notes;
  notes.sent.ticks = from.u32be();
  const std::uint8_t flags = from.u8();
  notes.oldest_needed = from.varint();
  notes.oldest_unsettled = from.varint();
  if (!from.ok()) return fail(ErrorCode::kTruncated, "sender notes: short");
  if (flags & ~kAllFlags) return fail(ErrorCode::kMalformed, "sender notes: unknown flags");
  if (notes.oldest_needed > kMaxFrameNumber) return fail(ErrorCode::kMalformed, "sender notes: frame number");
  if (notes.oldest_unsettled > kMaxPacketNumber)
    return fail(ErrorCode::kMalformed, "sender notes: packet number");
  notes.train_first = flags & kTrainFirst;
  notes.train_last = flags & kTrainLast;
  notes.paused_before = flags & kPausedBefore;
  notes.app_limited = flags & kAppLimited;
  return notes;
}

}  // namespace skirret::transport
