#pragma once

#include <memory>
#include <optional>

#include "codec/base/bytes.hh"
#include "codec/picture/picture.hh"

namespace skirret::test {

// FFmpeg's own VP8 decoder: a second opinion on streams that an encoder can make. It is known to differ
// from libvpx on crossed golden/altref copies, on a key frame with segmentation but no map, and where a
// segment's quantizer or filter level leaves its range before the frame's deltas are added (libvpx clamps
// first).
class FfmpegVp8Decoder {
 public:
  FfmpegVp8Decoder();

  // The shown picture; absent when the frame is invisible or was refused.
  std::optional<codec::Picture> decode(Bytes frame);

 private:
  struct Context;
  struct ContextDeleter {
    void operator()(Context* context) const;
  };
  std::unique_ptr<Context, ContextDeleter> context_;
};

}  // namespace skirret::test
