#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "codec/bitstream/bool_decoder.hh"
#include "codec/decoder/decoder.hh"
#include "codec/kernels/reconstruction_kernels.hh"
#include "codec/syntax/frame_layout.hh"
#include "codec/syntax/macroblock_header.hh"
#include "codec/syntax/tokens.hh"

namespace skirret::codec {

// The one parser under parse() and decode(). Reads a frame front to back: open (header), then for each row
// read_modes, start_row and read_coefficients column by column. Borrows the state and the bytes.
class FrameReader {
 public:
  // Refuses what libvpx refuses before it looks at macroblocks, and what Limits forbid.
  static Result<FrameReader> open(const State& from, Bytes frame, const Limits& limits);

  const FrameHeader& header() const { return header_; }
  Dimensions dimensions() const { return dimensions_; }
  const Probabilities& probabilities() const { return probabilities_; }
  std::uint32_t first_partition_bytes() const { return first_partition_bytes_; }
  std::vector<std::uint32_t> partition_bytes() const;

  // `above`: the row above (its contents do not matter for row 0). Each as long as the picture is wide.
  void read_modes(int row, std::span<const MacroblockModes> above, UnusedFields unused,
                  std::span<MacroblockModes> into);

  void start_row(int row);
  // What became of a macroblock's tokens. kLost: its partition had run out before it; libvpx then takes
  // no coefficients, leaves the contexts alone, and still filters the macroblock's inner edges.
  enum class Tokens { kSkipped, kNone, kSome, kLost };
  // `into` must be all zero.
  Tokens read_coefficients(int col, const MacroblockModes& modes, MacroblockCoefficients& into);

  // Whether data ran out in what has been read so far.
  bool truncated() const { return first_.past_end() || tokens_past_end_; }
  // A stream must start with a key frame that is all there (as in libvpx).
  bool must_be_complete() const { return must_be_complete_; }

 private:
  FrameReader() = default;

  const State* from_ = nullptr;
  const ReconstructionKernels* kernels_ = nullptr;
  FrameHeader header_;
  Dimensions dimensions_;
  Probabilities probabilities_;
  std::uint32_t first_partition_bytes_ = 0;
  bool must_be_complete_ = false;
  BoolDecoder first_;
  TokenPartitions partitions_;
  std::array<BoolDecoder, kMaxTokenPartitions> tokens_;
  std::vector<TokenContext> above_;  // by column
  TokenContext left_;
  std::size_t current_ = 0;  // partition of the current row
  bool tokens_past_end_ = false;
};

}  // namespace skirret::codec
