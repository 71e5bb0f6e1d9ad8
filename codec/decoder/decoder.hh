#pragma once

#include <cstdint>
#include <vector>

#include "codec/base/bytes.hh"
#include "codec/base/result.hh"
#include "codec/picture/picture.hh"
#include "codec/state/state.hh"
#include "codec/syntax/coefficients.hh"
#include "codec/syntax/frame_header.hh"
#include "codec/syntax/modes.hh"

namespace skirret::codec {

// What a caller is willing to spend on one frame from outside.
struct Limits {
  std::uint64_t max_pixels = 4096ull * 4096ull;  // display width x height
};

// A frame taken apart: enough to rebuild its bytes' meaning, to inspect or to rebase it.
struct ParsedFrame {
  FrameHeader header;
  Dimensions dimensions;
  std::vector<MacroblockModes> modes;                // raster order
  std::vector<MacroblockCoefficients> coefficients;  // raster order
  std::uint32_t first_partition_bytes = 0;
  std::vector<std::uint32_t> partition_bytes;  // one for each token partition, as available
  bool truncated = false;                      // a partition was read past its end (as zeros)
};

struct Decoded {
  State next;
  Picture shown;  // the reconstructed picture of this frame, also when `show` is false
  bool show = true;
  bool truncated = false;
};

// Pure: the caller's state is a const value and stays what it was. Errors: kTruncated, kMalformed,
// kUnsupported, kLimit, each as libvpx's decoder (without error concealment) refuses the frame.
Result<ParsedFrame> parse(const State& from, Bytes frame, const Limits& limits = {});
Result<Decoded> decode(const State& from, Bytes frame, const Limits& limits = {});

}  // namespace skirret::codec
