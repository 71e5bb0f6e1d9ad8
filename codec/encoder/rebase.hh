#pragma once

#include <optional>

#include "codec/base/result.hh"
#include "codec/decoder/decoder.hh"
#include "codec/encoder/encoder.hh"

// Rebasing (Fouladi et al., "Encoding, Fast and Slow", NSDI 2017, section 3): a coded interframe keeps its
// modes and motion vectors and gets a new residue, so that it can follow another state than its own.
namespace skirret::codec {

struct RebaseOptions {
  // False: the residue is transformed and quantised, no more. True: levels and skips are decided again by
  // rate and distortion, priced with the probabilities that the frame ends up with; the loop filter by trial.
  bool improve = true;
  // With `improve`: errors weigh less where the picture is busy, for SSIM rather than PSNR.
  bool mask = true;
  // Base index 0..127 in place of the frame's own; segments move along.
  std::optional<Quantizer> quantizer;
  // With `improve`, and without `quantizer`: what the frame was where it was coded. Where the frame comes out
  // farther from `target` than this, or nearer, its quantizer moves some steps.
  const Picture* as_good_as = nullptr;
  // With `improve` and `own`, and without `as_good_as`: levels are priced with the probabilities that the
  // frame came with, in one pass, where otherwise a first pass finds them. For frames that were coded for
  // this state.
  bool trust_prices = false;
  // The state that the frame was coded from, if at hand: segment data, filter deltas and the segment map
  // that it inherits from there are then sent where `to` does not hold them. Without it `to`'s hold.
  const State* own = nullptr;
};

// The frame as an interframe from `to` that shows `target` as nearly as its quantizers allow. What it
// refreshes and copies, its partitions and visibility stay. Errors (kInvalid): a key frame (it
// needs no state), a state without pictures, sizes that differ.
Result<Candidate> rebase(const State& to, const Picture& target, const ParsedFrame& frame,
                         const RebaseOptions& options = {});

}  // namespace skirret::codec
