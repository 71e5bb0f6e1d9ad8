#include "transport/wire/ack.hh"

#include "codec/base/byte_reader.hh"
#include "codec/base/byte_writer.hh"
#include "codec/base/check.hh"

namespace skirret::transport {
namespace {

constexpr std::uint8_t kHeld = 1;
constexpr std::uint8_t kRefused = 2;
constexpr std::uint8_t kHasId = 4;
constexpr std::uint64_t kMaxHoldTicks = 600'000;  // a minute
constexpr std::uint32_t kMaxAnnounced = 1u << 20;

std::uint64_t zigzag(std::int32_t value) {
  const auto wide = static_cast<std::int64_t>(value);
  return static_cast<std::uint64_t>(wide < 0 ? -2 * wide - 1 : 2 * wide);
}

std::optional<std::int32_t> unzigzag(std::uint64_t coded) {
  if (coded > 0xffffffffu) return std::nullopt;
  const auto half = static_cast<std::int64_t>(coded >> 1);
  return static_cast<std::int32_t>(coded & 1 ? -half - 1 : half);
}

tl::unexpected<Error> malformed(const char* what) {
  return fail(ErrorCode::kMalformed, std::string("ack: ") + what);
}

void write_ranges(ByteWriter& to, const Ack& ack) {
  to.varint(ack.ranges.size());
  PacketNumber above = 0;
  for (std::size_t i = 0; i < ack.ranges.size(); ++i) {
    const PacketRange& range = ack.ranges[i];
    if (i > 0) to.varint(above - range.last - 2);
    to.varint(range.last - range.first);
    above = range.first;
  }
}

Result<std::vector<PacketRange>> read_ranges(ByteReader& from, PacketNumber largest) {
  const std::uint64_t count = from.varint();
  if (!from.ok()) return fail(ErrorCode::kTruncated, "ack: short");
  if (count == 0 || count > kMaxAckRanges) return malformed("number of ranges");
  std::vector<PacketRange> ranges;
  PacketNumber last = largest;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (i > 0) {
      const std::uint64_t missing = from.varint();
      const PacketNumber above = ranges.back().first;
      if (above < 2 || missing > above - 2) return malformed("gap below packet 0");
      last = above - 2 - missing;
    }
    const std::uint64_t more = from.varint();
    if (more > last) return malformed("range below packet 0");
    ranges.push_back({last - more, last});
  }
  if (!from.ok()) return fail(ErrorCode::kTruncated, "ack: short ranges");
  return ranges;
}

Result<std::vector<std::int32_t>> read_arrivals(ByteReader& from, const std::vector<PacketRange>& ranges) {
  const std::uint64_t count = from.varint();
  if (!from.ok()) return fail(ErrorCode::kTruncated, "ack: short arrivals");
  if (count == 0 || count > kMaxAckArrivals) return malformed("number of arrivals");
  std::uint64_t packets = 0;
  for (const PacketRange& range : ranges) {
    packets += range.last - range.first + 1;
    if (packets >= count) break;
  }
  if (count > packets) return malformed("more arrivals than packets");
  std::vector<std::int32_t> earlier;
  for (std::uint64_t i = 1; i < count; ++i) {
    const auto ticks = unzigzag(from.varint());
    if (!ticks) return malformed("arrival time");
    earlier.push_back(*ticks);
  }
  if (!from.ok()) return fail(ErrorCode::kTruncated, "ack: short arrivals");
  return earlier;
}

void write_frames(ByteWriter& to, const std::vector<AckedFrame>& frames) {
  to.varint(frames.size());
  FrameNumber above = 0;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const AckedFrame& frame = frames[i];
    to.varint(i == 0 ? frame.number : above - frame.number - 1);
    to.u8(static_cast<std::uint8_t>((frame.held ? kHeld : 0) | (frame.refused ? kRefused : 0) |
                                    (frame.id ? kHasId : 0)));
    if (frame.id) to.u64be(frame.id->value);
    above = frame.number;
  }
}

Result<std::vector<AckedFrame>> read_frames(ByteReader& from) {
  const std::uint64_t count = from.varint();
  if (count > kMaxAckFrames) return malformed("number of frames");
  std::vector<AckedFrame> frames;
  for (std::uint64_t i = 0; i < count && from.ok(); ++i) {
    AckedFrame frame;
    const std::uint64_t coded = from.varint();
    if (i == 0) {
      if (coded == 0 && from.ok()) return malformed("frame number");
      frame.number = coded;
    } else {
      const FrameNumber above = frames.back().number;
      if (above < 2 || coded > above - 2) return malformed("frame below 1");
      frame.number = above - 1 - coded;
    }
    if (frame.number > kMaxFrameNumber) return malformed("frame number");
    const std::uint8_t flags = from.u8();
    if (flags & ~(kHeld | kRefused | kHasId)) return malformed("frame flags");
    frame.held = flags & kHeld;
    frame.refused = flags & kRefused;
    if (frame.held && frame.refused) return malformed("held and refused");
    if (flags & kHasId) frame.id = StateId{from.u64be()};
    frames.push_back(frame);
  }
  if (!from.ok()) return fail(ErrorCode::kTruncated, "ack: short frames");
  return frames;
}

}  // namespace

ByteVector write_ack(const Ack& ack) {
  SKIRRET_CHECK(!ack.ranges.empty() && ack.ranges.size() <= kMaxAckRanges);
  SKIRRET_CHECK(ack.earlier.size() < kMaxAckArrivals && ack.frames.size() <= kMaxAckFrames);
  SKIRRET_CHECK(ack.floor <= ack.ranges.back().first);
  ByteWriter to;
  to.u8(static_cast<std::uint8_t>(MessageType::kAck));
  to.varint(ack.serial);
  to.varint(std::min<std::uint64_t>(static_cast<std::uint64_t>(ack.hold / kWireTick), kMaxHoldTicks));
  to.u32be(ack.newest_arrival.ticks);
  to.varint(ack.largest());
  write_ranges(to, ack);
  to.varint(ack.largest() - ack.floor);
  to.varint(ack.earlier.size() + 1);
  for (const std::int32_t ticks : ack.earlier) to.varint(zigzag(ticks));
  to.varint(ack.max_states);
  to.varint(ack.max_megabytes);
  write_frames(to, ack.frames);
  if (ack.marked > 0) to.varint(ack.marked);
  return std::move(to).take();
}

Result<Ack> parse_ack(Bytes payload) {
  ByteReader from(payload);
  if (from.u8() != static_cast<std::uint8_t>(MessageType::kAck)) return malformed("not an ack");
  Ack ack;
  ack.serial = from.varint();
  const std::uint64_t hold = from.varint();
  ack.newest_arrival.ticks = from.u32be();
  const PacketNumber largest = from.varint();
  if (!from.ok()) return fail(ErrorCode::kTruncated, "ack: short header");
  if (hold > kMaxHoldTicks) return malformed("hold time");
  if (largest > kMaxPacketNumber) return malformed("packet number");
  ack.hold = static_cast<Duration::rep>(hold) * kWireTick;
  auto ranges = read_ranges(from, largest);
  if (!ranges) return tl::unexpected(ranges.error());
  ack.ranges = std::move(*ranges);
  const std::uint64_t depth = from.varint();
  if (depth > largest || largest - depth > ack.ranges.back().first) return malformed("floor");
  ack.floor = largest - depth;
  auto earlier = read_arrivals(from, ack.ranges);
  if (!earlier) return tl::unexpected(earlier.error());
  ack.earlier = std::move(*earlier);
  const std::uint64_t max_states = from.varint();
  const std::uint64_t max_megabytes = from.varint();
  if (max_states > kMaxAnnounced || max_megabytes > kMaxAnnounced) return malformed("announced cap");
  ack.max_states = static_cast<std::uint32_t>(max_states);
  ack.max_megabytes = static_cast<std::uint32_t>(max_megabytes);
  auto frames = read_frames(from);
  if (!frames) return tl::unexpected(frames.error());
  ack.frames = std::move(*frames);
  if (from.at_end()) return ack;
  ack.marked = from.varint();
  if (!from.ok()) return fail(ErrorCode::kTruncated, "ack: short marks");
  if (ack.marked == 0 || ack.marked > kMaxPacketNumber + 1) return malformed("marks");
  if (!from.at_end()) return malformed("bytes after the end");
  return ack;
}

}  // namespace skirret::transport
