#pragma once

#include <cstddef>
#include <cstdint>

#include "codec/encoder/encoder.hh"
#include "codec/encoder/size_model.hh"

namespace skirret::codec {

// One-pass rate control for a file at a steady rate: chooses each frame's quantizer so that the sizes'
// mean comes to the rate, with a second of slack. Integers only; no clock.
class RateControl {
 public:
  // kbps in 1000 bits a second; frames a second as a fraction. All above 0.
  RateControl(int kbps, std::int64_t fps_numerator, std::int64_t fps_denominator, Dimensions dimensions);

  // What the next frame should have, and the quantizer that should give it.
  std::size_t target_bytes(bool key_frame) const;
  Quantizer quantizer(bool key_frame) const;

  // Tells what became of it.
  void coded(Quantizer quantizer, std::size_t bytes, bool key_frame);

 private:
  std::int64_t frame_bytes_;  // the rate's share of one frame
  std::int64_t window_;       // frames over which a debt is paid back
  std::int64_t debt_ = 0;     // bytes sent above the rate's share so far
  SizeModel key_model_, inter_model_;
  Quantizer last_inter_ = -1;
};

}  // namespace skirret::codec
