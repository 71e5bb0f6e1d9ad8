#include "codec/media/coded_stream.hh"

#include "codec/base/byte_reader.hh"
#include "codec/base/byte_writer.hh"
#include "codec/media/av_handles.hh"

namespace skirret::codec {
namespace {

constexpr std::uint8_t kVersion = 1;

// Signed numbers whose small values are short: 0, -1, 1, -2, … as 0, 1, 2, 3, …
std::uint64_t zigzag(std::int64_t value) {
  return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
}
std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1 ^ (~(value & 1) + 1));
}

class Writer {
 public:
  template <class Number>
  void number(Number& value) {
    to_.varint(zigzag(static_cast<std::int64_t>(value)));
  }
  void bytes(const ByteVector& value) {
    to_.varint(value.size());
    to_.bytes(value);
  }
  void text(const std::string& value) { bytes(ByteVector(value.begin(), value.end())); }
  ByteWriter to_;
};

class Reader {
 public:
  explicit Reader(Bytes bytes) : from_(bytes) {}
  template <class Number>
  void number(Number& value) {
    value = static_cast<Number>(unzigzag(from_.varint()));
  }
  void bytes(ByteVector& value) {
    const Bytes taken = from_.take(static_cast<std::size_t>(from_.varint()));
    value.assign(taken.begin(), taken.end());
  }
  void text(std::string& value) {
    ByteVector taken;
    bytes(taken);
    value.assign(taken.begin(), taken.end());
  }
  ByteReader from_;
};

// One list of fields for both ways.
template <class Coder, class Stream>
void visit_stream(Coder& coder, Stream& s) {
  coder.text(s.codec);
  coder.number(s.tag);
  coder.number(s.format);
  coder.number(s.profile);
  coder.number(s.level);
  coder.number(s.width);
  coder.number(s.height);
  coder.number(s.video_delay);
  coder.number(s.color_range);
  coder.number(s.bits_per_coded_sample);
  coder.number(s.bits_per_raw_sample);
  coder.number(s.bit_rate);
  coder.number(s.sample_rate);
  coder.number(s.channels);
  coder.number(s.block_align);
  coder.number(s.frame_size);
  coder.number(s.initial_padding);
  coder.number(s.seek_preroll);
  coder.number(s.channel_mask);
  coder.number(s.time_base.numerator);
  coder.number(s.time_base.denominator);
  coder.number(s.rate.numerator);
  coder.number(s.rate.denominator);
  coder.number(s.quarter_turns);
  coder.bytes(s.extradata);
}

template <class Coder, class Packet>
void visit_packet(Coder& coder, Packet& packet) {
  coder.number(packet.pts);
  coder.number(packet.dts);
  coder.number(packet.duration);
  coder.number(packet.flags);
  coder.bytes(packet.data);
}

}  // namespace

bool CodedPacket::key() const {
  return (flags & AV_PKT_FLAG_KEY) != 0;
}
bool CodedPacket::discarded() const {
  return (flags & AV_PKT_FLAG_DISCARD) != 0;
}

ByteVector save(const Segment& segment) {
  Writer writer;
  writer.to_.u8(kVersion);
  visit_stream(writer, segment.stream);
  writer.number(segment.first);
  writer.number(segment.last);
  writer.to_.varint(segment.packets.size());
  for (const CodedPacket& packet : segment.packets) {
    visit_packet(writer, packet);
    writer.to_.varint(packet.side_data.size());
    for (const auto& [type, data] : packet.side_data) {
      writer.number(type);
      writer.bytes(data);
    }
  }
  return std::move(writer.to_).take();
}

Result<Segment> load_segment(Bytes bytes) {
  Reader reader(bytes);
  Segment segment;
  if (reader.from_.u8() != kVersion) return fail(ErrorCode::kUnsupported, "not a segment of this version");
  visit_stream(reader, segment.stream);
  reader.number(segment.first);
  reader.number(segment.last);
  const std::uint64_t count = reader.from_.varint();
  for (std::uint64_t i = 0; i < count && reader.from_.ok(); ++i) {
    CodedPacket packet;
    visit_packet(reader, packet);
    const std::uint64_t sides = reader.from_.varint();
    for (std::uint64_t k = 0; k < sides && reader.from_.ok(); ++k) {
      std::pair<int, ByteVector> side;
      reader.number(side.first);
      reader.bytes(side.second);
      packet.side_data.push_back(std::move(side));
    }
    segment.packets.push_back(std::move(packet));
  }
  const CodedStream& s = segment.stream;
  if (!reader.from_.at_end()) return fail(ErrorCode::kMalformed, "segment ends too early or too late");
  if (s.time_base.numerator < 1 || s.time_base.denominator < 1 || s.rate.numerator < 1 ||
      s.rate.denominator < 1 || s.quarter_turns < 0 || s.quarter_turns > 3)
    return fail(ErrorCode::kMalformed, "segment's times or turns are impossible");
  return segment;
}

}  // namespace skirret::codec
