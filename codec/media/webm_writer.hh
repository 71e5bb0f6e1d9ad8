#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

#include "codec/media/coded_stream.hh"
#include "codec/picture/picture.hh"

namespace skirret::codec {

struct WebmFrame {
  std::int64_t time_ns = 0;  // >= 0, rising
  std::int64_t duration_ns = 0;
  bool key = false;
  Bytes data;
};

// VP8 and, where there is any, Opus in a WebM with cues (key frames that players seek to). The same frames
// give the same bytes. The file appears under its name when finish() succeeds.
class WebmWriter {
 public:
  // `sound`: as encode_opus gives it; its packets' times are moved by `sound_shift_ns`.
  static Result<WebmWriter> create(const std::filesystem::path& path, Dimensions dimensions,
                                   std::optional<Segment> sound, std::int64_t sound_shift_ns);
  WebmWriter(WebmWriter&&) noexcept;
  WebmWriter& operator=(WebmWriter&&) noexcept;
  ~WebmWriter();

  Result<void> write(const WebmFrame& frame);  // sound goes in between by itself
  Result<void> finish();
  std::uint64_t bytes() const;

 private:
  class Muxer;
  explicit WebmWriter(std::unique_ptr<Muxer> muxer);
  std::unique_ptr<Muxer> muxer_;
};

}  // namespace skirret::codec
