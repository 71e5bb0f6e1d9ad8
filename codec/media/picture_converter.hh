#pragma once

#include <optional>
#include <string>

#include "codec/base/result.hh"
#include "codec/media/av_handles.hh"
#include "codec/picture/picture.hh"

namespace skirret::codec {

// Makes 8-bit 4:2:0 Pictures (limited range) of whatever FFmpeg decodes: depth, subsampling, RGB, size
// and quarter turns. Scaling is bicubic in FFmpeg's bit-exact form, so it is the same on every machine.
class PictureConverter {
 public:
  explicit PictureConverter(int quarter_turns) : quarter_turns_(quarter_turns) {}

  // Size in which a frame is shown without scaling.
  Dimensions upright_size(const AVFrame& frame) const;
  // `size` is that of the upright result. kLimit: above 16383 samples a side.
  Result<Picture> convert(const AVFrame& frame, Dimensions size);

 private:
  Result<Picture> scaled(const AVFrame& frame, Dimensions size);

  int quarter_turns_;  // clockwise
  av::Scaler scaler_;
  struct Key {
    int format, width, height, range, to_width, to_height;
    bool operator==(const Key&) const = default;
  };
  std::optional<Key> key_;
};

// Turned clockwise by 0..3 quarters.
Picture turned(const Picture& picture, int quarter_turns);

}  // namespace skirret::codec
