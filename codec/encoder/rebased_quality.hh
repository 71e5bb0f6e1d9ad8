#pragma once

#include <cstdint>

#include "codec/encoder/activity_mask.hh"
#include "codec/encoder/encoder.hh"

// How good a rebased frame is, in integers: what decides bytes reads no floats.
namespace skirret::codec {

// About what `made` lacks to a luma SSIM of 1, in 2^-20 of a macroblock: squared errors over what varies in
// the target (Wang et al. 2004 for small errors), which `mask` has measured. Pictures of one size.
std::uint64_t structural_loss(const Picture& made, const Picture& target, const ActivityMask& mask);

// The quantizer near `quantizer`, which gave `loss`, that may be expected to give `wanted`: losses grow with
// the square of the step.
Quantizer quantizer_for_loss(Quantizer quantizer, std::uint64_t loss, std::uint64_t wanted);

}  // namespace skirret::codec
