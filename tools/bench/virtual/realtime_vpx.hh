#pragma once

#include <cstdint>
#include <memory>

#include "codec/base/bytes.hh"
#include "codec/base/result.hh"
#include "codec/picture/picture.hh"

namespace skirret::bench {

struct RealtimeVpxSettings {
  codec::Dimensions size;
  double frames_per_second = 30;
  int kbps = 300;
  // In the library's scale of 0 … 63. The range is the usual one of conferencing; equal bounds fix the
  // quantizer.
  int min_quantizer = 2;
  int max_quantizer = 56;
  int drop_threshold = 30;  // of the rate buffer, percent: below it frames are dropped; 0: never
  int speed = -6;           // VP8E_SET_CPUUSED
};

// libvpx's VP8 encoder set as conferencing programs set it: one pass, real-time, constant bit rate with a
// buffer of 1 s, no key frames but those asked for. It carries its own references along: unlike ours, a frame
// once encoded is part of its state, sent or not.
class RealtimeVpx {
 public:
  static Result<RealtimeVpx> open(const RealtimeVpxSettings& settings);
  RealtimeVpx(RealtimeVpx&&) noexcept;
  RealtimeVpx& operator=(RealtimeVpx&&) noexcept;
  ~RealtimeVpx();

  Result<void> set_rate(int kbps);
  struct Frame {
    ByteVector bytes;  // empty: the encoder dropped the frame
    bool key = false;
    int quantizer = 0;  // base index, 0 … 127
  };
  // The picture of time index `at` (in frame intervals, rising).
  Result<Frame> encode(const codec::Picture& picture, std::int64_t at, bool key_frame);

 private:
  struct Codec;
  explicit RealtimeVpx(std::unique_ptr<Codec> codec);
  std::unique_ptr<Codec> codec_;
};

}  // namespace skirret::bench
