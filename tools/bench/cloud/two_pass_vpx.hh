#pragma once

#include <span>
#include <vector>

#include "codec/base/bytes.hh"
#include "codec/base/result.hh"
#include "codec/media/source.hh"
#include "codec/picture/picture.hh"

namespace skirret::bench {

// libvpx as `vpxenc --passes=2 --good --cpu-used=0 --end-usage=cq --tune=ssim --token-parts=0` sets it.
struct TwoPassSettings {
  int cq_level = 20;  // 0..63
  int threads = 1;
  // Without a hidden altref: with one, libvpx has key frames at other places than it is asked for.
  int lag = 0;
  int key_frame_interval = 96;  // at these places and nowhere else
};

// Both passes on this thread and the library's. kIo: what libvpx says.
Result<std::vector<ByteVector>> encode_two_pass(std::span<const codec::Picture> pictures,
                                                codec::FrameRate rate, const TwoPassSettings& settings);

}  // namespace skirret::bench
