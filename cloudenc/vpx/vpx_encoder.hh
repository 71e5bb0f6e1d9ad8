#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "codec/base/bytes.hh"
#include "codec/base/result.hh"
#include "codec/picture/picture.hh"

// libvpx as the conventional encoder of chunks. Single-threaded and without lag, so that a frame depends on
// nothing but those before it in its chunk.
namespace skirret::cloudenc {

// kQuick: good quality with fewer tries (`--good --cpu-used=2`); kVectors: for vectors that somebody looks at
// again (`--good --cpu-used=4`).
enum class VpxEffort : std::uint8_t { kRealtime, kVectors, kQuick, kGood, kBest };

// Frames of a chunk: a key frame, then interframes only, none hidden; each at its own quantizer (libvpx's
// 0..63, one for each picture; checked). kIo: what libvpx says.
Result<std::vector<ByteVector>> encode_chunk(std::span<const codec::Picture> pictures,
                                             std::span<const int> quantizers, VpxEffort effort);

// What libvpx's first pass measures in a frame (in one of half the size each way, which says as much of what
// changes and moves in a fourth of the time, but for tiny ones). Errors are sums of squares as it scales
// them, shares are in millionths of the macroblocks.
struct FirstPassFrame {
  std::int64_t intra_error = 0;
  std::int64_t coded_error = 0;  // of the better of intra and inter prediction
  std::int64_t inter_share = 0;
  std::int64_t motion_share = 0;
  std::int64_t second_share = 0;   // better predicted from the golden frame
  std::int64_t neutral_share = 0;  // intra and inter alike
  bool operator==(const FirstPassFrame&) const = default;
};

Result<std::vector<FirstPassFrame>> first_pass(std::span<const codec::Picture> pictures);

std::string vpx_version();

}  // namespace skirret::cloudenc
