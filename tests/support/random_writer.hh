#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "codec/base/bytes.hh"
#include "codec/state/state.hh"
#include "codec/syntax/coefficients.hh"
#include "codec/syntax/frame_header.hh"
#include "codec/syntax/modes.hh"
#include "tests/support/random.hh"

namespace skirret::test {

// How wild one stream of random frames is. Draws are made once for each stream, so that streams differ
// more than frames do.
struct WriterTemper {
  int min_size = 1;  // picture width and height, samples
  int max_size = 80;
  std::optional<codec::Dimensions> fixed_size;  // of every key frame, instead of a drawn one
  int key_percent = 8;                          // after the first frame
  int size_change_percent = 30;                 // of key frames
  int profile = 0;                              // 0..7
  int wild_coefficients = 0;    // percent of blocks with levels that overflow 16 bits when dequantised
  int coefficient_updates = 2;  // percent of the 1056 probabilities
  int skip_percent = 40;
  int intra_percent = 25;       // of macroblocks in interframes
  int far_vectors = 10;         // percent of new vectors that point far outside
  bool raw_copy_three = false;  // allow the reserved value 3 of the copy fields
};

WriterTemper random_temper(Random& random);

// A frame as drawn, beside its bytes: parsing the bytes gives these parts again.
struct RandomFrame {
  codec::FrameHeader header;
  codec::Dimensions dimensions;
  std::vector<codec::MacroblockModes> modes;
  std::vector<codec::MacroblockCoefficients> coefficients;
  ByteVector bytes;
};

// Draws a legal header for a frame that follows `from` (a key frame when `from` has no pictures).
codec::FrameHeader random_header(Random& random, const WriterTemper& temper, const codec::State& from);

// A legal frame, every part drawn: header, modes, vectors and levels, written by the codec's serialisers.
RandomFrame random_frame(Random& random, const WriterTemper& temper, const codec::State& from);

// The bytes of a frame whose other parts are filled in.
ByteVector coded_bytes(const RandomFrame& frame, const codec::State& from);

// A drawn header followed by random bytes as modes and tokens: every decision of the format's trees then
// falls with about its own probability, contexts and all, and no serialiser of macroblocks is involved.
ByteVector random_tail_frame(Random& random, const WriterTemper& temper, const codec::State& from);

}  // namespace skirret::test
