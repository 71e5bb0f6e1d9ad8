#pragma once

#include <cstdint>
#include <functional>

#include "codec/media/coded_stream.hh"
#include "codec/picture/picture.hh"

namespace skirret::codec {

struct ShownPicture {
  std::int64_t time = 0;  // in the stream's time base
  Dimensions dimensions;  // upright
};

// Gives one shown picture; false ends the decoding. `picture` converts it (8-bit 4:2:0, upright) when it is
// called, which is the slow part; it must be called within the visit.
using PictureVisitor =
    std::function<Result<bool>(const ShownPicture&, const std::function<Result<Picture>()>& picture)>;

// Decodes a segment on this thread and visits its shown pictures in order. Damaged ones are passed over as
// FFmpeg does, so the same segment always gives the same pictures. Errors: kUnsupported, kLimit, and those of
// the visitor.
Result<void> decode_segment(const Segment& segment, const PictureVisitor& visit);

// Of the library that decodes, for keys of results: "59.37.100/6.5.100" (avcodec, swscale).
std::string decoder_version();

}  // namespace skirret::codec
