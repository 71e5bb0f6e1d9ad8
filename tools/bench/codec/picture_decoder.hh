#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "codec/base/bytes.hh"
#include "codec/base/result.hh"

namespace skirret::bench {

// One decoder at work on one stream. What it shows is handed out as the decoder holds it; nothing is copied.
class PictureDecoder {
 public:
  virtual ~PictureDecoder() = default;
  virtual Result<void> decode(Bytes frame) = 0;
};

struct DecoderSetting {
  std::string name;
  std::function<Result<std::unique_ptr<PictureDecoder>>()> start;
  bool several_threads = false;  // then its time is that on the wall, not on the processor
};

// All on one thread, but for the second.
DecoderSetting our_decoder_setting();
DecoderSetting our_two_thread_setting();
DecoderSetting vpx_decoder_setting();
DecoderSetting ffmpeg_decoder_setting();

}  // namespace skirret::bench
