#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "codec/base/bytes.hh"
#include "codec/picture/picture.hh"
#include "tests/support/random.hh"

namespace skirret::test {

// Settings of one libvpx VP8 encoding, in the library's own units. Defaults: one-pass, good quality.
struct LibvpxSettings {
  codec::Dimensions dimensions;
  int profile = 0;  // 0..3
  int kbps = 200;
  int min_quantizer = 4;  // 0..63
  int max_quantizer = 56;
  int end_usage = 0;  // VBR, CBR, CQ, Q
  int cq_level = 10;
  bool realtime = false;
  bool best = false;
  bool error_resilient = false;
  bool resilient_partitions = false;
  int log2_partitions = 0;  // 0..3
  bool two_pass = false;    // needed for an invisible altref picture
  int lag = 0;              // 0..25, two passes only
  bool auto_altref = false;
  int arnr_frames = 0;        // 0..15
  int arnr_strength = 3;      // 0..6
  int arnr_type = 3;          // 1..3
  int noise_sensitivity = 0;  // 0..6
  int sharpness = 0;          // 0..7
  int static_threshold = 0;
  int cpu_used = 0;        // -16..16
  int screen_content = 0;  // 0..2
  bool tune_ssim = false;
  bool resize_allowed = false;
  int drop_frame_threshold = 0;
  int key_frame_interval = 128;
  int temporal_layers = 1;    // 1..3
  bool roi_map = false;       // segments with quantizer and filter deltas
  bool random_flags = false;  // random reference and update flags for each frame
  int forced_key_percent = 0;
  bool change_size = false;  // smaller pictures in mid-stream
  bool scale_mode = false;   // a scaled key frame in mid-stream
  std::uint64_t seed = 0;    // for what is drawn per frame

  std::string describe() const;
};

LibvpxSettings random_settings(Random& random, codec::Dimensions dimensions);

// Encodes `source` and gives the frames in stream order, invisible ones included. A frame whose size is
// not the current one is cropped from its top left corner. Throws std::runtime_error with libvpx's reason.
std::vector<ByteVector> encode_with_libvpx(const LibvpxSettings& settings,
                                           const std::vector<codec::Picture>& source);

}  // namespace skirret::test
