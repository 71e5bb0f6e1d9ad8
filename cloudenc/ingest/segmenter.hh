#pragma once

#include <functional>
#include <optional>

#include "codec/media/coded_stream.hh"

namespace skirret::cloudenc {

// Divides packets, in decoding order, into segments that are decoded alone and together show what decoding
// them all would.
//
// A segment begins with a key frame that is shown after everything before it. Pictures that follow it in
// the stream and are shown before it (an open GOP's) need the segment before: that one gets them, with the
// key frame that they are also predicted from, as its tail, and each segment shows only what lies between
// its own key frame's time and the next one's. Where a packet has no time there is one segment: no telling
// what belongs where. Where every picture is a key frame, a segment is a number of them.
//
// Key frames may be minutes apart, so a segment comes in parts of bounded size.
class Segmenter {
 public:
  // A part, as soon as it is full, and the number of its segment; of one segment's in order.
  using Give = std::function<Result<void>(std::size_t segment, const codec::Segment& part)>;

  // A part ends with the packet that makes it so long or so large.
  struct Bounds {
    std::size_t packets = 1024;
    std::size_t bytes = std::size_t{16} << 20;
  };

  Segmenter(codec::CodedStream stream, Bounds bounds, Give give);

  Result<void> add(codec::CodedPacket packet);
  Result<void> finish();

 private:
  struct Open {
    std::size_t number = 0;
    codec::Segment part;                     // what has not been given yet
    std::size_t part_bytes = 0;              // of its packets
    std::size_t all_packets = 0, bytes = 0;  // of the segment
  };
  bool may_begin(const codec::CodedPacket& packet) const;
  Result<void> begin(const codec::CodedPacket& key);
  Result<void> append(Open& to, codec::CodedPacket packet);
  Result<void> settle_tail();

  const Bounds bounds_;
  Give give_;
  Open open_;                   // the one being filled
  std::optional<Open> before_;  // complete but for its tail
  codec::CodedPacket key_;      // of open_, for the tail
  ByteVector extradata_;        // as it changed on the way
  bool tail_open_ = false;      // may the next packet be a leading picture of open_?
  bool has_tail_ = false;
  bool timeless_ = false;
  std::int64_t shown_to_ = INT64_MIN;  // latest time so far
};

}  // namespace skirret::cloudenc
