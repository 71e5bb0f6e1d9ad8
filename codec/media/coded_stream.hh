#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "codec/base/bytes.hh"
#include "codec/base/result.hh"

// A compressed stream as values that can be stored and sent: what a decoder must know, and packets.
namespace skirret::codec {

struct TimeBase {
  int numerator = 1;  // a tick is numerator/denominator seconds
  int denominator = 1;
  bool operator==(const TimeBase&) const = default;
};

inline constexpr std::int64_t kNoTime = INT64_MIN;

struct CodedPacket {
  std::int64_t pts = kNoTime;  // in the stream's time base
  std::int64_t dts = kNoTime;
  std::int64_t duration = 0;
  int flags = 0;  // FFmpeg's: key frame, to be decoded but not shown, …
  std::vector<std::pair<int, ByteVector>> side_data;
  ByteVector data;

  bool key() const;
  bool discarded() const;  // decoded for others' sake only (an edit list cuts it off)
};

// Of a video or sound stream; integers and names as FFmpeg has them.
struct CodedStream {
  std::string codec;  // FFmpeg's name, e.g. "h264"
  std::uint32_t tag = 0;
  int format = -1;  // of pixels or samples
  int profile = -99;
  int level = -99;
  int width = 0, height = 0;
  int video_delay = 0;  // frames that a decoder holds back to put them in order
  int color_range = 0;
  int bits_per_coded_sample = 0;
  int bits_per_raw_sample = 0;
  std::int64_t bit_rate = 0;
  int sample_rate = 0, channels = 0, block_align = 0, frame_size = 0, initial_padding = 0, seek_preroll = 0;
  std::uint64_t channel_mask = 0;
  TimeBase time_base;
  TimeBase rate{25, 1};   // pictures a second, for times that are missing
  int quarter_turns = 0;  // clockwise, to stand upright
  ByteVector extradata;
};

// One self-contained run of packets, or a part of a long one: then `first` is that of the first part and
// `last` that of the last one, and no part but the first can be decoded alone. Layout: version, the stream's
// fields, then the packets, lengths as LEB128 (ByteWriter::varint), all in the order of the members above.
struct Segment {
  CodedStream stream;
  // Pictures shown from `first` (included) to `last` (not); what lies outside is decoded for their sake.
  std::int64_t first = INT64_MIN;
  std::int64_t last = INT64_MAX;
  std::vector<CodedPacket> packets;
};

ByteVector save(const Segment& segment);
Result<Segment> load_segment(Bytes bytes);

}  // namespace skirret::codec
