#pragma once

#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

#include "codec/base/bytes.hh"
#include "codec/base/result.hh"
#include "codec/media/source.hh"
#include "codec/picture/picture.hh"

namespace skirret::bench {

// How libvpx's VP8 encoder is to be set, in the library's own units (quantizers 0 … 63); nothing is left to
// its defaults that a measurement could hang on.
enum class VpxDeadline { kRealtime, kGood, kBest };

// A rate, as conferencing has it: constant, with a buffer of 1 s.
struct VpxAtRate {
  int kbps = 300;
  int min_quantizer = 2;
  int max_quantizer = 56;
  int drop_threshold = 0;  // of the buffer, percent: below it frames are dropped; 0: never
};
struct VpxAtQuantizer {
  int quantizer = 30;
};
// One quality, with bits spread as two passes see fit.
struct VpxAtQuality {
  int cq_level = 20;
};
using VpxTarget = std::variant<VpxAtRate, VpxAtQuantizer, VpxAtQuality>;

enum class VpxKeyFrames {
  kOnRequest,  // the first and those asked for
  kAtCuts,     // those, and where the encoder sees a cut
  kEach,       // at each key_frame_interval and nowhere else
};

struct VpxSettings {
  codec::Dimensions size;
  codec::FrameRate rate;
  VpxTarget target;
  VpxDeadline deadline = VpxDeadline::kRealtime;
  int cpu_used = -6;
  int threads = 1;
  int lag = 0;  // frames that it may look ahead
  VpxKeyFrames key_frames = VpxKeyFrames::kOnRequest;
  int key_frame_interval = 0;
  int max_intra_percent = 0;  // of a frame's share that a key frame may take; 0: any
  int static_threshold = 0;
  bool screen_content = false;
  bool tune_ssim = false;
  enum class Pass { kOnly, kFirst, kSecond } pass = Pass::kOnly;
  ByteVector first_pass;  // for the second
};

// As conferencing programs set it: real-time, at a rate, dropping frames, no key frames but those asked for.
VpxSettings conferencing(codec::Dimensions size, codec::FrameRate rate, int kbps);

// libvpx's VP8 encoder, one token partition, no hidden altref. It carries its own references along: unlike
// ours, a frame once encoded is part of its state, sent or not.
class VpxEncoder {
 public:
  // kUnsupported: what libvpx says.
  static Result<VpxEncoder> open(VpxSettings settings);
  VpxEncoder(VpxEncoder&&) noexcept;
  VpxEncoder& operator=(VpxEncoder&&) noexcept;
  ~VpxEncoder();

  Result<void> set_rate(int kbps);

  struct Frame {
    ByteVector bytes;  // empty: the encoder dropped the picture, or holds it back
    bool key = false;
    int quantizer = 0;  // base index, 0 … 127
  };
  // The picture of time index `at` (in frame intervals, rising).
  Result<Frame> encode(const codec::Picture& picture, std::int64_t at, bool key_frame = false);
  // What was held back, one frame a call; empty: no more.
  Result<Frame> flush();
  // Of a first pass, after flush().
  const ByteVector& first_pass() const;

 private:
  struct Codec;
  explicit VpxEncoder(std::unique_ptr<Codec> codec);
  std::unique_ptr<Codec> codec_;
};

// libvpx counts quantizers 0 … 63, each standing for one of the format's 128: the one nearest to `index`, and
// what it stands for.
int vpx_quantizer(int index);
int index_of_vpx_quantizer(int quantizer);

}  // namespace skirret::bench
