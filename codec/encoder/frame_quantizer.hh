#pragma once

#include <algorithm>
#include <cstdint>

#include "codec/encoder/bit_cost.hh"
#include "codec/kernels/encoder_kernels.hh"
#include "codec/syntax/quantizer.hh"

namespace skirret::codec {

// What one quantizer index means for a frame: step sizes with their rounding, and how many squared
// errors a bit is worth.
struct FrameQuantizer {
  // `for_trellis`: rounding that leaves the choice to a trellis; else levels are cut where they rarely pay.
  FrameQuantizer(int q, bool for_trellis) : FrameQuantizer(q, QuantizerFields{}, for_trellis) {}
  // With a header's deltas; its y_ac is not looked at.
  FrameQuantizer(int q, const QuantizerFields& deltas, bool for_trellis);

  int index;
  BlockQuantizer luma;  // blocks with their own DC; with Y2, position 0 holds 0 and codes as 0
  BlockQuantizer y2;
  BlockQuantizer chroma;
  // Below these magnitudes every level is 0.
  std::uint32_t luma_threshold, y2_threshold, chroma_threshold;
  std::uint32_t lambda;  // sixteenths of a squared error for one bit
  // `fresh`: in a scene's first picture. What that codes well stays for many frames: its bits count less.
  std::uint32_t frame_lambda(bool fresh) const { return fresh ? std::max(lambda / 4, 1u) : lambda; }

  std::uint32_t satd_lambda;  // sixteenths of a SATD unit for one bit
};

// Squared errors are kept in sixteenths (the amplitude of Y2 coefficients); bits in 1/256.
using Score = std::uint64_t;
inline Score rate_distortion(std::uint64_t sixteenths, std::uint64_t cost, std::uint32_t lambda) {
  return sixteenths * 256 + cost * lambda;
}

// SATD and bits on one scale: sixteenths of a SATD unit.
inline std::uint32_t satd_score(std::uint32_t satd, Cost cost, std::uint32_t satd_lambda) {
  return satd * 16 + static_cast<std::uint32_t>((std::uint64_t{cost} * satd_lambda) >> 8);
}

}  // namespace skirret::codec
