#pragma once

#include "codec/base/time.hh"
#include "codec/encoder/encoder.hh"

namespace skirret::sender {

// Keeps coding inside its share of the frame interval: one effort level down at once when a frame took
// longer than the share, one up after a run of frames that would still fit with a good margin.
class EffortControl {
 public:
  struct Config {
    int lowest = 0;
    int highest = 4;
    int start = 3;
    Duration share{};      // time that analysis and coding of one frame may take; zero = never adapt
    int calm_frames = 60;  // frames under half the share before a step up is tried
  };

  explicit EffortControl(const Config& config) : config_(config), level_(config.start) {}

  codec::Effort effort() const { return {level_}; }
  void coded(Duration took);

 private:
  Config config_;
  int level_;
  int late_ = 0;
  int calm_ = 0;
  int needed_calm_ = 0;
};

}  // namespace skirret::sender
