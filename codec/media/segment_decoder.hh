#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "codec/media/coded_stream.hh"
#include "codec/picture/picture.hh"

namespace skirret::codec {

struct ShownPicture {
  std::int64_t time = 0;  // in the stream's time base
  Dimensions dimensions;  // upright
};

// Decodes one segment, handed in part by part, on the calling thread. Damaged pictures are passed over as
// FFmpeg does, so the same segment always gives the same pictures, wherever its parts are divided.
class SegmentDecoder {
 public:
  SegmentDecoder();
  SegmentDecoder(SegmentDecoder&&) noexcept;
  SegmentDecoder& operator=(SegmentDecoder&&) noexcept;
  ~SegmentDecoder();

  // The next part, when `next` has given all of the one before. Errors: kUnsupported (no such decoder).
  Result<void> feed(Segment part);
  void finish();  // there are no more parts

  // The next shown picture, in order; nullopt: it needs the next part, or after `finish` there is no more.
  // Errors: kLimit.
  Result<std::optional<ShownPicture>> next();
  // What `next` told of last, in 8-bit 4:2:0, upright: the slow part.
  Result<Picture> picture();

 private:
  class Decoding;
  std::unique_ptr<Decoding> decoding_;
};

// Of the library that decodes, for keys of results: "59.37.100/6.5.100" (avcodec, swscale).
std::string decoder_version();

}  // namespace skirret::codec
