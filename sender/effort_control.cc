#include "sender/effort_control.hh"

#include <algorithm>
#include <cmath>

namespace skirret::sender {
namespace {

constexpr double kNextLevel = 1.5;  // what a level more costs, at most
constexpr int kMemory = 16;         // frames
constexpr int kTrial = 2;           // a step up has held after so many runs of calm frames

}  // namespace

void EffortControl::coded(Duration took) {
  if (config_.share == Duration::zero() || ample()) return;
  learn(to_seconds(took));
  ++frames_;
  if (took > config_.share) {
    // Two late frames in a row: one alone may be the machine's fault, not the effort's.
    if (++late_ >= 2 && level_ > config_.lowest) {
      if (tried_ && frames_ < kTrial * needed_calm_)
        needed_calm_ = std::min(needed_calm_ * 2, config_.calm_frames * 16);
      step(-1);
    }
    return;
  }
  late_ = 0;
  if (tried_ && frames_ == kTrial * needed_calm_) needed_calm_ = config_.calm_frames;
  if (frames_ >= needed_calm_ && level_ < config_.highest && next_would_fit()) step(1);
}

void EffortControl::ended(bool finest) {
  finest_ = finest ? std::min(finest_ + 1, config_.ample_frames) : 0;
}

void EffortControl::learn(double took) {
  if (frames_ == 0) {
    mean_ = took;
    spread_ = 0;
    return;
  }
  const double weight = 1.0 / std::min(frames_ + 1, kMemory);
  spread_ += weight * (std::abs(took - mean_) - spread_);
  mean_ += weight * (took - mean_);
}

bool EffortControl::next_would_fit() const {
  return kNextLevel * (mean_ + spread_) <= to_seconds(config_.share);
}

void EffortControl::step(int by) {
  level_ += by;
  tried_ = by > 0;
  late_ = frames_ = 0;
}

}  // namespace skirret::sender
