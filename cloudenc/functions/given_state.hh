#pragma once

#include "codec/encoder/encoder.hh"

namespace skirret::cloudenc {

// How well the first picture of a chunk is coded from the end of the chunk before. Efforts as the codec's.
struct GivenStateOptions {
  codec::Quantizer quantizer = 40;
  int effort = 3;
  bool refresh_older = true;  // golden and altref become this picture, too
  // Levels are decided once more for SSIM, with what the frame's probabilities turned out to be.
  bool improve = true;
};

// ExCamera's encode-given-state: `target` as an interframe from `from`. Errors as codec::rebase's.
Result<codec::Candidate> encode_given_state(const codec::State& from, const codec::Picture& target,
                                            const codec::Hints& hints, const GivenStateOptions& options);

}  // namespace skirret::cloudenc
