#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "codec/base/result.hh"
#include "codec/base/time.hh"
#include "codec/picture/picture.hh"

// Pictures from any file, camera, screen or generator that FFmpeg reads, as 8-bit 4:2:0.
namespace skirret::codec {

// Pictures a second as a fraction, e.g. 30000/1001; both above 0.
struct FrameRate {
  std::int64_t numerator = 30;
  std::int64_t denominator = 1;
  double value() const { return static_cast<double>(numerator) / static_cast<double>(denominator); }
  bool operator==(const FrameRate&) const = default;
};

struct SourceOptions {
  std::optional<Dimensions> size = {};  // scaled to exactly this; else the size of the first picture
  std::optional<FrameRate> fps = {};    // pictures are dropped and repeated by their timestamps
  bool loop = false;                    // files and generators begin again at their end
  bool keep_stream_sizes = false;  // without `size`: pictures keep their own size when the stream's changes
};

struct SourceInfo {
  std::string name;       // the spec, for messages
  Dimensions dimensions;  // of the first picture
  FrameRate rate;         // as asked for, else as the source says (a guess where it does not)
  bool live = false;      // a camera or screen: next() blocks until there is a picture
};

struct SourceFrame {
  Picture picture;       // margin extended, rotation applied
  Duration timestamp{};  // from the first picture (0); strictly rising
};

// Not paced: a file's pictures come as fast as they are asked for.
class VideoSource {
 public:
  virtual ~VideoSource() = default;
  virtual const SourceInfo& info() const = 0;
  // nullopt: the end. Damage inside a file is logged and passed over; an Error ends the source.
  virtual Result<std::optional<SourceFrame>> next() = 0;
};

// spec: a path, `v4l2:/dev/video0`, `x11grab::0.0` (a display, as in $DISPLAY) or `lavfi:GRAPH`. The first
// picture is read here, so that what cannot work is told at once. Errors: kNotFound (no such file or
// device), kUnsupported (no video, or none that FFmpeg can decode), kLimit, kIo, kInvalid (options).
Result<std::unique_ptr<VideoSource>> open_source(const std::string& spec, const SourceOptions& options = {});

// "640x360": 1..16383 each.
Result<Dimensions> parse_size(const std::string& text);
// "30", "29.97", "30000/1001": above 0, at most 1000.
Result<FrameRate> parse_rate(const std::string& text);

}  // namespace skirret::codec
