#pragma once

#include <cstddef>
#include <vector>

#include "codec/base/bytes.hh"
#include "codec/base/result.hh"
#include "tools/bench/codec/clip.hh"
#include "tools/bench/codec/picture_decoder.hh"
#include "tools/bench/codec/picture_encoder.hh"

// Several coders over one clip, taking turns every few frames in one process and on one thread, so that
// whatever slows the machine slows them alike. Time is the thread's CPU time.
namespace skirret::bench {

struct EncodedClip {
  std::vector<ByteVector> frames;
  double cpu_seconds = 0;  // median over the repetitions
  double psnr = 0;         // luma, dB, from the mean squared error over all frames
  double ssim_db = 0;      // luma, dB, of the mean over the frames

  double kbps(const Clip& clip) const;
};

// What each setting makes of the clip, in the settings' order.
Result<std::vector<EncodedClip>> encode_in_turns(const Clip& clip,
                                                 const std::vector<EncoderSetting>& settings,
                                                 const EncodeTarget& target, int repetitions);

// Median CPU seconds (wall seconds with several threads) that each decoder takes for the stream, in the
// settings' order.
Result<std::vector<double>> decode_in_turns(const std::vector<ByteVector>& stream,
                                            const std::vector<DecoderSetting>& settings, int repetitions);

double median(std::vector<double> values);  // of one or more

}  // namespace skirret::bench
