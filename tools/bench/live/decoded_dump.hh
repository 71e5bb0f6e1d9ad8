#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "codec/base/result.hh"
#include "codec/container/ivf.hh"
#include "codec/picture/picture.hh"
#include "codec/state/state.hh"

namespace skirret::bench {

// The frames that a WebRTC receiver decoded, as its field trial WebRTC-DecoderDataDumpDirectory writes them:
// IVF files (one for each life of the decoder, the time in the name's end), each frame's presentation time
// its RTP time stamp. Gives the picture of a time stamp; those asked for must rise as the frames do.
class DecodedDump {
 public:
  // kNotFound where no file lies in `folder`.
  static Result<DecodedDump> open(const std::filesystem::path& folder);

  // kNotFound for a time stamp that comes no more; else what the container and the decoder say.
  Result<codec::Picture> picture(std::uint32_t rtp);

 private:
  explicit DecodedDump(std::vector<std::filesystem::path> files) : files_(std::move(files)) {}
  Result<bool> decode_next();  // false: the end

  std::vector<std::filesystem::path> files_;
  std::size_t opened_ = 0;
  std::optional<codec::IvfReader> reader_;
  codec::State state_;
  std::optional<std::uint32_t> current_;
  codec::Picture picture_;
};

// Of the display crop's I420 bytes, in hexadecimal digits.
std::string sha256_of(const codec::Picture& picture);

}  // namespace skirret::bench
