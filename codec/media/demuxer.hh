#pragma once

#include <memory>
#include <optional>
#include <string>

#include "codec/media/coded_stream.hh"

namespace skirret::codec {

enum class StreamKind : std::uint8_t { kVideo, kSound };

// Takes a recording apart into packets, without decoding: the best video stream and the best sound stream.
class Demuxer {
 public:
  // A path, "-" (YUV4MPEG2 on stdin), a folder of PNGs (by name) or a pattern of them such as shot%04d.png;
  // `picture_rate` is that of the last two. Errors: kNotFound, kUnsupported (no video, nothing that FFmpeg
  // reads), kLimit, kIo.
  static Result<Demuxer> open(const std::string& input, TimeBase picture_rate = {30, 1});
  Demuxer(Demuxer&&) noexcept;
  Demuxer& operator=(Demuxer&&) noexcept;
  ~Demuxer();

  const CodedStream& video() const;
  const std::optional<CodedStream>& sound() const;

  struct Packet {
    StreamKind kind = StreamKind::kVideo;
    CodedPacket packet;
  };
  // nullopt: the end. A file that is cut off or damaged ends early: `damage` then says so.
  Result<std::optional<Packet>> next();
  const std::string& damage() const;

  class Input;  // one way of getting packets

 private:
  explicit Demuxer(std::unique_ptr<Input> input);
  std::unique_ptr<Input> input_;
};

}  // namespace skirret::codec
