#pragma once

#include "codec/base/time.hh"
#include "codec/encoder/encoder.hh"

namespace skirret::sender {

// Keeps coding inside its share of the frame interval: one effort level down at once when two frames in a row
// took longer than the share; one up when, after a run of frames without that, the next level's frames are to
// be expected within the share, by the mean and the spread of what this one's took. A step up that is taken
// back soon is tried less and less often.
//
// Where the link has carried every frame as fine as any is made for a while, bits are worth nothing there and
// time is: the lowest level then, until a frame does not get through as fine.
class EffortControl {
 public:
  struct Config {
    int lowest = 0;
    int highest = 4;
    int start = 3;
    Duration share{};       // time that analysis and coding of one frame may take; zero = never adapt
    int calm_frames = 60;   // frames at a level before a step up is tried
    int ample_frames = 15;  // sent as fine as any is made, before the lowest level is taken
  };

  explicit EffortControl(const Config& config)
      : config_(config), level_(config.start), needed_calm_(config.calm_frames) {}

  codec::Effort effort() const { return {ample() ? config_.lowest : level_}; }
  // An ordinary frame that was coded to be sent: no key frame, none of an outage.
  void coded(Duration took);
  // What became of it: sent, and as fine as any frame is made; or not.
  void ended(bool finest);

 private:
  void learn(double took);
  void step(int by);
  bool next_would_fit() const;
  bool ample() const { return config_.share != Duration::zero() && finest_ >= config_.ample_frames; }

  Config config_;
  int level_;
  int late_ = 0;
  int finest_ = 0;  // frames in a row
  int frames_ = 0;  // at this level, without a step
  int needed_calm_;
  bool tried_ = false;  // this level was reached by a step up
  double mean_ = 0;     // seconds that a frame took at this level
  double spread_ = 0;   // mean distance from it
};

}  // namespace skirret::sender
