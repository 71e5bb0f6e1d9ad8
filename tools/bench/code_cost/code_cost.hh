#pragma once

#include <cstdint>
#include <vector>

#include "codec/base/result.hh"
#include "tools/bench/measure/looped_clip.hh"

namespace skirret::bench {

// What the frame code costs in bits: the same pictures at the same quantizer, with and without it. Of the
// frames after the first, at the clip's rate.
enum class CodeCostOf { kOurs, kLibvpx };  // ours at effort 1, libvpx in real time at -6

struct CodeCost {
  int quantizer = 0;  // the encoder's own: ours 0 … 127, libvpx 0 … 63
  double plain_kbps = 0;
  double coded_kbps = 0;
  double share() const { return plain_kbps > 0 ? coded_kbps / plain_kbps - 1 : 0; }
};

// kUnsupported for a clip too small for the code.
Result<CodeCost> code_cost(const LoopedClip& clip, CodeCostOf encoder, int quantizer, std::uint64_t frames);

// At the quantizer at which the clip alone takes about so much.
Result<CodeCost> code_cost_at(const LoopedClip& clip, CodeCostOf encoder, double kbps, std::uint64_t frames);

}  // namespace skirret::bench
