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
class Segmenter {
 public:
  using Give = std::function<Result<void>(const codec::Segment&)>;

  Segmenter(codec::CodedStream stream, Give give) : give_(std::move(give)) {
    open_.stream = std::move(stream);
  }

  Result<void> add(codec::CodedPacket packet);
  Result<void> finish();

 private:
  bool may_begin(const codec::CodedPacket& packet) const;
  Result<void> begin(const codec::CodedPacket& key);
  Result<void> settle_tail();

  Give give_;
  codec::Segment open_;                   // the one being filled
  std::optional<codec::Segment> before_;  // complete but for its tail
  codec::CodedPacket key_;                // of open_, for the tail
  bool tail_open_ = false;                // may the next packet be a leading picture of open_?
  bool has_tail_ = false;
  bool timeless_ = false;
  std::size_t bytes_ = 0;              // of open_
  std::int64_t shown_to_ = INT64_MIN;  // latest time so far
};

}  // namespace skirret::cloudenc
