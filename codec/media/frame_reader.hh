#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "codec/base/result.hh"
#include "codec/base/time.hh"
#include "codec/media/av_handles.hh"
#include "codec/media/source.hh"

namespace skirret::codec {

// A spec taken apart: FFmpeg's input format ("" = to be probed) and what it is to open.
struct InputName {
  std::string spec;
  std::string format;
  std::string url;
  bool live = false;

  static InputName of(const std::string& spec);
};

// Demuxes and decodes one video stream into FFmpeg frames, in presentation order.
class FrameReader {
 public:
  // `options` only asks a device for a size and rate; it may answer with others.
  static Result<FrameReader> open(const InputName& name, const SourceOptions& options);

  struct TimedFrame {
    av::Frame frame;
    Duration time{};  // from the stream's own origin; in order but not checked
  };
  Result<std::optional<TimedFrame>> next();  // nullopt: the end

  FrameRate rate() const { return rate_; }
  int quarter_turns() const { return quarter_turns_; }  // clockwise, 0..3: how to turn a picture upright

 private:
  explicit FrameReader(InputName name) : name_(std::move(name)) {}
  Result<void> open_input(const SourceOptions& options);
  Result<void> open_decoder();
  Result<bool> feed();  // one packet into the decoder; false when nothing can be added any more
  tl::unexpected<Error> open_failed(int code) const;

  InputName name_;
  av::FormatContext input_;
  av::CodecContext decoder_;
  AVStream* stream_ = nullptr;
  av::Packet packet_{av_packet_alloc()};
  FrameRate rate_;
  int quarter_turns_ = 0;
  bool draining_ = false;
  std::int64_t count_ = 0;
};

}  // namespace skirret::codec
