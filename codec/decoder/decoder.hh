#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "codec/base/bytes.hh"
#include "codec/base/executor.hh"
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
  std::vector<std::uint32_t> lost;  // macroblocks whose tokens lay beyond their partition's end, ascending
};

// What a caller lends to decoding; it changes no result. With an executor, parsing runs ahead of
// reconstruction, and the loop filter behind it: two threads are used well, more do not help.
struct DecodeMeans {
  const PicturePool* pool = nullptr;  // where the picture's memory comes from; null: its own
  Executor* executor = nullptr;       // null: the calling thread alone
};

struct Decoded {
  State next;
  Picture shown;  // the reconstructed picture of this frame, also when `show` is false
  bool show = true;
  bool truncated = false;
};

// Pure: the caller's state is a const value and stays what it was. Errors: kTruncated, kMalformed,
// kUnsupported, kLimit, each as libvpx's decoder (without error concealment) refuses the frame.
//  - A first key frame must be complete; later frames may be truncated (also key frames of a new size, as
//    in libvpx 1.12; its later versions refuse those).
//  - A frame of 0 bytes is an error like any below 3 (libvpx's "repeat the last one" is not decoding).
//  - The reserved copy value 3 copies nothing.
// What a frame costs is bounded by `limits`: 1.5 bytes a pixel for the picture and 0.5 for modes while
// decoding (parse: 3.7 for modes and coefficients). A first key frame too short to hold its macroblock
// headers (1.5 bits each) is refused before anything of its size is allocated. Later frames may be tiny and
// still cost one picture: callers that know what sizes to expect state a lower limit.
Result<ParsedFrame> parse(const State& from, Bytes frame, const Limits& limits = {});
Result<Decoded> decode(const State& from, Bytes frame, const Limits& limits = {},
                       const DecodeMeans& means = {});

// The second half of decode, for parts that are at hand already: reconstruct(from, *parse(from, frame)) is
// decode(from, frame). An encoder hands in what it wrote; `coefficients` of skipped macroblocks are ignored.
// Sizes that do not fit the header are our own fault (checked).
Decoded reconstruct(const State& from, const FrameHeader& header, std::span<const MacroblockModes> modes,
                    std::span<const MacroblockCoefficients> coefficients,
                    std::span<const std::uint32_t> lost = {}, const DecodeMeans& means = {});
Decoded reconstruct(const State& from, const ParsedFrame& frame, const DecodeMeans& means = {});

}  // namespace skirret::codec
