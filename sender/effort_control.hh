#pragma once

#include "codec/base/time.hh"
#include "codec/encoder/encoder.hh"

namespace skirret::sender {

// Keeps coding inside its share of the frame interval: one effort level down at once when two frames in a row
// took longer than the share; one up when, after a run of frames without that, the next level's frames are to
// be expected within the share, by the mean and the spread of what this one's took. A step up that is taken
// back soon is tried less and less often.
class EffortControl {
 public:
  struct Config {
    int lowest = 0;
    int highest = 4;
    int start = 3;
    Duration share{};      // time that analysis and coding of one frame may take; zero = never adapt
    int calm_frames = 60;  // frames at a level before a step up is tried
  };

  explicit EffortControl(const Config& config)
      : config_(config), level_(config.start), needed_calm_(config.calm_frames) {}

  codec::Effort effort() const { return {level_}; }
  // An ordinary frame that was coded to be sent: no key frame, none of an outage.
  void coded(Duration took);

 private:
  void learn(double took);
  void step(int by);
  bool next_would_fit() const;

  Config config_;
  int level_;
  int late_ = 0;
  int frames_ = 0;  // at this level, without a step
  int needed_calm_;
  bool tried_ = false;  // this level was reached by a step up
  double mean_ = 0;     // seconds that a frame took at this level
  double spread_ = 0;   // mean distance from it
};

}  // namespace skirret::sender
