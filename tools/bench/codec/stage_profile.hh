#pragma once

#include <array>
#include <string>

#include "codec/kernels/stage_meter.hh"
#include "tools/bench/codec/clip.hh"

namespace skirret::bench {

// Milliseconds a frame, means over a clip at one quantizer.
struct StageProfile {
  double analyse = 0;
  double code = 0;
  double finish = 0;
  std::array<double, codec::kStages> stages{};  // inside them, by codec::Stage

  double total() const { return analyse + code + finish; }
};

const char* stage_name(codec::Stage stage);

StageProfile profile_stages(const Clip& clip, int effort, int quantizer);

}  // namespace skirret::bench
