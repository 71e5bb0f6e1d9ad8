#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "codec/base/bytes.hh"
#include "codec/base/result.hh"
#include "codec/encoder/encoder.hh"
#include "codec/media/source.hh"
#include "codec/picture/picture.hh"
#include "tools/bench/vpx/vpx_encoder.hh"

namespace skirret::bench {

// What sets a stream's size: one quantizer for every frame (the format's base index, 0..127), or a rate.
struct AtQuantizer {
  int index = 40;
};
struct AtRate {
  int kbps = 500;  // 1000 bits a second
};
using EncodeTarget = std::variant<AtQuantizer, AtRate>;

std::string text_of(const EncodeTarget& target);  // "q40", "500 kbit/s"

// One encoder at work on one clip, on the calling thread alone. Each call codes the next picture and leaves
// the encoder ready for the one after (reconstruction and loop filter included).
class PictureEncoder {
 public:
  virtual ~PictureEncoder() = default;
  virtual Result<ByteVector> encode(const codec::Picture& picture) = 0;
};

// An encoder and its settings, to be started anew for each run. kUnsupported: cannot aim at this target.
struct EncoderSetting {
  std::string name;
  bool ours = false;
  int effort = -1;  // of ours
  std::function<Result<std::unique_ptr<PictureEncoder>>(const codec::SourceInfo&, const EncodeTarget&)> start;
};

// Ours at an effort 0..5.
EncoderSetting our_setting(int effort, codec::Regions regions = {});

// libvpx: one pass, no lag, one thread, one token partition, one key frame unless it sees a cut.
EncoderSetting vpx_setting(VpxDeadline deadline, int cpu_used, bool screen_content);

// The four whose frontier we measure ourselves by; the first is the baseline of every ratio.
std::vector<EncoderSetting> vpx_frontier();
// Those, and the smallest that libvpx makes without looking ahead, at any price.
std::vector<EncoderSetting> vpx_peers();
// The baseline's quantiser, fast and without a trellis, and the one with it.
std::vector<EncoderSetting> vpx_gate_peers();

}  // namespace skirret::bench
