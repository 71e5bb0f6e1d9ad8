#pragma once

#include <optional>
#include <string>
#include <vector>

#include "codec/base/result.hh"
#include "tools/bench/codec/clip.hh"
#include "tools/bench/codec/picture_encoder.hh"

// With modes and vectors fixed, what are our quantiser, probabilities and packing worth? Each frame of
// another encoder's stream is coded again, modes and vectors as they are, from the very state that it was
// coded from.
namespace skirret::bench {

struct GatePoint {
  int quantizer = 0;  // base index 0..127
  // All frames with their levels as they are, under our probabilities and packing: the same pictures.
  std::size_t bytes = 0, repacked_bytes = 0;
  // Interframes alone: the peer's, and with our levels.
  struct Levels {
    std::size_t bytes = 0;
    double psnr = 0, ssim_db = 0;  // luma, dB
  };
  Levels theirs;
  Levels rounded;   // rounding to the nearest level, no more
  Levels improved;  // by rate and distortion
};

struct Gate {
  std::string peer;
  std::vector<GatePoint> points;

  double repacked_percent() const;  // bytes beside the peer's, all points together
  // Percent of bits at equal quality beside the peer (four points at least).
  std::optional<double> rounded_psnr() const, improved_psnr() const, improved_ssim() const;
};

// kInvalid: a frame that is packed anew would show another picture: a fault of ours.
Result<Gate> measure_gate(const Clip& clip, const EncoderSetting& peer, const std::vector<int>& quantizers);

}  // namespace skirret::bench
