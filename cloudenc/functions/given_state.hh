#pragma once

#include <span>
#include <vector>

#include "codec/base/bytes.hh"
#include "codec/encoder/encoder.hh"

namespace skirret::cloudenc {

// How a picture is coded from a state that libvpx did not leave it. Efforts as the codec's.
struct GivenStateOptions {
  codec::Quantizer quantizer = 40;
  int effort = 5;
  bool refresh_golden = true, refresh_altref = true;  // they become this picture, too
  // Levels are decided once more for SSIM, with what the frame's probabilities turned out to be.
  bool improve = true;
};

// ExCamera's encode-given-state: `target` as an interframe from `from`. Errors as codec::rebase's.
Result<codec::Candidate> encode_given_state(const codec::State& from, const codec::Picture& target,
                                            const codec::Hints& hints, const GivenStateOptions& options);

struct FindingAgain {
  int effort = 3;
  const codec::Picture* before = nullptr;             // the source of the picture before, if at hand
  std::vector<codec::MotionVector> previous_vectors;  // of the frame before, or empty
  bool refresh_golden = false;                        // altref stays
};

// An interframe's picture coded anew from another state than the frame's own, which has references that the
// frame's did not have, and other faults: what was best there need not be best here. The frame's vectors are
// where the search begins, and its quantizer stays. Errors as codec::rebase's.
Result<codec::Candidate> find_again(const codec::State& to, const codec::Picture& target,
                                    const codec::ParsedFrame& frame, const FindingAgain& how);

// Of each macroblock; zero where it is not predicted from another picture. Empty for a key frame.
std::vector<codec::MotionVector> vectors_of(const codec::ParsedFrame& frame);

// What a chunk's frames lead to, from nothing, and the vectors of its last one. Errors as decoding's.
struct ChunkEnd {
  codec::State state;
  std::vector<codec::MotionVector> vectors;
};
Result<ChunkEnd> chunk_end(std::span<const ByteVector> frames);

// The state after a frame of a chunk, but for its pictures: what parsing the next one needs.
codec::State context_after(const codec::State& from, const codec::ParsedFrame& frame);

// The vectors of a chunk's second frame, which follows its key frame; empty where there is none.
Result<std::vector<codec::MotionVector>> first_vectors(std::span<const ByteVector> frames);

}  // namespace skirret::cloudenc
